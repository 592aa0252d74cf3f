"""``accessibility.html``: what the city aims at, and what the last test of the pages found.

The result is a record beside this module, ``accessibility.json``, written by the browser tests
(``make accessibility``). It names the templates that it speaks of by their hash.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from exports.press import files

RECORD = Path(__file__).with_name("accessibility.json")
_TEMPLATES = Path(__file__).parents[1] / "press" / "html"

# The success criteria of JIS X 8341-3:2016 (those of WCAG 2.0), levels A and AA.
CRITERIA = {
    "1.1.1": ("A", "非テキストコンテンツ"),
    "1.2.1": ("A", "音声だけ及び映像だけ（収録済み）"),
    "1.2.2": ("A", "キャプション（収録済み）"),
    "1.2.3": ("A", "音声解説又はメディアに対する代替コンテンツ（収録済み）"),
    "1.2.4": ("AA", "キャプション（ライブ）"),
    "1.2.5": ("AA", "音声解説（収録済み）"),
    "1.3.1": ("A", "情報及び関係性"),
    "1.3.2": ("A", "意味のある順序"),
    "1.3.3": ("A", "感覚的な特徴"),
    "1.4.1": ("A", "色の使用"),
    "1.4.2": ("A", "音声の制御"),
    "1.4.3": ("AA", "コントラスト（最低限レベル）"),
    "1.4.4": ("AA", "テキストのサイズ変更"),
    "1.4.5": ("AA", "文字画像"),
    "2.1.1": ("A", "キーボード"),
    "2.1.2": ("A", "キーボードトラップなし"),
    "2.2.1": ("A", "タイミング調整可能"),
    "2.2.2": ("A", "一時停止、停止及び非表示"),
    "2.3.1": ("A", "3回の閃光、又は閾値以下"),
    "2.4.1": ("A", "ブロックスキップ"),
    "2.4.2": ("A", "ページタイトル"),
    "2.4.3": ("A", "フォーカス順序"),
    "2.4.4": ("A", "リンクの目的（コンテキスト内）"),
    "2.4.5": ("AA", "複数の手段"),
    "2.4.6": ("AA", "見出し及びラベル"),
    "2.4.7": ("AA", "フォーカスの可視化"),
    "3.1.1": ("A", "ページの言語"),
    "3.1.2": ("AA", "一部分の言語"),
    "3.2.1": ("A", "フォーカス時"),
    "3.2.2": ("A", "入力時"),
    "3.2.3": ("AA", "一貫したナビゲーション"),
    "3.2.4": ("AA", "一貫した識別性"),
    "3.3.1": ("A", "エラーの特定"),
    "3.3.2": ("A", "ラベル又は説明"),
    "3.3.3": ("AA", "エラー修正の提案"),
    "3.3.4": ("AA", "エラー回避（法的、金融及びデータ）"),
    "4.1.1": ("A", "構文解析"),
    "4.1.2": ("A", "名前（name）、役割（role）及び値（value）"),
}

# The pages have no sound, no film, no form, no script and nothing that moves.
NOT_APPLICABLE = frozenset(
    {
        *("1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.4.2", "2.2.1", "2.2.2", "2.3.1"),
        *("3.2.2", "3.3.1", "3.3.2", "3.3.3", "3.3.4"),
    }
)


@dataclass(frozen=True)
class CheckedPage:
    """A kind of page, and how many faults were found on it, over every width."""

    name: str
    violations: int


@dataclass(frozen=True)
class Criterion:
    """A success criterion, and the rules of the checker that looked at it and found no fault."""

    number: str
    level: str
    name: str
    rules: int

    @property
    def told(self) -> str:
        """What the machines can say of it."""
        if self.number in NOT_APPLICABLE:
            return "対象なし"
        return f"問題なし（規則{self.rules}件）" if self.rules else "人が確認"


@dataclass(frozen=True)
class Result:
    """The last test: ``widths`` in CSS pixels, ``templates`` the hash of what was tested."""

    tested_on: date
    templates: str
    tools: tuple[str, ...]
    widths: tuple[int, ...]
    pages: tuple[CheckedPage, ...]
    criteria: tuple[Criterion, ...]

    @property
    def violations(self) -> int:
        """On all pages together."""
        return sum(page.violations for page in self.pages)


def read_result() -> Result:
    """The recorded result."""
    told = json.loads(RECORD.read_bytes())
    return Result(
        tested_on=date.fromisoformat(told["tested_on"]),
        templates=told["templates"],
        tools=tuple(told["tools"]),
        widths=tuple(told["widths"]),
        pages=tuple(CheckedPage(name, faults) for name, faults in told["pages"].items()),
        criteria=tuple(
            Criterion(number, level, name, told["rules"].get(number, 0))
            for number, (level, name) in CRITERIA.items()
        ),
    )


@cache
def templates_hash() -> str:
    """The SHA-256 over the page templates and their style, by name."""
    contents = {path.name: path.read_bytes() for path in _TEMPLATES.iterdir() if path.is_file()}
    return files.sha256(files.sums(contents))
