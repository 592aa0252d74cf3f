"""What a form says of its claims, held against the register at the cell."""

from datetime import date

from ingest.findings import Finding
from ingest.forms.reading import CellValue, FormReading
from ingest.packed import pack
from ingest.register import Entry, Register
from ingest.register.checks import findings_of
from ingest.reports import SheetReport, WorkbookReport
from ingest.submission import Submission

CODE = "271004"
REGISTER = Register(
    (
        Entry(CODE, "008", "奨学金", ("奨学金貸付金",), ("private",), "教育委員会事務局", "学事課"),
        Entry(CODE, "011", "こども医療費返還金", (), ("non_enforceable",), "健康局",
              valid_to=date(2024, 3, 31)),
        Entry(CODE, "011", "こども医療費返還金", (), ("non_enforceable",), "こども局",
              valid_from=date(2024, 4, 1)),
        Entry(CODE, "012", "手数料", (), ("private",), "環境局"),
        Entry(CODE, "013", "手数料", (), ("private",), "市民局"),
        Entry(CODE, None, "占用料", ("道路占用料",), (), "土木局"),
        Entry(CODE, "020", "旧貸付金", (), ("private",), "市民局", valid_to=date(2020, 3, 31)),
    )
)  # fmt: skip
PLACES = {"claim_number": "B6", "claim_name": "D6", "claim_classes": "C6", "department": "B4"}


def annual(number: str, name: str, classes: str, department: str, year: int = 2024) -> FormReading:
    return FormReading(
        "調書", "annual", "1", 1000, number, number, name, classes, department,
        fiscal_year=year, places=PLACES,
    )  # fmt: skip


def against_the_register(form: FormReading) -> list[Finding]:
    book = WorkbookReport("調書.xlsx", "", [], [])
    report = SheetReport(form.sheet, form.form, None, None, None, "accepted")
    submission = Submission(book, form, report, CODE, "", pack(form))
    return findings_of(submission, REGISTER, CODE)


def told(form: FormReading) -> list[tuple[str, str | None, str | None]]:
    found = against_the_register(form)
    assert {f.severity for f in found} <= {"warning"}
    return [(f.rule, f.cell, f.expected) for f in found]


def test_what_agrees_gives_no_finding() -> None:
    assert not told(annual("008", "奨学金", "private", "教育委員会事務局"))
    assert not told(annual("008", "奨学金 貸付金", "private", "学事課"))
    assert not told(annual("011", "子ども医療費返還金", "non_enforceable", "こども局"))


def test_the_department_is_that_of_the_day() -> None:
    assert not told(annual("011", "こども医療費返還金", "non_enforceable", "健康局", 2022))
    assert told(annual("011", "こども医療費返還金", "non_enforceable", "健康局", 2023)) == [
        ("register", "B4", "こども局")
    ]


def test_each_difference_is_a_warning_at_its_cell() -> None:
    assert told(annual("008", "手数料", "private,enforceable", "財政局")) == [
        ("register", "D6", "奨学金"),
        ("register", "C6", "私債権"),
        ("register", "B4", "教育委員会事務局 学事課"),
    ]
    (wrong, *_) = against_the_register(annual("008", "手数料", "private", "学事課"))
    assert "この名前の債権は012、013です" in wrong.message


def test_an_unknown_claim_is_accepted_and_told() -> None:
    assert told(annual("099", "新しい貸付金", "private", "財政局")) == [
        ("unknown_claim", "B6", "台帳にある債権")
    ]


def test_a_claim_outside_its_time_is_told() -> None:
    assert [rule for rule, _, _ in told(annual("020", "旧貸付金", "private", "市民局"))] == [
        "register"
    ]


def test_rows_of_an_interim_report_are_compared_one_by_one() -> None:
    form = FormReading(
        "報告", "interim", "1", 1000, "環境局", department="環境局", fiscal_year=2025,
        as_of=date(2025, 7, 31), places={"department": "B3", "claim_number 099": "A9"},
        cells=[
            CellValue("collection", "012", "claim_name", "B7", text="手数料"),
            CellValue("collection", "012", "claim_classes", "C7", text="private"),
            CellValue("collection", "012", "assessed_prior", "D7", 5000),
            CellValue("collection", "013", "claim_name", "B8", text="手数料"),
            CellValue("collection", "099", "claim_name", "B9", text="なぞ"),
        ],
    )  # fmt: skip
    assert told(form) == [("register", "B8", "市民局"), ("unknown_claim", "A9", "台帳にある債権")]


def test_rows_that_give_only_names_are_found_by_name_and_department() -> None:
    def row(item: str, name: str, department: str) -> list[CellValue]:
        return [
            CellValue("plan", item, "department", f"A{item}", text=department),
            CellValue("plan", item, "claim_name", f"B{item}", text=name),
        ]

    form = FormReading(
        "計画", "plan", "1", 1000, "第1次／uncollected", fiscal_year=2024,
        cells=[
            CellValue("plan", "", "plan", "A1", text="第1次"),
            *row("1", "手数料", "市民局"), *row("2", "手数料", "財政局"),
            *row("3", "奨学金", "学事課"), *row("4", "なぞ", "財政局"),
            *row("5", "奨学金貸付金", "財政局"), *row("total", "合計", ""),
        ],
    )  # fmt: skip
    assert told(form) == [
        ("register", "B2", "債権012、013のどれか"),
        ("unknown_claim", "B4", "台帳にある債権"),
        ("register", "A5", "教育委員会事務局 学事課"),
    ]


def test_a_form_without_a_period_or_of_another_city_is_left_alone() -> None:
    assert not told(FormReading("s", "annual", "1", 1000, claim_number="008"))
    form = FormReading("s", "city_target", "1", 1, "全市", fiscal_year=2024)
    assert not told(form)


def test_a_claim_without_a_number_is_held_against_its_row() -> None:
    def list_of(name: str, bureau: str, classes: str) -> list[tuple[str, str | None, str | None]]:
        form = FormReading("一覧", "claim_list", "1", 1000, "全市", fiscal_year=2021)
        said = {"claim_name": name, "bureau": bureau, "claim_classes": classes}
        form.cells = [
            CellValue("claim_list", "1", measure, "B5", text=text) for measure, text in said.items()
        ]
        return told(form)

    assert list_of("道路占用料", "土木局", "enforceable") == []
    assert list_of("占用料", "財政局", "private") == [("register", "B5", "土木局")]
    assert list_of("公園占用料", "土木局", "private") == [("unknown_claim", "B5", "台帳にある債権")]
