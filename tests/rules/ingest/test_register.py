"""The register of claims: read as a city keeps it, looked up by number and by name."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from ingest import landing
from ingest.register import HEADINGS
from ingest.register.table import RegisterFaulty, read_register

HEAD = ",".join(HEADINGS.values())
ROWS = (
    "271004,3,就学援助費,,私,教育委員会事務局,学事課,5,出納整理期間あり,,",
    "271004,008,住宅資金貸付金,住宅資金貸付金回収金、貸付金（住宅）,強・非,都市整備局,住宅課,10,なし,,2024-03-31",
    "271004,008,住宅資金貸付金,住宅資金貸付金回収金,非,市民局,住宅課,10,なし,令和6年4月1日,",
    "271004,011,こども医療費返還金,,非,健康局,,5,,,",
    "271004,012,手数料,,非,環境局,業務課,,,,",
    "271004,013,手数料,,非,市民局,窓口課,,,,",
)


def put(folder: Path, *rows: str, encoding: str = "utf-8", head: str = HEAD) -> Path:
    (folder / "claims.csv").write_bytes("\r\n".join([head, *rows, ""]).encode(encoding))
    return folder


def faults(folder: Path, code: str | None = None) -> tuple[str, ...]:
    with pytest.raises(RegisterFaulty) as caught:
        read_register(folder, code)
    return caught.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_is_read_in_any_encoding_excel_writes(tmp_path: Path, encoding: str) -> None:
    register = read_register(put(tmp_path, *ROWS, encoding=encoding))
    assert register is not None
    assert [entry.claim_number for entry in register.entries] == [
        "003", "008", "008", "011", "012", "013",
    ]  # fmt: skip
    first, second = register.entries[0], register.entries[1]
    assert (first.claim_classes, first.limitation_years, first.basis) == (
        ("private",), 5, "closing_period",
    )  # fmt: skip
    assert second.aliases == ("住宅資金貸付金回収金", "貸付金（住宅）")
    assert (second.basis, second.valid_to) == ("year_end", date(2024, 3, 31))


def test_a_row_holds_on_its_first_and_its_last_day(tmp_path: Path) -> None:
    register = read_register(put(tmp_path, *ROWS))
    assert register is not None
    days = (date(1989, 4, 1), date(2024, 3, 31), date(2024, 4, 1), date(2050, 3, 31))
    entries = [register.at("271004", "008", day) for day in days]
    assert [entry and entry.department for entry in entries] == [
        "都市整備局", "都市整備局", "市民局", "市民局",
    ]  # fmt: skip


def test_a_workbook_says_the_same_as_the_csv_with_its_columns_in_any_order(tmp_path: Path) -> None:
    plain = read_register(put(tmp_path, *ROWS))
    (tmp_path / "xlsx").mkdir()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["債権の台帳"])
    for line in (HEAD, *ROWS):
        cells: list[object] = [word or None for word in reversed(line.split(","))]
        if line == ROWS[2]:
            cells[1] = date(2024, 4, 1)
        if line == ROWS[0]:
            cells[9] = 3
        sheet.append([None, *cells, "備考"])
    book.save(tmp_path / "xlsx" / "claims.xlsx")
    assert read_register(tmp_path / "xlsx") == plain


def test_a_home_without_a_register_has_none(tmp_path: Path) -> None:
    assert read_register(tmp_path) is None


def test_a_claim_is_looked_up_as_it_was_on_a_day(tmp_path: Path) -> None:
    register = read_register(put(tmp_path, *ROWS))
    assert register is not None
    before = register.at("271004", "008", date(2024, 3, 31))
    after = register.at("271004", "008", date(2024, 4, 1))
    assert before is not None and before.department == "都市整備局"
    assert after is not None and after.department == "市民局"
    assert register.history("271004", "099") == register.history("999999", "008") == ()


@pytest.mark.parametrize(
    ("name", "departments", "numbers"),
    [
        ("住宅資金貸付金", (), ("008",)),
        ("住宅資金貸付金回収金", (), ("008",)),
        ("貸付金(住宅)", (), ("008",)),
        ("子ども医療費 返還金", (), ("011",)),
        ("子供医療費返還金", (), ("011",)),
        ("手数料", (), ("012", "013")),
        ("手数料", ("市民局",), ("013",)),
        ("手数料", ("業務課",), ("012",)),
        ("手数料", ("財政局",), ("012", "013")),
        ("医療費返還金", (), ()),
    ],
)
def test_a_claim_is_found_by_its_names_and_nobody_guesses_between_two(
    tmp_path: Path, name: str, departments: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    register = read_register(put(tmp_path, *ROWS))
    assert register is not None
    assert register.named("271004", name, *departments) == numbers


def test_rows_that_were_added_stand_under_headings_of_their_own(tmp_path: Path) -> None:
    head = "債権整理番号,債権名,債権区分,所属"
    register = read_register(
        put(tmp_path, "3,就学援助費,私,局", "", HEAD, *ROWS[3:], head=head), "271004"
    )
    assert register is not None
    assert [entry.key for entry in register.entries] == ["003", "011", "012", "013"]
    told = faults(
        put(tmp_path, "3,就学援助費,公,局", HEAD, "271004,4,い,,公,局", head=head), "271004"
    )
    assert [line.split(":")[0] for line in told] == [
        "claims.csv 2行目(C2)",
        "claims.csv 4行目(E4)",
    ]


def test_a_claim_without_a_number_is_known_by_its_name_and_department(tmp_path: Path) -> None:
    rows = ("271004,,手数料,証明手数料,,市民局,,,,,", "271004,,手数料,,私,環境局,,,,,")
    register = read_register(put(tmp_path, *ROWS[:1], *rows))
    assert register is not None
    assert [entry.claim_classes for entry in register.entries[1:]] == [(), ("private",)]
    (claim,) = register.named("271004", "証明手数料")
    (entry,) = register.history("271004", claim)
    assert (entry.claim_number, entry.department) == (None, "市民局")
    assert register.named("271004", "手数料", "環境局") == ("手数料／環境局",)
    assert len(register.named("271004", "手数料")) == 2
    (told,) = faults(put(tmp_path, rows[0], "271004,,手 数 料,,,市民局,,,,,"))
    assert "債権「手数料」(市民局)の適用期間が2行目と重なっています" in told
    (told,) = faults(put(tmp_path, "271004,001,手数料,,,市民局,,,,,"))
    assert "「債権区分」の記入がありません" in told


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    told = faults(
        put(
            tmp_path,
            "27100,X1,,,公,,,五年,ときどき,きのう,",
            "271004,003,あ,,私,局,,5,,2025-04-01,2025-03-31",
            "271004,004,い,,私,局,,5,,,2025-03-31",
            "271004,004,い,,私,局,,5,,2025-03-31,",
        )
    )
    assert [line.split(":")[0] for line in told] == [
        *(f"claims.csv 2行目({column}2)" for column in "ABCEFHIJ"),
        "claims.csv 3行目(K3)",
        "claims.csv 5行目(B5)",
    ]
    assert "「債権区分」の「公」は読み取れません" in "\n".join(told)
    assert "4行目と重なっています" in told[-1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "見出しの行が見当たりません"),
        (b"\x00\x01\x02" * 50, "見出しの行が見当たりません"),
        (b"\x81\xff\xfe\xfd", "文字コード"),
        (f'{HEAD}\n"{"x" * 200_000}'.encode(), "CSVとして読めません"),
        (HEAD.replace("所属,", "").encode(), "見出し「所属」がありません"),
        (HEAD.replace("担当", "所属").encode(), "見出し「所属」が2つ"),
        (HEAD.replace("団体コード,", "").encode(), "見出し「団体コード」がありません"),
    ],
)
def test_a_damaged_register_is_told_and_never_ends_in_a_traceback(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "claims.csv").write_bytes(content)
    assert said in "\n".join(faults(tmp_path))


def test_a_broken_workbook_or_two_registers_are_told(tmp_path: Path) -> None:
    (tmp_path / "claims.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert "claims.xlsx: ファイルが壊れています" in faults(tmp_path)[0]
    put(tmp_path, *ROWS)
    assert "両方があります" in faults(tmp_path)[0]


def test_the_home_s_municipality_stands_in_for_the_column(tmp_path: Path) -> None:
    put(tmp_path, "008,奨学金,私,教育委員会", head="債権整理番号,債権名,債権区分,所属")
    register = read_register(tmp_path, "271004")
    assert register is not None
    assert register.municipalities == {"271004"}


def test_the_landed_register_is_replaced_as_a_whole(tmp_path: Path) -> None:
    landing.prepare(tmp_path)
    file = tmp_path / "register" / "claim.parquet"
    assert pq.read_table(file).num_rows == 0
    register = read_register(put(tmp_path, *ROWS))
    assert register is not None
    landing.write_current(tmp_path, "claim", [entry.row() for entry in register.entries])
    table = pq.read_table(file)
    assert table.schema.names == list(landing.CURRENT["claim"])
    second = table.to_pylist()[1]
    assert second["aliases"] == '["住宅資金貸付金回収金", "貸付金（住宅）"]'
    assert (second["claim_classes"], second["limitation_years"], second["basis"]) == (
        "enforceable,non_enforceable", 10, "year_end",
    )  # fmt: skip
    landing.prepare(tmp_path)
    assert pq.read_table(file).num_rows == len(ROWS)
    assert {path.name for path in (tmp_path / "register").iterdir()} == {
        "claim.parquet",
        "due_date.parquet",
    }
