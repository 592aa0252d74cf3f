"""A suppressed figure is told as such in every table, and never as a missing one."""

import csv
import io
from dataclasses import replace

from unit.exports.conftest import MakeReport

from exports.model import MONEY, RATES, Figures
from exports.rendering import report_files

NOTHING = Figures(*[None] * (len(MONEY) + len(RATES)))


def test_a_hidden_claim_is_printed_x_and_given_a_reason(make_report: MakeReport) -> None:
    report = make_report()
    first, second = report.claims
    hidden = replace(second, figures=NOTHING, hidden=frozenset({*MONEY, *RATES}))
    content = report_files(replace(report, claims=(first, hidden)))
    page = content["index.html"].decode()
    assert page.count('<span aria-hidden="true">x</span><span class="vh">秘匿</span>') == 10
    rows = csv.DictReader(io.StringIO(content["report.csv"].decode("utf-8-sig")))
    row = {row["債権番号"]: row for row in rows}["002"]
    assert not any(row[f"{name}_円"] for name in MONEY.values())
    assert {value for name, value in row.items() if name.endswith("_欠測理由")} == {
        "債務者が少ないため秘匿"
    }
