"""The figures read back out of page, CSV, XLSX, PDF and charts are those of the report."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from defusedxml.ElementTree import fromstring
from figures.exports.published_marts import CITY, DAY, ISSUED, YEARS
from support.machine_readable import check_csv, check_xlsx

from exports.errors import NoFigures, ReportRefused
from exports.report.figures import read_report
from exports.report.model import MONEY, RATES, Figures, Report
from exports.report.rendering import report_files
from terms.codes import class_label
from terms.money import UNITS, displayed
from terms.years import fiscal_year_label

MakeGeneration = Callable[..., Path]


class Tables(HTMLParser):
    """What a screen reader reads in each table: rows of cells, drawn-only signs left out."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] | None = None
        self._in_cell = False
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._rows = self.tables[given["id"] or ""] = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th") and self._rows is not None:
            self._rows[-1].append("")
            self._in_cell = True
        elif given.get("aria-hidden") == "true":
            self._silent = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False
        elif tag == "span":
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and not self._silent and self._rows is not None:
            self._rows[-1][-1] += data


def spoken(text: str) -> Decimal | None:
    """``マイナス1,234`` → -1234; ``なし`` → None."""
    if text == "なし":
        return None
    number = Decimal(re.sub(r"マイナス|,|%", "", text))
    return -number if text.startswith("マイナス") else number


def on_the_page(figures: Figures, unit: str) -> list[Decimal | None]:
    amounts = [figures.money(column) for column in MONEY]
    shown = [None if yen is None else Decimal(displayed(yen, unit)) for yen in amounts]
    return [*shown, *(figures.rate(column) for column in RATES)]


@pytest.fixture
def report(make_generation: MakeGeneration) -> Report:
    return read_report(
        make_generation(then=YEARS),
        CITY,
        DAY,
        ISSUED,
    )


def test_the_page_shows_the_report_in_its_unit(report: Report) -> None:
    reader = Tables()
    reader.feed(report_files(report)["index.html"].decode())

    for table, lines in (("classes", report.classes), ("departments", report.departments)):
        rows = reader.tables[table][2:]
        assert [row[0] for row in rows] == [*(line.label for line in lines), "合計"]
        expected = [on_the_page(line.figures, "千円") for line in (*lines, report.city)]
        assert [[spoken(cell) for cell in row[1:]] for row in rows] == expected

    rows = reader.tables["claims"][2:]
    assert [row[1] for row in rows] == [*(line.claim_name for line in report.claims), "合計"]
    expected = [on_the_page(line.figures, "千円") for line in (*report.claims, report.city)]
    assert [[spoken(cell) for cell in row[4:14]] for row in rows] == expected


def shown(*amounts: int | None) -> list[Decimal | None]:
    return [None if yen is None else Decimal(displayed(yen, "千円")) for yen in amounts]


def test_the_page_compares_the_city_with_what_went_before(report: Report) -> None:
    reader = Tables()
    reader.feed(report_files(report)["index.html"].decode())
    city = report.city
    rows = [[spoken(cell) for cell in row[1:]] for row in reader.tables["city-comparison"][1:]]
    assert rows == [
        shown(city.figures.previous_settlement_balance, city.since_settlement),
        shown(city.figures.target_balance, city.above_target),
        shown(city.figures.balance_last_year, city.figures.change),
    ]
    rows = [[spoken(cell) for cell in row[1:]] for row in reader.tables["history"][1:]]
    assert rows == [
        shown(
            year.balance_current, year.balance_prior, year.balance, year.target, year.above_target
        )
        for year in report.history
    ]
    rows = [row for row in reader.tables["status"][1:] if len(row) > 1]
    assert [[row[0], *map(spoken, row[2:])] for row in rows] == [
        [share.status_code, *shown(share.balance), share.share_pct] for share in report.status
    ]


def test_targets_are_those_known_when_the_report_was_issued(report: Report) -> None:
    decided = [(target.fiscal_year, target.revision_no) for target in report.targets]
    assert decided == [(2023, 1), (2023, 2), (2024, 1), (2025, 1), (2025, 2), (2026, 1)]
    assert [year.target for year in report.history] == [6300761000, 6046687000, 5920349000]
    assert [year.balance for year in report.history] == [6264034500, 6050072000, None]
    assert {share.fiscal_year for share in report.status} == {2024}


def test_targets_read_the_same_in_every_format(report: Report) -> None:
    content = report_files(report)
    reader = Tables()
    reader.feed(content["target.html"].decode())
    rows = reader.tables["targets"][2:]
    # a year's cells stand in its first row only; newest year first
    expected = sorted(report.targets, key=lambda each: (-each.fiscal_year, each.revision_no))
    assert [[spoken(cell) for cell in row[-7:-4]] for row in rows] == [
        shown(each.target_current, each.target_prior, each.target) for each in expected
    ]
    assert [row[-3] for row in rows] == [
        "決算前", "決算前", "決算前", "未達成", "未達成", "達成"
    ]  # fmt: skip
    assert [row[-4][:4] for row in rows if "修正（" in row[-4]] == ["上方修正", "下方修正"]

    lines = list(csv.DictReader(io.StringIO(content["targets.csv"].decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(content["targets.xlsx"]))
    headings, *cells = [list(row) for row in book["目標と実績"].values]
    sheet = [dict(zip(headings, row, strict=True)) for row in cells]
    ends = {year.fiscal_year: year for year in report.history}
    for target, line, row in zip(report.targets, lines, sheet, strict=True):
        end = ends.get(target.fiscal_year)
        amounts = {
            "目標残高_円": target.target,
            "目標残高（現年度分）_円": target.target_current,
            "目標残高（過年度分）_円": target.target_prior,
            "変更額_円": target.change,
            "実績残高_円": end and end.balance,
            "実績残高（現年度分）_円": end and end.balance_current,
        }
        assert {name: int(line[name]) if line[name] else None for name in amounts} == amounts
        assert {name: row[name] for name in amounts} == amounts
        assert line["理由"] == row["理由"] == "'=見直し"
    assert check_csv(content["targets.csv"]) == []
    assert check_xlsx(content["targets.xlsx"]) == []


def on_paper(figures: Figures, unit: str) -> str:
    """A row of figures as printed: ``△1,234``, ``31.3%``, ``—``; no spaces between."""
    *amounts, current, prior, whole = on_the_page(figures, unit)
    cells = [*(f"{amount:,}" if amount is not None else "—" for amount in amounts)]
    cells += [f"{rate}%" if rate is not None else "—" for rate in (current, prior, whole)]
    return "".join(cells).replace("-", "△")


def test_pdf_holds_the_report_in_its_unit(report: Report) -> None:
    pages = pypdfium2.PdfDocument(report_files(report)["report.pdf"])
    found = "".join(re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pages)
    rows = {
        f"{line.claim_number}{line.claim_name}{class_label(line.claim_classes)}{line.department}": (
            line.figures
        )
        for line in report.claims
    }
    rows |= {line.label: line.figures for line in (*report.classes, *report.departments)}
    rows["合計"] = report.city.figures
    expected = [
        re.sub(r"\s", "", name) + on_paper(figures, "千円") for name, figures in rows.items()
    ]
    assert len(expected) == len(report.claims) + len(report.classes) + len(report.departments) + 1
    assert [row for row in expected if row not in found] == []


def test_charts_draw_the_report(report: Report) -> None:
    content = report_files(report)
    drawn = {name: drawn_amounts(content[f"chart-{name}.svg"]) for name in ("balance", "claims")}
    settled = [year for year in report.history if year.balance is not None]
    expected = {
        "balance": {fiscal_year_label(year.fiscal_year): year.balance for year in settled},
        "claims": {line.claim_name: line.figures.balance for line in report.largest},
    }
    for name, amounts in expected.items():
        assert len(amounts) > 1
        for told, yen in amounts.items():
            shown, step = drawn[name][told]
            assert yen is not None
            assert abs(shown - yen) * 2 <= step, told


def drawn_amounts(svg: bytes) -> dict[str, tuple[Decimal, Decimal]]:
    """By the name of a bar: the amount beside it and the value of its last digit, in yen."""
    texts = [
        "".join(text.itertext())
        for text in fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]
    (unit,) = (text.removeprefix("単位：") for text in texts if text.startswith("単位："))
    first = next(at for at, text in enumerate(texts) if re.match(r"[△\d（]", text))
    found = {}
    for name, text in zip(texts[:first], texts[first : first * 2], strict=True):
        amount = Decimal(re.sub(r",|（.*", "", text).replace("△", "-") or "NaN")
        if amount.is_finite():
            last_digit = Decimal(1).scaleb(int(amount.as_tuple().exponent))
            found[name] = amount * UNITS[unit], last_digit * UNITS[unit]
    return found


def csv_figures(row: dict[str, str]) -> list[Decimal | None]:
    names = [*(f"{name}_円" for name in MONEY.values())]
    names += [f"{name}_パーセント" for name in RATES.values()]
    return [Decimal(row[name]) if row[name] else None for name in names]


def exact(figures: Figures) -> list[Decimal | int | None]:
    return [*(figures.money(key) for key in MONEY), *(figures.rate(key) for key in RATES)]


def test_csv_holds_the_report_in_yen(report: Report) -> None:
    content = report_files(report)["report.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    lines = (*report.claims, *report.classes, *report.departments, report.city)
    assert [csv_figures(row) for row in rows] == [exact(line.figures) for line in lines]
    assert {row["集計区分コード"] for row in rows} == {"claim", "class", "department", "city"}
    assert {row["基準日"] for row in rows} == {"2025-07-31"}
    for row in rows:
        for name in MONEY.values():
            assert bool(row[f"{name}_円"]) != bool(row[f"{name}_欠測理由"])
        for name in RATES.values():
            assert bool(row[f"{name}_パーセント"]) != bool(row[f"{name}_欠測理由"])


def test_xlsx_holds_the_report_in_yen(report: Report) -> None:
    content = report_files(report)["report.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["債権別", "区分別", "所属別", "全市", "説明"]
    lines = (report.claims, report.classes, report.departments, (report.city,))
    for sheet, expected in zip(book.worksheets, lines, strict=False):
        headings, *rows = [list(row) for row in sheet.values]
        columns = [f"{name}_円" for name in MONEY.values()]
        columns += [f"{name}_パーセント" for name in RATES.values()]
        places = [headings.index(name) for name in columns]
        found = [
            [None if row[at] is None else Decimal(str(row[at])) for at in places] for row in rows
        ]
        assert found == [exact(line.figures) for line in expected]
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_workbook_is_dated_by_the_publication(report: Report) -> None:
    content = report_files(report)["report.xlsx"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2025, 10, 10, 0, 0, 0)}
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert properties.modified.date() == ISSUED


def test_each_dictionary_names_every_column(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report_files(report)["report.xlsx"]))
    described = {row[1] for row in book["説明"].values if row[0] == "列"}
    headings = {cell for sheet in book.worksheets[:4] for cell in next(iter(sheet.values))}
    assert headings == described


def test_totals_lead_in_the_city_order(report: Report) -> None:
    assert [line.member for line in report.classes] == [
        "enforceable",
        "non_enforceable",
        "private",
        "enforceable,non_enforceable",
    ]
    assert report.departments[0].member == "財政局税務部"


def test_a_day_without_a_report_is_a_clear_error(make_generation: MakeGeneration) -> None:
    generation = make_generation()
    with pytest.raises(NoFigures, match="令和7年10月31日（2025年）現在の残高報告"):
        read_report(generation, CITY, DAY.replace(month=10), ISSUED)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "update marts.mart_balance_report set balance = balance + 1 where claim_number = '021'",
            "債権021（市営住宅使用料）",
        ),
        (
            "update marts.mart_balance_total set balance_prior = balance_prior - 1,"
            " balance = balance - 1 where member = 'こども局'",
            "所属「こども局」",
        ),
        ("delete from marts.mart_balance_total where dimension = 'city'", "市全体の合計"),
        ("update marts.mart_balance_report set balance_prior = null", "が空です"),
        (
            "update marts.mart_balance_report set fiscal_year = 2024 where claim_number = '001'",
            "複数の年度",
        ),
    ],
)
def test_marts_that_contradict_themselves_are_refused(
    make_generation: MakeGeneration, tampering: str, said: str
) -> None:
    generation = make_generation(then=tampering)
    with pytest.raises(ReportRefused, match=re.escape(said)):
        read_report(generation, CITY, DAY, ISSUED)
