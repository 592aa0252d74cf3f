"""Workbooks as departments really send them: `tests/data/should_pass` and `should_fail`.

`PYTHONPATH=tests python -m support.messy` writes them again, from the real forms under
`tests/data/osaka` and from our own template. What a spreadsheet program writes is written by that
program; what only Excel writes (phonetic runs, strict OOXML, x14ac …) is put into the XML by hand.
"""

import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import IconSetRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet
from support.office import convert
from support.sheet_edits import SheetEdit
from support.workbooks import OSAKA, saved, with_records

from ingest.templates import draw

DATA = Path(__file__).parents[1] / "data"
PLAIN, LARGE = OSAKA / "003_就学援助費.xlsx", OSAKA / "調書（008奨学金）.xlsx"
ENGLISH, TYPED = OSAKA / "教委_給与システム・英語.xlsx", OSAKA / "010.xlsx"
NEW_CLAIM, DIVIDED = OSAKA / "014_デザイン教育研究所授業料.xlsx", next(OSAKA.glob("013*"))
INTERIM = "残高報告"  # drawn from the template
INTERIM_SHEET = "未収金残高報告"
FORMULA = 6  # the record of a formula in an .xls
SHEETS = {PLAIN: "003", LARGE: "調書", ENGLISH: "006", TYPED: "Sheet1", NEW_CLAIM: "014"}
WIDE = str.maketrans("0123456789,.%-", "０１２３４５６７８９，．％－")
TYPED_CELLS = re.compile(r"[CEFGLMN]1[2-8]|[C-KM-S]2[4-7]|G(29|30|31)")
FIGURES = re.compile(r"[C-U](1[2-8]|2[4-7])|G(29|30|31)")
SCENARIOS = ["実績", "実績", "修正目標", "実績", "当初目標", "努力目標", "当初目標"]
RATES = re.compile(r"[IJPQST]1[2-8]")
AS_OF = date(2025, 7, 31)


class Case(NamedTuple):
    """A workbook: its suffix, the clean form it equals (if any), and how it is made."""

    suffix: str
    clean: Path | str | None
    make: Callable[[], bytes]
    told: frozenset[tuple[str, str | None, str | None]] = frozenset()


PASS: dict[str, Case] = {}
FAIL: dict[str, Case] = {}
Make = Callable[[], bytes]


def passes(name: str, clean: Path | str = LARGE, suffix: str = ".xlsx") -> Callable[[Make], Make]:
    """A workbook that says what a clean form says."""

    def keep(make: Make) -> Make:
        PASS[name] = Case(suffix, clean, make)
        return make

    return keep


def fails(
    name: str, *told: tuple[str, str | None, str | None], suffix: str = ".xlsx"
) -> Callable[[Make], Make]:
    """A workbook of which something must be told: rule, sheet and cell."""

    def keep(make: Make) -> Make:
        FAIL[name] = Case(suffix, None, make, frozenset(told))
        return make

    return keep


def cells(edit: Callable[[str, object], object], path: Path = LARGE) -> bytes:
    """A real form with every cell passed through a function, in the XML."""
    sheet = SheetEdit(path.read_bytes(), SHEETS[path])
    for cell in list(sheet.cells):
        before = sheet.value(cell)
        if before is not None and (after := edit(cell, before)) is not before:
            sheet.set(cell, after)  # type: ignore[arg-type]
    return sheet.saved()


def typed(changes: dict[str, object], path: Path = LARGE) -> bytes:
    """A real form with some cells typed over, in the XML."""
    sheet = SheetEdit(path.read_bytes(), SHEETS[path])
    for cell, value in changes.items():
        sheet.set(cell, value)  # type: ignore[arg-type]
    return sheet.saved()


def sheet_of(edit: Callable[[Worksheet], object], path: Path = LARGE) -> bytes:
    """A real form with its sheet changed by openpyxl; formulas become their results."""
    book = load_workbook(path, data_only=True)
    sheet = book[SHEETS[path]]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    edit(sheet)
    return saved(book)


def parts(data: bytes, *changes: tuple[str, str, str]) -> bytes:
    """A workbook with text replaced in its parts: (pattern of the part's name, old, new)."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for part, old, new in changes:
                if re.fullmatch(part, name):
                    content = re.sub(old, new, content.decode(), flags=re.S).encode()
            target.writestr(name, content)
    return buffer.getvalue()


def first_sheet(*changes: tuple[str, str]) -> bytes:
    """The large form with text replaced in the XML of its first sheet."""
    return parts(
        LARGE.read_bytes(), *((r"xl/worksheets/sheet1\.xml", old, new) for old, new in changes)
    )


def as_text(write: Callable[[str, int], str], least: int = 0) -> bytes:
    """The large form with every typed figure written as a text."""
    return cells(
        lambda cell, v: (
            write(cell, v)
            if isinstance(v, int) and TYPED_CELLS.fullmatch(cell) and v >= least
            else v
        )
    )


def saved_as(kind: str, data: bytes) -> bytes:
    """A workbook as LibreOffice saves it in another format."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "原本.xlsx"
        path.write_bytes(data)
        out = Path(folder) / "out"
        out.mkdir()
        (made,) = convert([path], kind, out)
        return made.read_bytes()


# --- numbers -------------------------------------------------------------------------------------


@passes("数値が文字列")
def _() -> bytes:
    return as_text(lambda _, n: f"{n:,}")


@passes("全角の数値")
def _() -> bytes:
    return as_text(lambda _, n: f"{n:,}".translate(WIDE))


@passes("単位つきの数値")
def _() -> bytes:
    def unit(cell: str) -> str:
        if cell[1:] in ("24", "26") or cell == "G30":
            return "件"
        return "人" if cell == "G29" else "千円"

    return as_text(lambda cell, n: f"{n:,}{unit(cell)}")


@passes("円まで書いた金額")
def _() -> bytes:
    return typed({"F15": "1,917,000円", "E15": "５０，３１５，０００円"})


@passes("ピリオドの桁区切り")
def _() -> bytes:
    return as_text(lambda _, n: f"{n:,}".replace(",", "."), least=1000)


@passes("前後の空白")
def _() -> bytes:
    blanks = cycle([" {}", "{} ", "　{}　", "\u00a0{}", "{}\n"])
    return cells(lambda _, v: next(blanks).format(v) if isinstance(v, str | int) else v)


@passes("負数の書き方", ENGLISH)
def _() -> bytes:
    return typed(
        {"D13": "△ 159", "H13": "(158)", "D14": "▲42", "J13": "▲16.5%", "T13": "−16.5％"}, ENGLISH
    )


@passes("負数の書き方2", ENGLISH)
def _() -> bytes:
    return typed({"D13": "－１５９", "H13": "（１５８）", "D14": "-42", "J13": -0.165}, ENGLISH)


@passes("ゼロはすべて横線", PLAIN)
def _() -> bytes:
    dashes = cycle("—－-ー―–−─‐ｰ")
    return cells(
        lambda cell, v: next(dashes) if v == 0 and TYPED_CELLS.fullmatch(cell) else v, PLAIN
    )


@passes("率の書き方")
def _() -> bytes:
    forms = cycle(["{:.1%}", "{:.3f}", "percent", "wide"])

    def written(rate: float) -> object:
        form = next(forms)
        if form == "percent":
            return round(100 * rate, 1)
        return f"{rate:.1%}".translate(WIDE) if form == "wide" else form.format(rate)

    return cells(
        lambda cell, v: written(v) if isinstance(v, float) and RATES.fullmatch(cell) else v
    )


@passes("計算結果のない数式", NEW_CLAIM)
def _() -> bytes:
    return saved(load_workbook(NEW_CLAIM))


@passes("率が0で割るエラー", DIVIDED)
def _() -> bytes:
    return DIVIDED.read_bytes()


@passes("合計を手入力")
def _() -> bytes:
    return cells(lambda cell, v: v if isinstance(v, str) else v + 0)


@passes("円単位の様式")
def _() -> bytes:
    def in_yen(cell: str, value: object) -> object:
        if isinstance(value, str):
            return value.replace("千円", "円")
        money = not RATES.fullmatch(cell) and not re.fullmatch(r".2[46]|G(29|30)|H3", cell)
        return value * 1000 if money else value  # type: ignore[operator]

    return cells(in_yen)


# --- headings, labels and names ------------------------------------------------------------------


@passes("題名が調査")
def _() -> bytes:
    return typed({"A1": "未収金目標及び具体取組内容調査"})


for _name, _number in {
    "英字のO": "O08",
    "ゼロ落ち": 8,
    "全角": "００８",
    "第何号": "第008号",
    "小数": 8.0,
}.items():
    passes(f"債権整理番号が{_name}")(lambda number=_number: typed({"H3": number}))  # type: ignore[misc]

for _name, (_one, _two) in {
    "直線": ("'", "''"),
    "曲線": ("’", "’’"),
    "分秒": ("′", "″"),
    "分を2つ": ("′", "′′"),
    "全角": ("＇", "＂"),
    "曲線の2つ": ("‘", "”"),
    "アクセント": ("´", "´´"),
}.items():
    passes(f"ダッシュ記号が{_name}")(
        lambda one=_one, two=_two: cells(  # type: ignore[misc]
            lambda cell, v: (
                v.replace("″", two).replace("′", one)
                if isinstance(v, str) and cell.endswith("11")
                else v
            )
        )
    )

for _name, _years in {
    "平29": ["平29", "平30", "令元", "令元", "令2", "令2", "令3"],
    "H29年度": ["H29年度", "H30年度", "R1年度", "Ｒ１年度", "R2年度", "R2年度", "R3年度"],
    "平成29年度": [
        "平成29年度",
        "平成30年度",
        "令和元",
        "令和元年度",
        "令和２",
        "令和２年度",
        "令和３年度",
    ],
    "2017年度": [
        "2017年度",
        "2018年度",
        "2019年度",
        "２０１９年度",
        "2020",
        "2020年度",
        "2021年度",
    ],
    "平成31年度": [
        "平成29年度",
        "平成30年度",
        "平成31年度",
        "H31年度",
        "R2",
        "令和2年度",
        "令3年度",
    ],
}.items():
    passes(f"年度が{_name}")(
        lambda years=_years: typed(  # type: ignore[misc]
            {f"B{12 + i}": f"{year} {SCENARIOS[i]}" for i, year in enumerate(years)}
        )
    )


@passes("見出しに改行と全角空白")
def _() -> bytes:
    gaps = cycle(["　", "\n", " ", "\r\n"])

    def torn(cell: str, value: object) -> object:
        if not isinstance(value, str) or cell[1:] not in ("3", "9", "10", "21", "23"):
            return value
        label = value.replace("\n", "")
        is_entry = cell in ("B3", "E3", "H3", "K3", "N3")
        return value if is_entry else next(gaps).join([label[:1], label[1:2], label[2:]])

    return cells(torn)


@passes("見出しが半角カナ")
def _() -> bytes:
    full = "アイウエオカキク"
    half = dict(zip(full, "ｱｲｳｴｵｶｷｸ", strict=True)) | {"ケ": "ｹ"}
    return cells(
        lambda cell, v: (
            "".join(half.get(c, c) for c in v) if isinstance(v, str) and cell.endswith("11") else v
        )
    )


@passes("見出しがNFD(Mac)")
def _() -> bytes:
    return cells(
        lambda cell, v: (
            unicodedata.normalize("NFD", v)
            if isinstance(v, str) and cell not in ("B3", "E3", "K3", "N3")
            else v
        )
    )


@passes("記号がかっこ付き")
def _() -> bytes:
    return cells(
        lambda cell, v: (
            f"({v.partition(chr(10))[0]})" if isinstance(v, str) and cell.endswith("11") else v
        )
    )


NAMES = {
    "かぶしき": "㈱みほん①号貸付金Ⅱ",
    "異体字": "葛󠄀城市奨学金",
    "結合文字": unicodedata.normalize("NFD", "こどもグループ貸付金"),
    "半角カナ": "ｶﾞｽ料金",
}
for _name, _claim in NAMES.items():
    passes(f"債権名に{_name}", "name:" + _claim)(lambda claim=_claim: typed({"N3": claim}))  # type: ignore[misc]


# --- the layout of the sheet ---------------------------------------------------------------------


@passes("上と左に行と列を挿入")
def _() -> bytes:
    return sheet_of(lambda s: [s.insert_rows(1, 4), s.insert_cols(1, 3)])


@passes("表の途中に空の行と列を挿入")
def _() -> bytes:
    return sheet_of(
        lambda s: [
            *(s.insert_rows(row) for row in (27, 24, 19, 16, 14, 12, 8)),
            *(s.insert_cols(column) for column in (20, 12, 7, 5)),
        ]
    )


@passes("右から左の表示と右からの列挿入")
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet.sheet_view.rightToLeft = True
        for column in (22, 21, 19, 12, 3, 1):
            sheet.insert_cols(column)

    return sheet_of(edit)


@passes("思わぬ所の結合セル")
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        for area in ("A1:U1", "A5:U5", "C10:C10", "B3:C3", "N3:U3", "A24:A25", "G29:G29"):
            sheet.merge_cells(area)
        sheet.merge_cells("A20:R20")
        sheet.merge_cells("V12:W18")

    return sheet_of(edit)


@passes("非表示の列と行とフィルター")
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        for column in "FGM":
            sheet.column_dimensions[column].hidden = True
        for row in (13, 17, 26):
            sheet.row_dimensions[row].hidden = True
        sheet.auto_filter.ref = "A11:U18"

    return sheet_of(edit)


@passes("コメントとメモ")
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        for cell in ("C12", "E15", "U25", "A1"):
            sheet[cell].comment = Comment("確認済み 1,234千円", "担当")

    return sheet_of(edit)


@passes("書式だけの百万行")
def _() -> bytes:
    # the bytes stay small only in the zip, so a few thousand rows in every tenth of the sheet
    rows = "".join(
        f'<row r="{r}" s="1" customFormat="1"><c r="A{r}" s="1"/></row>'
        for start in range(50, 1_048_576, 104_850)
        for r in range(start, start + 2000)
    )
    last = '<row r="1048576" s="1" customFormat="1"><c r="A1048576" s="1"/></row></sheetData>'
    return first_sheet(
        ("</sheetData>", rows + last), ('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"')
    )


@passes("見出しの年度は右の空欄でも一つ")
def _() -> bytes:
    return typed({"A1": "令和元年度 未収金目標及び具体取組内容調書", "Z60": " "})


@passes("長い文章と制御文字")
def _() -> bytes:
    return typed({"B35": "催告を行う。" * 5000, "B36": "督促_x000B_を\u2028実施\tした。"})


@passes("枠外の真偽値")
def _() -> bytes:
    return first_sheet(
        ("</sheetData>", '<row r="60"><c r="X60" t="b"><v>1</v></c></row></sheetData>')
    )


# --- sheets and files ----------------------------------------------------------------------------


def _with_sheets(edit: Callable[[Workbook], object]) -> bytes:
    book = load_workbook(LARGE, data_only=True)
    edit(book)
    return saved(book)


def _last_year(book: Workbook, state: str, title: str) -> None:
    old = book.copy_worksheet(book["調書"])
    old.title, old.sheet_state = title, state
    old["E15"].value, old["H3"].value = 1, "009"


@passes("昨年度が非表示シート")
def _() -> bytes:
    return _with_sheets(
        lambda book: [
            _last_year(book, "hidden", "昨年度"),
            _last_year(book, "veryHidden", "H30"),
            book.move_sheet("昨年度", -2),
        ]
    )


@passes("Sheet1と空のシート 最終版(2)")
def _() -> bytes:
    def edit(book: Workbook) -> None:
        book["調書"].title = "Sheet1"
        book.create_sheet("Sheet2", 0)
        book.create_sheet("Sheet3")
        guide = book.create_sheet("記入要領と様式の説明", 0)
        guide["A1"] = (
            "ア 調定繰越額、ウ 調定額、エ 徴収額、オ 不納欠損額、ケ 未収金残高を記入する。"
        )
        guide["A2"] = "債権整理番号、債権名、所属、担当、債権区分は必ず記入のこと。"

    return _with_sheets(edit)


@passes("複数の様式と逆順のシート", ENGLISH)
def _() -> bytes:
    book = load_workbook(ENGLISH, data_only=True)
    for sheet in list(book.worksheets):
        book.move_sheet(sheet, -len(book.worksheets))
    return saved(book)


@passes("xls形式", suffix=".xls")
def _() -> bytes:
    return saved_as("xls", LARGE.read_bytes())


@passes("ods形式", suffix=".ods")
def _() -> bytes:
    return saved_as("ods", LARGE.read_bytes())


@passes("LibreOfficeで保存")
def _() -> bytes:
    return saved_as("xlsx", typed({"F15": "１，９１７"}))


@passes("マクロなしのxlsm", suffix=".xlsm")
def _() -> bytes:
    return parts(
        LARGE.read_bytes(),
        (
            r"\[Content_Types\]\.xml",
            r"application/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet\.main\+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
    )


@passes("拡張子がxlsのxlsx", suffix=".xls")
def _() -> bytes:
    return LARGE.read_bytes()


# --- as Excel itself writes ----------------------------------------------------------------------


@passes("Excel ふりがな付きの共有文字列")
def _() -> bytes:
    reading = (
        r'<si>\1<rPh sb="0" eb="1"><t>ミシュウ</t></rPh><rPh sb="1" eb="2"><t>キン</t></rPh>'
        r'<phoneticPr fontId="1"/></si>'
    )
    return parts(LARGE.read_bytes(), (r"xl/sharedStrings\.xml", r"<si>(.*?)</si>", reading))


@passes("Excel 書式の混ざった文字列")
def _() -> bytes:
    runs = (
        r'<si><r><t xml:space="preserve">\1</t></r><r><rPr><b/><sz val="11"/>'
        r'<color theme="1"/><rFont val="ＭＳ Ｐゴシック"/></rPr>'
        r'<t xml:space="preserve">\2</t></r></si>'
    )
    plain = r"<si><t[^>]*>([^<])([^<]+)</t></si>"
    return parts(LARGE.read_bytes(), (r"xl/sharedStrings\.xml", plain, runs))


@passes("Excel x14acと拡張と名前の定義")
def _() -> bytes:
    return parts(
        LARGE.read_bytes(),
        (
            r"xl/worksheets/sheet1\.xml",
            "<worksheet ",
            '<worksheet xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
            ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
            ' xr:uid="{5B0D0E3C-0001-4000-8000-000000000001}" ',
        ),
        (r"xl/worksheets/sheet1\.xml", r"<row r=", r'<row x14ac:dyDescent="0.15" spans="1:21" r='),
        (
            r"xl/workbook\.xml",
            "</sheets>",
            '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">'
            '調書!$A$1:$U$42</definedName><definedName name="調定額">#REF!</definedName>'
            "</definedNames>",
        ),
    )


@passes("Excel 配色と番号の色")
def _() -> bytes:
    return parts(
        LARGE.read_bytes(),
        (
            r"xl/styles\.xml",
            r'<fgColor rgb="[^"]*"',
            '<fgColor theme="7" tint="0.7999816888943144"',
        ),
        (r"xl/styles\.xml", r'<bgColor rgb="[^"]*"', '<bgColor indexed="64"'),
    )


@passes("Excel 数式の結果の型")
def _() -> bytes:
    # a result that is a text has t="str"; shared formulas name a group and carry no text
    return first_sheet(
        (
            r'(<c r="H12"[^>]*)(><f[^>]*>)[^<]*(</f>)',
            r'\1><f t="shared" ref="H12:H18" si="0">D12+F12+G12\3',
        ),
        (r'(<c r="H1[3-8]"[^>]*)><f[^>]*>[^<]*</f>', r'\1><f t="shared" si="0"/>'),
        (
            r'(<c r="U24"[^>]*?)( t="n")?><f[^>]*>[^<]*</f><v>785</v>',
            r'\1 t="str"><f>L24&amp;""</f><v>785</v>',
        ),
    )


_STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


@passes("Excel 厳密なOOXML")
def _() -> bytes:
    return parts(
        LARGE.read_bytes(),
        *((r".*\.(xml|rels)", re.escape(old), new) for old, new in _STRICT.items()),
        (r"xl/workbook\.xml", "<workbook ", '<workbook conformance="strict" '),
    )


def interim(as_of: object = None) -> bytes:
    """A balance report of two claims; `as_of` replaces what its reference date says."""
    columns = ("carried_forward", "assessed_prior", "collected_prior", "assessed_current")
    values: dict[tuple[str, str, str], int | str] = {}
    for number, name in (("008", "奨学金"), ("011", "給食費")):
        values |= {
            ("collection", number, "claim_number"): number,
            ("collection", number, "claim_name"): name,
            ("collection", number, "claim_classes"): "私債権",
        }
        values |= {("collection", number, c): 1007 + 10 * i for i, c in enumerate(columns)}
    data = draw(
        "interim",
        municipality_code="999999",
        as_of=AS_OF,
        header={"department": "教育委員会事務局", "section": "学事課"},
        values=values,
    )
    if as_of is None:
        return data
    book = load_workbook(BytesIO(data), data_only=True)
    sheet = book.worksheets[0]
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == "令和7年7月31日"]
    cell.value = as_of
    return saved(book)


for _name, _day in {
    "日付のセル": datetime(2025, 7, 31),  # noqa: DTZ001 - Excel's dates have no zone
    "点で区切った和暦": "R7.7.31",
    "月末": "令和７年７月末",
    "斜線で区切った西暦": "2025/7/31",
    "書式を失った通し番号": 45869,
}.items():
    passes(f"基準日が{_name}", INTERIM)(lambda day=_day: interim(day))  # type: ignore[misc]


@passes("1904年からの日付", INTERIM)
def _() -> bytes:
    book = load_workbook(BytesIO(interim(datetime(2025, 7, 31))))  # noqa: DTZ001
    data = parts(saved(book), (r"xl/workbook\.xml", "<workbookPr ", '<workbookPr date1904="1" '))
    return parts(data, (r"xl/worksheets/sheet1\.xml", "<v>45869</v>", "<v>44407</v>"))


# --- what must be told ---------------------------------------------------------------------------

SHEET = "調書"


def one(name: str, rule: str, cell: str, value: object) -> None:
    """A case with one cell typed over, told at that cell."""
    fails(name, (rule, SHEET, cell))(lambda: typed({cell: value}))


one("数値に文字", "unreadable_number", "E15", "約5万")
one("数値に改行", "unreadable_number", "E15", "50315\n50316")
one("小数の金額", "unreadable_number", "E15", 50315.5)
one("金額に人", "unreadable_number", "E15", "50,315人")
one("件数に千円", "unreadable_number", "D24", "548千円")
one("一つだけ円単位", "computed_amount", "E15", 50315000)
one("合計の手入力の誤り", "computed_amount", "U15", 50185)
one("小計の手入力の誤り", "status_subtotal", "L25", 31550)
one("総数の手入力の誤り", "grand_total", "G31", 50159)
one("符号の脱落", "computed_amount", "H15", -18281)
one("桁の入れ替わり", "computed_amount", "F15", 1971)
one("繰越額の誤り", "carry_over", "C17", 50185)
one("債権整理番号なし", "header_value", "H3", None)
one("債権区分が読めない", "header_value", "K3", "その他")
one("見出しの変更", "damaged_heading", "E10", "調停額")
one("分類の見出しが別の番号", "damaged_heading", "D23", "納付猶予中")
one("行の記号と名前が違う", "unknown_row_label", "B15", "令和元年度修正目標")
one("全角の英字が混ざる数値", "unreadable_number", "E15", "５０３ｌ５")
one("丸数字の金額", "unreadable_number", "F15", "①")
one("制御文字の混ざる数値", "unreadable_number", "E15", "50_x0000_315")


def _styled(cell: str, number_format: str) -> bytes:
    book = load_workbook(LARGE)
    book[SHEET][cell].number_format = number_format
    data = saved(book)
    results = SheetEdit(LARGE.read_bytes(), SHEET)
    sheet = SheetEdit(data, SHEET)
    for each in results.cells:
        if results.formula(each) is not None:
            sheet.set(each, results.value(each))
    return sheet.saved()


@fails("数値が日付の書式", ("unreadable_number", SHEET, "F15"))
def _() -> bytes:
    return _styled("F15", "yyyy/m/d")


# --- what is seen is not what is stored ----------------------------------------------------------

FORMATS = (".xlsx", ".xls", ".ods")


def fails_everywhere(
    name: str, *told: tuple[str, str | None, str | None]
) -> Callable[[Make], Make]:
    """A workbook of which something must be told, in whatever format it is saved."""

    def keep(make: Make) -> Make:
        for suffix in FORMATS:
            kind = suffix.removeprefix(".")
            saving = make if suffix == ".xlsx" else lambda kind=kind: saved_as(kind, make())  # type: ignore[misc]
            FAIL[f"{name} {kind}"] = Case(suffix, None, saving, frozenset(told))
        return make

    return keep


def passes_everywhere(name: str, clean: Path | str = LARGE) -> Callable[[Make], Make]:
    """A workbook that says what a clean form says, in whatever format it is saved."""

    def keep(make: Make) -> Make:
        for suffix in FORMATS:
            kind = suffix.removeprefix(".")
            saving = make if suffix == ".xlsx" else lambda kind=kind: saved_as(kind, make())  # type: ignore[misc]
            PASS[f"{name} {kind}"] = Case(suffix, clean, saving)
        return make

    return keep


def looking(edit: Callable[[Worksheet], object], path: Path = LARGE) -> bytes:
    """A real form with cells that look otherwise; its formulas become their results."""
    book = load_workbook(path, data_only=True)
    edit(book[SHEETS[path]])
    return saved(book)


for _name, _code in {
    "表示形式で消えた金額": ";;;",
    "表示形式が別の金額": '"999"',
    "表示形式が率": "0.0%",
    "表示形式が日付": "yyyy/m/d",
    "表示形式が負号を加える": '"▲"0',
}.items():
    _rule = "unreadable_number" if _code in ("0.0%", "yyyy/m/d") else "not_as_seen"
    fails_everywhere(_name, (_rule, SHEET, "F15"))(
        lambda code=_code: looking(lambda s: setattr(s["F15"], "number_format", code))  # type: ignore[misc]
    )


@fails_everywhere("取り消し線の金額", ("struck_out", SHEET, "F15"))
def _() -> bytes:
    return looking(lambda s: setattr(s["F15"], "font", Font(strike=True)))


@fails_everywhere("白い文字の金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet["F15"].font, sheet["F15"].fill = Font(color="FFFFFFFF"), PatternFill()

    return looking(edit)


@fails("条件付き書式で消えた金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    hidden = DifferentialStyle(numFmt=NumberFormat(numFmtId=170, formatCode=";;;"))
    rule = Rule(type="cellIs", operator="greaterThan", formula=["1000"], dxf=hidden)
    return looking(lambda s: s.conditional_formatting.add("E15:G15", rule))


@fails_everywhere("ゼロを言葉にした金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet["F15"].value, sheet["F15"].number_format = 0, '#,##0;-#,##0;"未定"'

    return looking(edit)


@fails_everywhere("背景と同じ色の文字の金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet["F15"].value, sheet["F15"].font = "1,917", Font(color="FF808080")
        sheet["F15"].fill = PatternFill("solid", fgColor="FF808080")

    return looking(edit)


@fails_everywhere("二つの欄にわたる金額", ("not_as_seen", SHEET, "G15"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet["G15"].value = None
        sheet.merge_cells("F15:G15")

    return looking(edit)


@fails("見え消しの残りを隠す表示形式", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    gone = TextBlock(InlineFont(strike=True), "19,171")

    def edit(sheet: Worksheet) -> None:
        sheet["F15"].value, sheet["F15"].number_format = CellRichText(gone, "1,917"), ";;;"

    return looking(edit)


STRUCK = DifferentialStyle(font=Font(strike=True))


def conditional(
    cells: str = "E15:G15", dxf: DifferentialStyle = STRUCK
) -> Callable[[Worksheet], object]:
    """A condition that is true of every amount of these cells."""
    rule = Rule(type="cellIs", operator="greaterThan", formula=["0"], dxf=dxf)
    return lambda sheet: sheet.conditional_formatting.add(cells, rule)


@fails("条件付き書式で消した、単位のある金額", ("struck_out", SHEET, "F15"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet["F15"].number_format = '#,##0"千円"'
        conditional()(sheet)

    return looking(edit)


for _name, _cells in {"列全体": "F:F", "行全体": "15:15", "セルをコンマで": "E15,F15"}.items():
    fails(f"条件付き書式が{_name}", ("struck_out", SHEET, "F15"))(
        lambda cells=_cells: parts(  # type: ignore[misc]
            looking(conditional()), ("xl/worksheets/.*", 'sqref="E15:G15"', f'sqref="{cells}"')
        )
    )


@fails("コメントのあるXMLの条件付き書式", ("struck_out", SHEET, "F15"))
def _() -> bytes:
    comment = ("xl/worksheets/.*", "<sheetData>", "<sheetData><!-- -->")
    return parts(looking(conditional()), comment)


@fails("列の書式で消した金額", ("struck_out", SHEET, "F15"), suffix=".ods")
def _() -> bytes:
    """A cell without a style of its own has that of its column."""
    data = saved_as("ods", looking(lambda s: setattr(s["F15"], "font", Font(strike=True))))
    with zipfile.ZipFile(BytesIO(data)) as package:
        content = package.read("content.xml").decode()
    struck = re.search(
        r'table:style-name="(\w+)" office:value-type="float" office:value="1917"', content
    )
    assert struck
    return parts(
        data,
        ("content.xml", f'table:style-name="{struck[1]}" (?=office:value-type="float")', ""),
        (
            "content.xml",
            r'table:default-cell-style-name="\w+"',
            f'table:default-cell-style-name="{struck[1]}"',
        ),
    )


@fails("計算せずに保存された0", ("uncached_formula", INTERIM_SHEET, "D8"), suffix=".xls")
def _() -> bytes:
    """As Apache POI saves formulas: 0, to be reckoned as the book is opened ([MS-XLS] 2.4.127)."""

    def saved_as_poi_does(stream: bytearray, body: int) -> None:
        stream[body + 6 : body + 16] = bytes(8) + b"\2\0"

    return with_records(DATA / "inputs" / "xlwtの残高報告.xls", FORMULA, saved_as_poi_does)


@fails("アイコンだけの金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    icons = IconSetRule("3TrafficLights1", "num", [0, 10, 20], showValue=False)
    return looking(lambda s: s.conditional_formatting.add("E15:G15", icons))


@fails_everywhere("上付きの注のある金額", ("unreadable_number", SHEET, "F15"))
def _() -> bytes:
    note = TextBlock(InlineFont(vertAlign="superscript"), "2")
    return looking(lambda s: setattr(s["F15"], "value", CellRichText("1917", note)))


@fails_everywhere("結合に隠れた金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet.merged_cells.add("E15:F15")

    return looking(edit)


@passes_everywhere("見え消しの訂正")
def _() -> bytes:
    gone = TextBlock(InlineFont(strike=True), "19,171")
    return looking(lambda s: setattr(s["F15"], "value", CellRichText(gone, "1,917")))


@passes_everywhere("千円で表示した円")
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int) and _is_money(cell.coordinate):
                    cell.value, cell.number_format = cell.value * 1000, "#,##0,;▲#,##0,"

    return looking(edit)


@passes_everywhere("単位を表示形式に")
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int) and cell.coordinate != "H3":
                    unit = "千円" if _is_money(cell.coordinate) else "件"
                    cell.number_format = f'#,##0"{unit}";▲#,##0"{unit}"'
        sheet["G29"].number_format = '0"人"'

    return looking(edit)


def _is_money(cell: str) -> bool:
    counts = re.fullmatch(r".2[46]|G(29|30)|H3", cell)
    return not RATES.fullmatch(cell) and not counts


for _error in ("#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", "#PYTHON!", "#N/A"):
    fails(f"エラー値 {_error.strip('#!').replace('/', '')}", ("unreadable_number", SHEET, "F15"))(
        lambda error=_error: first_sheet(  # type: ignore[misc]
            (r'<c r="F15"[^>]*><v>1917</v>', f'<c r="F15" t="e"><v>{error}</v>')
        )
    )


@fails("計算されていない数式", ("uncached_formula", SHEET, "F15"))
def _() -> bytes:
    """As XlsxWriter leaves it: a result of 0, and the wish that Excel should reckon."""
    return parts(
        LARGE.read_bytes(),
        (
            r"xl/worksheets/sheet1\.xml",
            r'<c r="F15"[^>]*><v>1917</v>',
            '<c r="F15"><f>1900+17</f><v>0</v>',
        ),
        (r"xl/workbook\.xml", r"<calcPr[^>]*>", '<calcPr calcId="124519" fullCalcOnLoad="1"/>'),
    )


@fails("幅のない文字だけの記入", ("header_value", SHEET, "N3"))
def _() -> bytes:
    return typed({"N3": "\u200b\ufeff"})


@passes("幅のない文字の混ざる金額")
def _() -> bytes:
    return typed({"F15": "\ufeff1,\u200b917"})


@fails("向きを変える文字のある金額", ("not_as_seen", SHEET, "F15"))
def _() -> bytes:
    return typed({"F15": "\u202e7191"})


@fails("数値のセルに真偽値", ("unreadable_number", SHEET, "F15"))
def _() -> bytes:
    return first_sheet((r'<c r="F15"[^>]*><v>1917</v>', '<c r="F15" t="b"><v>1</v>'))


@fails("数値のセルにエラー", ("unreadable_number", SHEET, "F15"))
def _() -> bytes:
    return first_sheet((r'<c r="F15"[^>]*><v>1917</v>', '<c r="F15" t="e"><v>#REF!</v>'))


@fails("記入欄に計算結果のない数式", ("uncached_formula", SHEET, "F15"))
def _() -> bytes:
    return first_sheet((r'<c r="F15"[^>]*><v>1917</v>', '<c r="F15"><f>1900+17</f>'))


@fails("すべて円単位", ("thousandfold", SHEET, "C15"))
def _() -> bytes:
    def in_yen(cell: str, value: object) -> object:
        if isinstance(value, str) or not FIGURES.fullmatch(cell) or RATES.fullmatch(cell):
            return None if isinstance(value, str) and "単位" in value else value
        return value if re.fullmatch(r".2[46]|G(29|30)", cell) else value * 1000  # type: ignore[operator]

    return cells(in_yen)


@fails("単位が二つ", ("unit", SHEET, "S20"))
def _() -> bytes:
    return typed({"S20": "(残高の単位:円)"})


@fails("列がない", ("missing_heading", SHEET, "E10"))
def _() -> bytes:
    return sheet_of(lambda s: s.delete_cols(5))


@fails("列が多い", ("unknown_column", SHEET, "G10"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_cols(7)
        sheet["G10"].value = "延滞金"
        for row in range(12, 19):
            sheet.cell(row, 7).value = row

    return sheet_of(edit)


@fails("見出しのない列に数値", ("unknown_column", SHEET, "G12"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_cols(7)
        for row in range(12, 19):
            sheet.cell(row, 7).value = row

    return sheet_of(edit)


@fails("行がない", ("missing_row", SHEET, "A15"))
def _() -> bytes:
    return sheet_of(lambda s: s.delete_rows(15))


@fails("様式が縦に二つ", ("several_forms", SHEET, "G53"))
def _() -> bytes:
    def edit(sheet: Worksheet) -> None:
        for row in list(sheet.iter_rows(1, 31)):
            for cell in row:
                if cell.value is not None:
                    sheet.cell(cell.row + 50, cell.column).value = cell.value

    return sheet_of(edit)


@fails("遠く離れたセル", ("too_large", SHEET, "XFD1048576"))
def _() -> bytes:
    return sheet_of(lambda s: s.__setitem__("XFD1048576", 1))


@fails("様式は非表示シートだけ", ("no_known_form", None, None))
def _() -> bytes:
    def edit(book: Workbook) -> None:
        book["調書"].sheet_state = "hidden"
        book["記入要領"].sheet_state = "visible"
        book.active = 1

    return _with_sheets(edit)


@fails("パスワード付き", ("password", None, None))
def _() -> bytes:
    buffer = BytesIO()
    OOXMLFile(BytesIO(LARGE.read_bytes())).encrypt("himitsu", buffer)
    return buffer.getvalue()


@fails("パスワード付きのxls", ("password", None, None), suffix=".xls")
def _() -> bytes:
    """The records behind the first one give way to the mark that old Excel sets: RC4."""
    data = bytearray(saved_as("xls", LARGE.read_bytes()))
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    end = start
    while end < start + 58:
        end += 4 + int.from_bytes(data[end + 2 : end + 4], "little")
    mark = b"\x2f\x00" + (end - start - 4).to_bytes(2, "little") + b"\x01\x00" * 3
    data[start:end] = mark.ljust(end - start, b"\x5a")
    return bytes(data)


@fails("マクロ付き", ("macro", None, None), suffix=".xlsm")
def _() -> bytes:
    buffer = BytesIO(LARGE.read_bytes())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/vbaProject.bin", b"\0" * 64)
    return buffer.getvalue()


@fails("xlsのエラー値", ("unreadable_number", SHEET, "F15"), suffix=".xls")
def _() -> bytes:
    book = load_workbook(LARGE)
    book[SHEET]["F15"].value = "=1/0"
    return saved_as("xls", saved(book))


@fails("基準日が報告日でない", ("header_value", "未収金残高報告", "I3"))
def _() -> bytes:
    return interim("令和7年7月30日")


def steady(data: bytes) -> bytes:
    """The same workbook with the same bytes on every run: no time of day in the zip or in it."""
    if not data.startswith(b"PK"):
        return data
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = re.sub(
                rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2025-08-01T00:00:00", source.read(name)
            )
            entry = zipfile.ZipInfo(name, (2025, 8, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return buffer.getvalue()


def folders() -> Iterator[tuple[Path, dict[str, Case]]]:
    """Both folders with their cases."""
    yield DATA / "should_pass", PASS
    yield DATA / "should_fail", FAIL


def main() -> None:
    """Write every workbook."""
    for folder, cases in folders():
        folder.mkdir(exist_ok=True)
        for name, case in cases.items():
            (folder / f"{name}{case.suffix}").write_bytes(steady(case.make()))


if __name__ == "__main__":
    main()
