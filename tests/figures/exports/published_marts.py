"""Generations of the marts with the report's columns, written as the warehouse publishes them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from exports.report.settings import City, ReportSettings

CODE = "999999"
DAY = date(2025, 7, 31)
ISSUED = date(2025, 10, 10)
SETTINGS = ReportSettings(
    municipality_name="見本市",
    publisher="見本市 財政局 債権管理課",
    contact="電話 00-0000-0000",
)
CITY = City(CODE, SETTINGS)

Row = dict[str, object]

REPORT_DDL = """
create table marts.mart_balance_report (
    municipality_code varchar, as_of date, claim_number varchar, fiscal_year integer,
    claim_name varchar, claim_classes varchar, department varchar,
    previous_settlement_balance bigint, target_balance bigint, target_kind varchar,
    balance_current bigint, balance_prior bigint, balance bigint, balance_last_year bigint,
    change bigint, collection_rate_current double, collection_rate_current_pct decimal(7, 1),
    collection_rate_prior double, collection_rate_prior_pct decimal(7, 1),
    collection_rate double, collection_rate_pct decimal(7, 1),
    cases bigint, debtors bigint, note varchar, submission_id varchar
)
"""
TOTAL_DDL = """
create table marts.mart_balance_total (
    municipality_code varchar, as_of date, dimension varchar, member varchar, claims bigint,
    previous_settlement_balance bigint, target_balance bigint,
    balance_current bigint, balance_prior bigint, balance bigint, balance_last_year bigint,
    change bigint, collection_rate_current double, collection_rate_current_pct decimal(7, 1),
    collection_rate_prior double, collection_rate_prior_pct decimal(7, 1),
    collection_rate double, collection_rate_pct decimal(7, 1),
    claims_without_previous_settlement bigint, claims_without_target bigint,
    claims_without_last_year bigint
)
"""
# What the city's history and the mix of statuses are read from; empty unless a test fills it.
OTHER_DDL = """
create table marts.mart_city_target (
    municipality_code varchar, fiscal_year integer, target_kind varchar, revision_no integer,
    target bigint, target_current bigint, target_prior bigint, target_change bigint,
    target_change_kind varchar, actual bigint, actual_current bigint, actual_prior bigint,
    attained boolean, decided_on date, meeting varchar, reason varchar
);
create table marts.fct_collection (
    municipality_code varchar, claim_number varchar, fiscal_year integer, scenario varchar,
    stage varchar, balance bigint, balance_current bigint, balance_prior bigint,
    debtors bigint
);
create table marts.dim_claim (
    municipality_code varchar, claim_number varchar, claim_name varchar, department varchar,
    valid_from date, valid_to date, is_registered boolean default true
);
create table marts.mart_status_mix (
    municipality_code varchar, dimension varchar, member varchar, fiscal_year integer, part varchar,
    status_group varchar, status_code varchar, status_label varchar, balance bigint,
    share_pct decimal(7, 1), cases bigint default 100
);
"""
# Two settled years, targets set and revised, and a mix of statuses, beside the claims.
YEARS = f"""
insert into marts.mart_city_target by name
select
    '{CODE}' as municipality_code, fiscal_year, target_kind, revision_no, target,
    target_current, target - target_current as target_prior, target_change,
    actual, actual_current, actual - actual_current as actual_prior,
    decided_on, '未収金対策会議' as meeting, '=見直し' as reason
from (values
    (2023, 'initial_target', 1, 6200885499, 1372080000, null, 6264034500, 1375867000, date '2022-08-20'),
    (2023, 'revised_target', 2, 6300761000, 1390663000, 99875501, 6264034500, 1375867000, date '2023-08-20'),
    (2024, 'initial_target', 1, 6046687000, null, null, 6050072000, null, date '2023-08-20'),
    (2025, 'initial_target', 1, 5927503000, 1364303000, null, null, null, date '2024-08-20'),
    (2025, 'revised_target', 2, 5920349000, 1355734000, -7154000, null, null, date '2025-08-20'),
    (2026, 'initial_target', 1, 5824665000, 1378425000, null, null, null, date '2025-08-20'),
    (2026, 'revised_target', 2, 5800000000, 1378425000, -24665000, null, null, date '2026-08-20')
) as given(
    fiscal_year, target_kind, revision_no, target, target_current, target_change,
    actual, actual_current, decided_on
);
insert into marts.mart_status_mix by name
select
    '{CODE}' as municipality_code, dimension, member, fiscal_year, 'total' as part,
    status_group, status_code, status_label, balance, share_pct
from (values ('city', '合計'), ('claim', '001')) as counted(dimension, member), (values
    (2023, 'recovery', '02', '催告・納付交渉中', 999, 100.0),
    (2024, 'recovery', '02', '催告・納付交渉中', 4780170500, 79.0),
    (2024, 'disposal', '16', '消滅時効期間経過', 1269901500, 21.0)
) as given(fiscal_year, status_group, status_code, status_label, balance, share_pct);
insert into marts.fct_collection by name
select
    '{CODE}' as municipality_code, '001' as claim_number, 2024 as fiscal_year,
    'actual' as scenario, 'final' as stage, 6050072000 as balance, 200 as debtors;
"""  # noqa: E501, S608
MONEY = (
    "previous_settlement_balance",
    "target_balance",
    "balance_current",
    "balance_prior",
    "balance",
    "balance_last_year",
    "change",
)


def claim(number: str, name: str, classes: str, department: str, *yen: int | None) -> Row:
    """A claim; ``yen``: settlement, target, current, prior, a year earlier."""
    settlement, target, current, prior, last_year = yen
    assert current is not None
    assert prior is not None
    balance = current + prior
    return {
        "municipality_code": CODE,
        "as_of": DAY,
        "claim_number": number,
        "fiscal_year": 2025,
        "claim_name": name,
        "claim_classes": classes,
        "department": department,
        "previous_settlement_balance": settlement,
        "target_balance": target,
        "target_kind": None if target is None else "initial_target",
        "balance_current": current,
        "balance_prior": prior,
        "balance": balance,
        "balance_last_year": last_year,
        "change": None if last_year is None else balance - last_year,
        "collection_rate_current": 0.3125,
        "collection_rate_current_pct": Decimal("31.3"),
        "collection_rate_prior": None if prior == 0 else -0.015,
        "collection_rate_prior_pct": None if prior == 0 else Decimal("-1.5"),
        "collection_rate": 0.25,
        "collection_rate_pct": Decimal("25.0"),
        "cases": 100,
        "debtors": 90,
        "note": "前年同月末の報告なし" if last_year is None else None,
        "submission_id": f"s{number}",
    }


CLAIMS = (
    claim("001", "市税", "enforceable", "財政局税務部",
          2_345_678_400, 2_100_000_000, 812_345_499, 1_498_765_500, 2_410_000_001),
    claim("002", "国民健康保険料", "enforceable", "福祉局保険部",
          1_234_567_499, 1_150_000_000, 401_234_500, 801_234_500, 1_190_000_000),
    claim("003", "介護保険料", "enforceable", "福祉局保険部",
          98_765_432, 90_000_000, 30_000_499, 61_000_499, 95_000_000),
    claim("008", "生活保護費返還金", "enforceable,non_enforceable", "福祉局生活部",
          345_678_901, 340_000_000, 12_345_678, 333_333_333, 340_123_456),
    claim("011", "保育所利用者負担額", "enforceable", "こども局",
          23_456_789, 20_000_000, 499, -1_501, 24_000_000),
    claim("014", "奨学金貸付金返還金", "private", "教育委員会",
          56_789_012, 55_000_000, 0, 56_000_000, 55_123_456),
    claim("021", "市営住宅使用料", "private", "都市局住宅部",
          187_654_321, None, 20_123_456, 160_123_456, 190_000_000),
    claim("030", "放課後児童クラブ利用料", "non_enforceable", "こども局",
          None, 100_000, 210_500, 0, None),
)  # fmt: skip


def totals(claims: Iterable[Row]) -> list[Row]:
    """The rows of mart_balance_total that these claims add up to."""
    lines = list(claims)
    groups = {("city", "合計"): lines}
    for dimension, column in (("class", "claim_classes"), ("department", "department")):
        for member in {str(line[column]) for line in lines}:
            groups[dimension, member] = [line for line in lines if line[column] == member]
    return [_total(dimension, member, parts) for (dimension, member), parts in groups.items()]


def _total(dimension: str, member: str, parts: list[Row]) -> Row:
    sums: Row = {}
    for column in MONEY:
        there = [value for part in parts if isinstance(value := part[column], int)]
        sums[column] = sum(there) if len(there) == len(parts) else None
    rates = {name: parts[0][name] for name in parts[0] if name.startswith("collection_rate")}
    return {
        "municipality_code": CODE,
        "as_of": parts[0]["as_of"],
        "dimension": dimension,
        "member": member,
        "claims": len(parts),
        **sums,
        **rates,
        "claims_without_previous_settlement": sum(
            part["previous_settlement_balance"] is None for part in parts
        ),
        "claims_without_last_year": sum(part["balance_last_year"] is None for part in parts),
        "claims_without_target": sum(part["target_balance"] is None for part in parts),
    }


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        places = ", ".join("?" for _ in row)
        connection.execute(
            f"insert into marts.{table} ({', '.join(row)}) values ({places})",  # noqa: S608
            list(row.values()),
        )


def write_generation(path: Path, claims: Iterable[Row] = CLAIMS, then: str = "") -> None:
    """A generation of these claims and their totals; ``then`` is SQL run on it afterwards."""
    lines = list(claims)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(REPORT_DDL)
        connection.execute(TOTAL_DDL)
        connection.execute(OTHER_DDL)
        insert(connection, "mart_balance_report", lines)
        for day in {line["as_of"] for line in lines}:
            of_day = [line for line in lines if line["as_of"] == day]
            insert(connection, "mart_balance_total", totals(of_day))
        if then:
            connection.execute(then)
