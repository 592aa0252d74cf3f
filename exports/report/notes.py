"""What the figures themselves say and call for: the summary, rounding, what is missing."""

from collections.abc import Sequence
from decimal import Decimal

from exports.press.japanese import grouped
from exports.report.model import FLAGS, MONEY, ClaimLine, Figures, Report, TotalLine
from terms.money import displayed
from terms.years import fiscal_year_label, japanese_date, year_earlier

_STATUS_TERMS = (
    (
        "回収債権・整理債権",
        "回収債権は、納付の交渉や差押えなどにより回収を進める債権です。整理債権は、行方不明、"
        "破産免責、滞納処分の停止など、回収が難しく整理を進める債権です。",
    ),
)
# What the hash of the audit log is, which a published report names.
AUDIT = (
    "この報告が承認されたときの、市の記録（だれが何をしたかの監査記録）のハッシュ値です。"
    "承認までの記録が後から書き換えられていないことを確かめるために使います。"
)


def rounding_note(report: Report, lines: Sequence[ClaimLine | TotalLine]) -> str | None:
    """The note for a table of lines whose in_unit parts do not add up to the in_unit city.

    Looks along the rows (current + prior, balance − a year earlier) and down the columns.
    Exact yen always add up here: ``identities.check_parts`` has seen to it.
    """
    unit, total = report.settings.unit, report.city.figures
    parts = [line.figures for line in lines]
    along = all(_row_adds_up(figures, unit) for figures in (*parts, total))
    down = all(
        _adds_up([part.money(column) for part in parts], total.money(column), unit)
        for column in MONEY
    )
    if along and down:
        return None
    return (
        f"金額は1円単位で計算し、{unit}未満を四捨五入して表示しているため、"
        "内訳の計と合計が一致しないところがあります。"
    )


def _row_adds_up(figures: Figures, unit: str) -> bool:
    return _adds_up(
        (figures.balance_current, figures.balance_prior), figures.balance, unit
    ) and _adds_up((figures.balance_last_year, figures.change), figures.balance, unit)


def _adds_up(parts: Sequence[int | None], total: int | None, unit: str) -> bool:
    """Whether readers can add up the parts and find the total, as far as all are shown."""
    shown = [displayed(part, unit) for part in parts if part is not None]
    if total is None or len(shown) != len(parts):
        return True
    return sum(shown) == displayed(total, unit)


def flag_notes(report: Report) -> tuple[str, ...]:
    """Notes that count the claims of each flag: those that lack a settlement, a target, …"""
    last_year = japanese_date(year_earlier(report.as_of))
    return tuple(
        flag.note.format(count=count, last_year=last_year)
        for flag in FLAGS
        if (count := flag.counted(report.city))
    )


def target_note(report: Report) -> str | None:
    """Which kind of target the report compares with."""
    kinds = {line.target_kind for line in report.claims if line.target_kind}
    if kinds == {"initial_target"}:
        return "目標残高は、すべて当初目標です。"
    if kinds == {"revised_target"}:
        return "目標残高は、すべて修正目標です。"
    if kinds:
        return "目標残高は、目標を修正した債権は修正目標、その他の債権は当初目標です。"
    return None


def summary(report: Report) -> str:
    """In one breath: the city's balance and how it moved in a year."""
    settings, city = report.settings, report.city.figures
    unit = settings.unit
    opening = (
        f"{japanese_date(report.as_of)}現在の{settings.municipality_name}全体の未収金残高は"
        f"{_amount(city.balance, unit)}です。"
    )
    if city.change is None:
        return opening
    if city.change == 0:
        return f"{opening}前年同月末と同額です。"
    if displayed(city.change, unit) == 0:
        return f"{opening}前年同月末との差は1{unit}未満です。"
    moved = "増加" if city.change > 0 else "減少"
    return f"{opening}前年同月末と比べて{_amount(abs(city.change), unit)}{moved}しました。"


def points(report: Report) -> tuple[str, ...]:
    """What else the figures say, a sentence each; nothing that is suppressed is named."""
    return tuple(
        filter(
            None,
            [
                _parts(report),
                _against_settlement(report),
                _against_target(report),
                _rates(report),
                _movers(report, up=True),
                _movers(report, up=False),
            ],
        )
    )


def _parts(report: Report) -> str | None:
    city, unit = report.city.figures, report.settings.unit
    if city.balance_current is None or city.balance_prior is None:
        return None
    return (
        f"残高のうち、現年度分は{_amount(city.balance_current, unit)}、"
        f"過年度分は{_amount(city.balance_prior, unit)}です。"
    )


def _against_settlement(report: Report) -> str | None:
    since, unit = report.city.since_settlement, report.settings.unit
    if since is None:
        return None
    before = (
        f"{fiscal_year_label(report.fiscal_year - 1)}の決算における残高"
        f"（{_amount(report.city.figures.previous_settlement_balance, unit)}）"
    )
    if displayed(since, unit) == 0:
        return f"{before}とほぼ同額です。"
    return (
        f"{before}より{_amount(abs(since), unit)}{'多く' if since > 0 else '少なく'}なっています。"
    )


def _against_target(report: Report) -> str | None:
    above, unit = report.city.above_target, report.settings.unit
    if above is None:
        return None
    target = (
        f"{fiscal_year_label(report.fiscal_year)}末の目標"
        f"（{_amount(report.city.figures.target_balance, unit)}）"
    )
    if displayed(above, unit) == 0:
        return f"{target}とほぼ同額です。"
    if above < 0:
        return f"{target}を{_amount(-above, unit)}下回り、目標の水準に達しています。"
    return f"{target}に達するには、年度末までにあと{_amount(above, unit)}の縮減が必要です。"


def _rates(report: Report) -> str | None:
    city = report.city.figures
    named = [
        f"{name}{_rate(rate)}"
        for name, rate in (
            ("現年度分が", city.collection_rate_current_pct),
            ("過年度分が", city.collection_rate_prior_pct),
            ("全体で", city.collection_rate_pct),
        )
        if rate is not None
    ]
    return f"徴収率は、{'、'.join(named)}です。" if named else None


def _movers(report: Report, *, up: bool) -> str | None:
    unit = report.settings.unit
    named = [
        f"{line.claim_name}（{_amount(abs(change), unit)}）"
        for line in report.movers
        if (change := line.figures.change) is not None
        and displayed(change, unit)
        and (change > 0) == up
    ]
    if not named:
        return None
    return f"前年同月末から{'増加' if up else '減少'}した額の大きい債権は、{'、'.join(named)}です。"


def general_notes(report: Report) -> tuple[str, ...]:
    """The notes below the tables, in their order."""
    return (
        *filter(None, [target_note(report)]),
        *flag_notes(report),
        *filter(None, [basis_note(report)]),
        *waiver_notes(report),
        *filter(None, [disclosure_note(report)]),
        f"{report.settings.minus_sign}はマイナスを表します。「0」は、残高がないこと、又は表示単位に"
        "満たないことを表します。「—」は、比較する数値がないこと、又は算出できないことを表します。",
        "この報告は基準日現在の数値であり、後日確定する決算の数値とは異なることがあります。",
    )


def terms(report: Report) -> tuple[tuple[str, str], ...]:
    """The words of the report and what they mean; those of a table only where it is there."""
    return (
        (
            "未収金",
            "市が納付をお願いした市税、保険料、使用料、貸付金などのうち、まだ納められていない"
            "お金です。",
        ),
        (
            "現年度分・過年度分",
            "現年度分は今年度に納付をお願いした分、過年度分は前年度以前から繰り越した分です。",
        ),
        ("徴収率", "納付をお願いした額（調定額）のうち、基準日までに納められた額の割合です。"),
        (
            "前年同月末",
            "前年の同じ日です。残高は年度の途中で大きく変わるため、同じ時期の残高と比べます。",
        ),
        (
            "目標残高",
            "年度末の残高についての目標です。市の会議で年度ごとに定め、見直すことがあります。",
        ),
        *(_STATUS_TERMS if report.status else ()),
        ("強制徴収公債権", "市税など、滞納処分（差押えなど）を市が自ら行うことができる債権です。"),
        (
            "非強制徴収公債権",
            "法令に基づいて生じる債権のうち、強制的な回収には裁判所の手続が必要な債権です。",
        ),
        ("私債権", "貸付金など、契約などに基づいて生じる債権です。"),
    )


def disclosure_note(report: Report) -> str | None:
    """What an x means, where there is one."""
    if not report.has_hidden:
        return None
    return (
        "「x」は、個人の特定を防ぐため秘匿したことを表します。債務者の少ない（又は人数の分からない）"
        "債権の数値のほか、合計との差などからその数値を計算できないようにあわせて秘匿した数値を含み、"
        "どちらであるかは示していません。合計は、秘匿した数値を含みます。"
    )


def waiver_notes(report: Report) -> tuple[str, ...]:
    """Who did not report, and why the report was published nevertheless."""
    return tuple(
        f"{one.department}の一部又は全部の債権は、報告がないため、この報告に含まれていません"
        f"（理由：{one.reason}）。"
        for one in report.waived
    )


def basis_note(report: Report) -> str | None:
    """Which claims close their books otherwise than a year earlier."""
    broken = [line.claim_name for line in report.claims if line.is_basis_break]
    if not broken:
        return None
    return (
        f"{'、'.join(broken)}は、残高の締め（出納整理期間の有無）が前年から変わったため、"
        "前年同月末からの増減を算出していません。"
    )


def _amount(yen: int | None, unit: str) -> str:
    if yen is None:
        return "秘匿"
    number = displayed(yen, unit)
    sign = "マイナス" if number < 0 else ""
    return f"{sign}{grouped(number)}{unit}"


def _rate(rate: Decimal) -> str:
    return f"{'マイナス' if rate < 0 else ''}{grouped(rate)}%"
