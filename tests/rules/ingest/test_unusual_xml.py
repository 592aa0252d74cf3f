"""However a tool writes its XML, no value of a typed cell is lost without a word."""

import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from support.workbooks import GOOD

from ingest.worker import read_workbook

SHEET = "xl/worksheets/sheet1.xml"
Edit = Callable[[str, bytes], tuple[str, bytes] | None]


def rezipped(edit: Edit, extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """The plain form with each part edited: (name, content) → the same, or None to leave it out."""
    buffer = BytesIO()
    with zipfile.ZipFile(GOOD) as source, zipfile.ZipFile(buffer, "w") as target:
        parts = [edit(name, source.read(name)) for name in source.namelist()]
        with warnings.catch_warnings(action="ignore"):
            for part in [*filter(None, parts), *extra]:
                target.writestr(*part)
    return buffer.getvalue()


def with_xml(edit: Callable[[str], str], part: str = SHEET) -> bytes:
    return rezipped(lambda n, c: (n, edit(c.decode()).encode() if n == part else c))


def cell(xml: str, address: str = "F12") -> Callable[[str], str]:
    pattern = re.compile(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)')
    return lambda sheet: pattern.sub(xml, sheet, count=1)


def prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace('xmlns="', 'xmlns:x="')


def told(data: bytes) -> set[tuple[str, str | None, str | None]]:
    reading = read_workbook("提出.xlsx", data)
    found = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
    return {(f.rule, f.cell, f.found) for f in found if f.severity == "error"}


UNREADABLE = {("unreadable_file", None, None)}
ERROR = {("unreadable_number", "F12", "#REF!")}
UNCACHED = {("uncached_formula", "F12", "計算結果のない数式")}


@pytest.mark.parametrize("spelled", [str, prefixed], ids=["plain", "prefixed"])
@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<c r="F12" t="e"><v>#REF!</v></c>', ERROR),
        ('<c t="e" r="F12"><v>#REF!</v></c>', ERROR),
        ("<c r='F12' t='e'><v>#REF!</v></c>", ERROR),
        ('<c r="F12" t="e"><!-- ? --><v>#REF!</v></c>', ERROR),
        ('<c r="F12" t="e"><v><![CDATA[#REF!]]></v></c>', ERROR),
        ('<c r="F12" t="e"><v>&#35;REF!</v></c>', ERROR),
        ('<c r="F12" t="&#101;"><v>#REF!</v></c>', ERROR),
        ('<c r="F&#49;2" t="e"><v>#REF!</v></c>', ERROR),
        ('<c r="F12"><f>1&#43;1</f></c>', UNCACHED),
        ('<c r="F12"><f>1+1</f></c>', UNCACHED),
        ('<c r="F12"><f>1+1</f><v></v></c>', UNCACHED),
        ('<c r="F12"><f>1+1</f><v/></c>', UNCACHED),
        ('<c r="F12"><f>1+1</f><v> </v></c>', UNCACHED),
        ('<c r="F12"><f>1+1</f><v>\n</v></c>', UNCACHED),
        ('<c r="F12"><f>1+1</f><!-- ? --></c>', UNCACHED),
        ('<c r="F12"\n><f\n>1+1</f ><v ></v ></c >', UNCACHED),
        ('<c r="F12"><f t="shared" si="0"/></c>', UNCACHED),
        ('<c r="F12" t="str"><f>1+1</f></c>', UNCACHED),
        ('<c r="F12"><v>0</v><f>2-2</f></c>', set()),
        ('<c r="F12" t="str"><f>IF(1=1,"")</f><v></v></c>', set()),
        ('<c r="F12" t="inlineStr"><is><r><t>０</t></r></is></c>', set()),
        ('<c r="F12"><v>0<!-- -->0</v></c>', set()),
        ('<c r="F12"><v>0<![CDATA[0]]></v></c>', set()),
        ('<c r="F12"><v>0<?x y?>0</v></c>', set()),
        ('<c r="F12"><v>0</v><v>0</v></c>', UNREADABLE),
        ('<c r="F12"><v>0</v></c><c r="F12"><v>0</v></c>', {("unreadable_file", "F12", "F12")}),
        ('<c r="F12"><z:x xmlns:z="urn:z"><v>92</v></z:x><v>0</v></c>', UNREADABLE),
        ('<c r="F12"><f t="array" ref="F12">0</f><v>0</v></c>', set()),
    ],
)
def test_what_only_looks_blank_is_told(
    xml: str, expected: set[object], spelled: Callable[[str], str]
) -> None:
    assert told(with_xml(lambda sheet: spelled(cell(xml)(sheet)))) == expected


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c t="n" r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c r="XFD104857&#54;"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_a_value_far_out_is_named_however_it_is_written(xml: str) -> None:
    ((rule, place, _),) = told(with_xml(lambda s: s.replace("</sheetData>", f"{xml}</sheetData>")))
    assert rule == "too_large"
    assert place in ("XFD1048576", "A1048576")


def test_an_empty_cell_far_out_costs_nothing() -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="1"></c></row></sheetData>'
    assert told(with_xml(lambda s: s.replace("</sheetData>", far))) == set()


def _renamed(name: str, content: bytes) -> tuple[str, bytes]:
    if name == SHEET:
        return "xl/worksheets/Blatt.xml", cell('<c r="F12" t="e"><v>#REF!</v></c>')(
            content.decode()
        ).encode()
    return name, content.replace(b'"worksheets/sheet1.xml', b'"/xl/worksheets/Blatt.xml')


def test_a_part_of_another_name_is_looked_at_too() -> None:
    assert told(rezipped(_renamed)) == ERROR


def _utf16(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.decode().replace("UTF-8", "UTF-16").encode("utf-16") if (
        name == SHEET
    ) else content


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PRESERVED = ' xml:space="preserve"'
RICH = "<r><t>所</t></r><r><t>属</t></r><rPh sb='0' eb='2'><t>ショゾク</t></rPh>"


@pytest.mark.parametrize(
    "data",
    [
        rezipped(lambda n, c: (n, c.replace(b'"worksheets/', b'"/xl/worksheets/'))),
        rezipped(lambda n, c: (n.replace("/", "\\"), c)),
        rezipped(lambda n, c: (n.replace("sheet1", "Sheet1"), c)),
        rezipped(lambda n, c: None if n.endswith("styles.xml") else (n, c)),
        rezipped(lambda n, c: (n, c), extra=(("../../etc/evil", b"x"), ("/etc/evil", b"x"))),
        with_xml(lambda s: re.sub(r'<c r="[A-Z]+12"', "<c", s)),
        with_xml(lambda s: s.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")),
        rezipped(_utf16),
        with_xml(
            lambda s: s.replace(f"<t{PRESERVED}>所属</t>", RICH),
            "xl/sharedStrings.xml",
        ),
        with_xml(lambda s: s.replace("所属<", "所属_x000D_\n<"), "xl/sharedStrings.xml"),
        with_xml(lambda s: s.replace("所属<", "所<!-- -->属<"), "xl/sharedStrings.xml"),
        with_xml(lambda s: s.replace("所属<", "所<![CDATA[属]]><"), "xl/sharedStrings.xml"),
        with_xml(cell('<c r="F12"><z:v xmlns:z="urn:z">92</z:v><v>0</v></c>')),
        with_xml(cell("<c r=\"F12\"><f>IF(A1='前年度'!A1,0,0)</f><v>0</v></c>")),
        with_xml(lambda s: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="$A$1:$U$42"', s)),
    ],
)  # fmt: skip
def test_unusual_but_legible(data: bytes) -> None:
    reading = read_workbook("提出.xlsx", data)
    assert [f.rule for f in reading.findings] == []
    assert [(f.claim_number, f.department, f.findings) for f in reading.forms] == [
        ("003", "教育委員会事務局", [])
    ]


LAUGHS = '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 1000 + '">]>'


def _laughing(xml: str) -> str:
    laughing = re.sub("<(sst|worksheet)", LAUGHS + r"<\1", xml, count=1)
    return laughing.replace("所属<", "&b;<")


@pytest.mark.parametrize(
    "data",
    [
        rezipped(lambda n, c: (n, c[: len(c) // 2] if n == SHEET else c)),
        rezipped(lambda n, c: None if n == SHEET else (n, c)),
        rezipped(lambda n, c: None if "rels" in n else (n, c)),
        rezipped(lambda n, c: (n, c), extra=((SHEET, b"<worksheet/>"),)),
        rezipped(lambda n, c: (n, c), extra=((SHEET.upper(), b"<worksheet/>"),)),
        with_xml(lambda s: re.sub(r"(<sheet name=[^>]*/>)", r"\1\1", s), "xl/workbook.xml"),
        with_xml(_laughing),
        with_xml(_laughing, "xl/sharedStrings.xml"),
        with_xml(cell('<c r="F12" t="s"><v>99999</v></c>')),
        with_xml(cell('<c r="12F"><v>1</v></c>')),
        with_xml(lambda s: s.replace('<row r="12"', '<!-- --><row r="zwölf"')),
        with_xml(lambda s: s.replace("</sheetData>", "</sheetData><sheetData></sheetData>")),
    ],
)  # fmt: skip
def test_what_readers_would_not_agree_on_is_refused(data: bytes) -> None:
    assert told(data) == UNREADABLE


def test_a_directory_that_lies_about_sizes_is_noticed() -> None:
    data = bytearray(rezipped(lambda n, c: (n, c)))
    entry = data.rindex(SHEET.encode()) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    assert told(bytes(data)) == UNREADABLE
