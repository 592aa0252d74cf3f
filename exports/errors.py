"""What can stop a publication. Every message is written for the staff who read it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from exports.press.japanese import wareki
from terms.legible import legible


class PublicationError(Exception):
    """Base of everything that stops a publication; ``str(error)`` is Japanese."""


class GenerationTooOld(PublicationError):
    """The generation has not what is read from it: an earlier version of the project built it."""

    def __init__(self) -> None:
        super().__init__(
            "公開用データは、このプログラムの前の版で作られたもので、必要な項目がありません。"
            "mishukin build を実行して作り直してから、もう一度実行してください。"
        )


class NoFigures(PublicationError):
    """The generation holds no balance report for this municipality and day."""

    def __init__(self, municipality_code: str, as_of: date) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告は、団体コード{municipality_code}の公開用データに"
            "ありません。残高報告書が取り込まれているか、基準日に誤りがないかを確認してください。"
        )


class ReportRefused(PublicationError):
    """Exact yen contradict each other; ``reasons`` name the claim or department and figures."""

    def __init__(self, as_of: date, reasons: Sequence[str]) -> None:
        self.as_of = as_of
        self.reasons = tuple(reasons)
        listed = "\n".join(f"・{reason}" for reason in self.reasons)
        super().__init__(
            f"{wareki(as_of)}現在の残高報告は、金額の内訳と合計が一致しないため"
            f"作成できません。\n{listed}"
        )


class GivesAway(PublicationError):
    """A report would give away what is hidden, and nothing can hide it; ``figures`` name what."""

    def __init__(self, as_of: date, figures: Sequence[str]) -> None:
        self.figures = tuple(figures)
        listed = "\n".join(f"・{figure}" for figure in self.figures)
        super().__init__(
            f"{wareki(as_of)}現在の残高報告は、秘匿する次の数値が、公表済みの数値とあわせると計算できる"
            f"ため作成できません。債務者数の報告と、前に公表した版を確かめてください。\n{listed}"
        )


class NothingToPublish(PublicationError):
    """There is no draft for this day."""

    def __init__(self, as_of: date) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告の下書きがありません。"
            "先に report draft で下書きを作成してください。"
        )


class DraftChanged(PublicationError):
    """Files of a draft are not those that were drafted."""

    def __init__(self, as_of: date, file: str) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告の下書きが、作成後に変更されています"
            f"（{file}）。report draft で作成し直し、あらためて承認を受けてください。"
        )


class NotApproved(PublicationError):
    """The draft has no approval, or an approval of other content."""

    def __init__(self, as_of: date, why: str) -> None:
        super().__init__(f"{wareki(as_of)}現在の残高報告は公表できません。{why}")


class RevisionDamaged(PublicationError):
    """A published revision is not what was published."""

    def __init__(self, as_of: date, number: int, file: str) -> None:
        super().__init__(
            f"公表済みの{wareki(as_of)}現在の残高報告（第{number}版）が、公表後に変更されています"
            f"（{file}）。控えから復元してください。"
        )


class Unreported(PublicationError):
    """Claims of the register that nobody reported, and no waiver names their department."""

    def __init__(self, as_of: date, claims: Sequence[str]) -> None:
        listed = "\n".join(f"・{legible(claim)}" for claim in claims)
        super().__init__(
            f"{wareki(as_of)}現在の残高報告は、報告のない債権があるため公表できません。"
            "報告を求めるか、config/report_waivers.yml に所属と理由を書いて下書きを"
            f"作り直してください。\n{listed}"
        )


class NotSeen(PublicationError):
    """Whoever approves does not say that the notable changes were seen, each of them."""

    def __init__(self, as_of: date, notable: Sequence[str], mark: str) -> None:
        if not notable:
            super().__init__(
                f"{wareki(as_of)}現在の残高報告に、確かめる大きな変化はありません。"
                "--seen を付けずに承認してください。"
            )
            return
        listed = "\n".join(f"・{legible(change)}" for change in notable)
        super().__init__(
            f"{wareki(as_of)}現在の残高報告には、確かめる大きな変化が{len(notable)}件あります。"
            f"一つずつ、もとの調書と照らして確かめ、正しければ --seen {mark} を付けて"
            "承認してください(一覧が変わると、この印も変わります)。誤りがあれば、所属に差替えを求めてください。"
            f"\n{listed}"
        )


class TooEarly(PublicationError):
    """The date of publication that the draft prints is yet to come."""

    def __init__(self, as_of: date, issued: date) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告の公表日は{wareki(issued)}です。それまで公表しません。"
            "公表日を改めるときは report draft --issued で下書きを作り直してください。"
        )


class Overtaken(PublicationError):
    """Something was published since that the draft's suppression does not reckon with."""

    def __init__(self, as_of: date) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告の下書きの後に、ほかの残高報告が公表されました。"
            "秘匿する数値が変わることがあります。report draft で下書きを作り直してください。"
        )


class NotAsTold(PublicationError):
    """The draft is not what the marts and the settings of the house tell now."""

    def __init__(self, as_of: date) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告の下書きが、いまの公開用データと設定から作ったものと"
            "異なります。report draft で作り直し、内容を確認して、あらためて承認を受けてください。"
        )


class NothingToCorrect(PublicationError):
    """The marts tell nothing else than what is published, or nothing is published yet."""

    def __init__(self, as_of: date, why: str) -> None:
        super().__init__(f"{wareki(as_of)}現在の残高報告に訂正するところはありません。{why}")


class NotKept(PublicationError):
    """What a revision was rendered from is not in ``releases/``."""

    def __init__(self, as_of: date, number: int) -> None:
        super().__init__(
            f"{wareki(as_of)}現在の残高報告（第{number}版）の控えが releases/ にありません。"
            "バックアップから復元してください。"
        )


class NotExchanged(PublicationError):
    """The disk cannot let a new site take the place of the old one."""

    def __init__(self, place: Path, error: OSError) -> None:
        super().__init__(
            f"公開サイト({place})を一度に入れ替えられません({error.strerror})。公開サイトは前の"
            "ままです。手元のディスク(ext4・XFS・Btrfsなど)に置き、別のディスクにするときは、"
            "その中のフォルダへのリンクにしてください。"
        )
