"""What is suppressed stands in no file of a revision: no page, table, chart, PDF or metadata."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
from figures.exports.conftest import MakeGeneration
from figures.exports.published_marts import CLAIMS, CODE, DAY, ISSUED, SETTINGS, claim

from exports.disclosure import protect
from exports.report.figures import read_report
from exports.report.model import MONEY, Report
from exports.report.rendering import report_files
from exports.report.settings import City
from terms.money import displayed

AMOUNTS = (56_789_012, 55_000_000, 17_654_321, 56_000_000, 55_123_456)
FEW = {**claim("014", "奨学金貸付金返還金", "private", "教育委員会", *AMOUNTS), "debtors": 4}


def read(make_generation: MakeGeneration, threshold: int) -> Report:
    claims = [FEW if row["claim_number"] == "014" else row for row in CLAIMS]
    exact = read_report(
        make_generation(f"g{threshold}", claims),
        City(CODE, replace(SETTINGS, disclosure_threshold=threshold)),
        DAY,
        ISSUED,
    )
    return protect(exact)


def text_of(name: str, content: bytes) -> str:
    if name.endswith(".pdf"):
        document = pypdfium2.PdfDocument(content)
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(part).decode() for part in book.namelist())
    return content.decode("utf-8-sig")


def hidden_amounts(exact: Report, protected: Report) -> Iterator[int]:
    before = (*exact.claims, *exact.classes, *exact.departments)
    after = (*protected.claims, *protected.classes, *protected.departments)
    for known, told in zip(before, after, strict=True):
        for column in told.hidden & MONEY.keys():
            amount = known.figures.money(column)
            if amount and abs(amount) >= 10_000_000:  # shorter ones stand in others by chance
                yield abs(amount)


@pytest.fixture
def reports(make_generation: MakeGeneration) -> tuple[Report, Report]:
    return read(make_generation, 0), read(make_generation, 10)


def test_no_file_holds_a_suppressed_amount(reports: tuple[Report, Report]) -> None:
    exact, protected = reports
    amounts = set(hidden_amounts(exact, protected))
    assert amounts.issuperset(AMOUNTS)
    written = {str(amount) for amount in amounts} | {f"{amount:,}" for amount in amounts}
    written |= {f"{displayed(amount, '千円'):,}" for amount in amounts}
    for name, content in report_files(protected).items():
        numbers = set(re.findall(r"[\d,]+", text_of(name, content)))
        assert sorted(numbers & written) == [], name


def test_the_same_search_finds_them_where_nothing_is_suppressed(
    reports: tuple[Report, Report],
) -> None:
    exact, _ = reports
    content = report_files(exact)
    for name in ("index.html", "report.csv", "report.xlsx", "report.pdf"):
        if name in content:
            text = text_of(name, content[name])
            assert "56,000" in text or "56000000" in text, name
