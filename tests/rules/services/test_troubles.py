"""What DuckDB says of a file that others hold, in words for the staff."""

import pytest

from services.troubles import explained

LOCK = 'IO Error: Could not set lock on file "/srv/home/warehouse.duckdb"'


@pytest.mark.parametrize(
    ("said", "who"),
    [
        (": Conflicting lock is held in /opt/DBeaver ce/dbeaver (PID 71) by user tanaka. See",
         "別のプログラム(dbeaver、プロセス番号71)"),
        (": Conflicting lock is held in PID 71. See also", "別のプログラム(プロセス番号71)"),
        (": Resource temporarily unavailable", "別のプログラム"),
    ],
)  # fmt: skip
def test_who_holds_a_file_is_told_as_far_as_the_system_knows(said: str, who: str) -> None:
    assert explained(f"Runtime Error\n  {LOCK}{said}\n") == (
        f"home/warehouse.duckdb は、{who}が開いているので、そのプログラムで閉じるか、"
        "読み取り専用で開き直してから、もう一度実行してください。"
    )
