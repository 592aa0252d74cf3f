"""How a home describes a table: a dictionary from words of headings to dimensions.

These classes are the keys of `<home>/config/layouts/<name>.yml`; `services/layouts.py` validates a
file against them, and makes the JSON Schema of an editor from them. Whoever reads a workbook gets
them made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from ingest.forms.reading import FIGURE
from ingest.layout import Formula, Layout
from ingest.text import key
from terms.money import EVERY_UNIT

# What a word means: a measure, or dimensions and their values.
Meaning = str | Mapping[str, str]
# What a layout may land as, and the form as which it does.
LANDS_AS = {
    FIGURE: FIGURE,
    "annual": "annual",
    "collection": "interim",
    "settlement": "promotion",
    "plan": "plan",
    "claim_list": "claim_list",
    "city_target": "city_target",
}
# Dimensions with a meaning of their own; any other name is a free dimension of the table.
DIMENSIONS: Mapping[str, str] = {
    "municipality": "団体",
    "claim_number": "債権整理番号",
    "claim_name": "債権名",
    "claim_classes": "債権区分",
    "department": "所属",
    "office": "事務所",
    "fiscal_year": "年度",
    "as_of": "基準日",
    "scenario": "実績・目標の別",
    "part": "現年度・過年度の別",
    "measure": "項目",
    "unit": "単位",
    "total": "合計かどうか",
}
FIRST_FISCAL_YEAR = 1947
UNKNOWN = "？"  # stands in a draft where a person is asked


def _told(description: str, **default: Any) -> Any:  # noqa: ANN401 - a field of any type
    """A key of the file with what editors say of it."""
    return field(metadata={"description": description}, **default)


# An unknown key is a fault, for whoever validates.
_STRICT = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class PassedOver:
    """What a table shows and nobody asks for; it is told, not read."""

    __pydantic_config__: ClassVar = _STRICT

    columns: tuple[str, ...] = _told("読まない列の見出し", default=())
    rows: tuple[str, ...] = _told("読まない行の見出し", default=())


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What must hold between the figures of a sheet: a sum over a dimension, or a formula.

    In a formula, 前年度_x is x of the fiscal year before.
    """

    __pydantic_config__: ClassVar = _STRICT

    sum: tuple[str, ...] = _told("どの次元にわたる合計か(within は段の上下)", default=())
    total: str | None = _told("合計を表す値(なければ total の付いた行)", default=None)
    of: tuple[str, ...] = _told("足し合わせる値(なければ合計でないものすべて)", default=())
    formula: str | None = _told("項目の式(例 uncollected = assessed - collected)", default=None)
    where: Mapping[str, str] = _told("この次元の値の数値だけを調べる", default_factory=dict)
    tolerance: int = _told("許す差(表示の単位で)", default=0)
    residual: bool = _told("合わなくても注意だけにして読み込むか", default=False)

    def __post_init__(self) -> None:
        """Raise ValueError, in words for the data team, where it says nothing that can hold."""
        if bool(self.sum) == bool(self.formula):
            raise ValueError("sum か formula のどちらか一方を書いてください。")
        try:
            is_right = not self.formula or (self.result.isidentifier() and self.right.is_usable)
        except SyntaxError:
            is_right = False
        if not is_right:
            raise ValueError(
                f"formula の「{self.formula}」は使えません。「項目 = 項目 - 項目」か"
                "「項目 = 項目 / 項目」の形で書いてください(使えるのは + - と、一つの / だけです)。"
            )

    @property
    def result(self) -> str:
        """The measure on the left of its formula."""
        return (self.formula or "").partition("=")[0].strip()

    @property
    def right(self) -> Formula:
        """What the result must be. Raises SyntaxError."""
        return Formula((self.formula or "").partition("=")[2].strip())


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a sheet, found by the words of its column headings."""

    __pydantic_config__: ClassVar = _STRICT

    columns: Mapping[str, Meaning] = _told(
        "列の見出しの語と意味。意味は項目の名か {次元: 値}。<次元> なら列のセルがその値"
    )
    rows: Mapping[str, Meaning] = _told("行の見出しの語と意味", default_factory=dict)
    stub: tuple[str, ...] = _told("見出しのない左の列が表す次元を、左から順に", default=())
    levels: bool = _told("行の見出しが番号や字下げで段になっているか", default=False)
    above: tuple[str, ...] = _told("表のすぐ上にある語。<次元> の所を値として読む", default=())
    given: Mapping[str, str] = _told("この表のすべての数値に共通する次元", default_factory=dict)
    optional: tuple[str, ...] = _told("なくてもよい列の見出し", default=())
    pass_over: PassedOver = _told("読まない列と行", default_factory=PassedOver)  # noqa: RUF009 - a field
    transposed: bool = _told("行と列が入れ替わっているか", default=False)
    unit: str | None = _told("金額の単位(シートに書かれていないとき)", default=None)
    era: str | None = _told("年だけの見出し(18、19 …)の元号", default=None)
    repeats: bool = _told("同じ見出しの表が続くか(次のページなど)", default=False)
    may_lack: bool = _told("この表がなくてもよいか", default=False)


@dataclass(frozen=True, kw_only=True)
class Described:
    """A layout of a home, in one version, for the sheets of some or of all municipalities."""

    __pydantic_config__: ClassVar = _STRICT

    name: str
    is_draft: bool = False  # that still asks: it reads nothing of its own
    title: str = _told("この様式の名称")
    tables: tuple[Table, ...] = _told("シートにある表")
    version: str = _told("版(読み方を変えたら上げる)", default="1")
    titles: tuple[str, ...] = _told(
        "シートに必ずある語(どれか一つ)。表の見出しだけでは見分けられないとき", default=()
    )
    municipalities: tuple[str, ...] = _told("この様式を使う団体のコード(6桁)", default=())
    valid_from: int = _told("使う最初の年度(西暦)", default=FIRST_FISCAL_YEAR)
    valid_until: int | None = _told("使う最後の年度(西暦)", default=None)
    identities: tuple[Identity, ...] = _told("数値の間に成り立つこと", default=())
    lands_as: str = _told("どの表に入れるか", default=FIGURE)
    unit: str | None = _told("金額の単位(シートに書かれていないとき)", default=None)
    given: Mapping[str, str] = _told("すべての数値に共通する次元", default_factory=dict)
    texts: tuple[str, ...] = _told("シートのどこかにある語。<次元> の所を値として読む", default=())
    beside: Mapping[str, str] = _told("右隣のセルを値とする語と、その次元", default_factory=dict)
    file: str | None = _told("ファイルの名前。<次元> の所を値として読む", default=None)

    def __post_init__(self) -> None:
        """Raise ValueError, in words for the data team, where no year is one to use it in."""
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until は valid_from 以後の年度にしてください。")

    @cached_property
    def layout(self) -> Layout:
        """As the forms' layouts tell form, version, title and validity."""
        return Layout(
            form=LANDS_AS.get(self.lands_as, FIGURE),
            version=f"{self.name}-{self.version}",
            title=self.title,
            title_keys=tuple(map(key, (self.title, *self.titles))),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            unit_yen=EVERY_UNIT.get(self.unit or "", 1),
            signs={},
            header={},
            columns=(),
            groups={},
            spec={},
        )

    def is_of(self, municipality: str | None) -> bool:
        """Whether sheets of a municipality (6 digits; None: not known) may be of this layout."""
        return not (self.municipalities and municipality) or municipality in self.municipalities
