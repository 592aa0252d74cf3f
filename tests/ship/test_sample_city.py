"""`make run` on an empty home without a network: what is published is what the city's books say."""

import csv
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from flow.city import fingerprint
from frictionless import validate
from support import attack, guide
from support.machine_readable import check_csv, check_xlsx
from support.office import convert
from support.postgres import Database, running
from support.printed import columns_below, figures_in, lettered_rows, page_texts
from support.traced import differing, random_figures
from support.truth import truth

import cli
from exports.release import site
from ingest import sample
from services import reviews
from services.exits import Exit
from services.home import Home
from services.postgres.serving import serve
from services.warehouse.build import Warehouse

FEW = 10  # debtors; the claims of fewer are suppressed, and others with them
PUBLISHED = (date(2025, 7, 31), date(2025, 10, 31), date(2026, 1, 31))
# A namespace of its own has no way out, not even to this machine's own servers.
WITHOUT_NETWORK = ["unshare", "--map-root-user", "--net"]
# Nor does anything try: no address of the internet, no dbt or Dagster as a process of its own. The
# workers that read workbooks may talk to their parent.
ALONE = """
import socket, sys

def refuse(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit(f"name looked up: {arguments}")
    if event in ("socket.connect", "socket.sendto") and arguments[0].family != socket.AF_UNIX:
        raise SystemExit(f"connection to {arguments[1:]}")
    if event == "subprocess.Popen" and {"dbt", "dagster"} & set(map(str, arguments[1])):
        raise SystemExit(f"second process: {arguments[1]}")

sys.addaudithook(refuse)
from cli import demo
demo.main()
"""


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [*WITHOUT_NETWORK, sys.executable, "-c", ALONE],
        env=os.environ | {"MISHUKIN_HOME": str(home), "HOME": str(home)},
        cwd=home,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(name="marts")
def _marts(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "marts" / "current.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module", name="database")
def _database(home: Path) -> Iterator[Database]:
    """The home's marts in PostgreSQL."""
    with running() as server:
        database = server.database()
        manifest = Warehouse(Home(home)).manifest()
        serve(Home(home), database.loader_dsn, database.reader, manifest)
        yield database


def test_a_bare_machine_has_all_of_it_again(home: Path, tmp_path: Path) -> None:
    """The drill of docs/operations.md: from the encrypted backup alone to every published file."""
    restored, away, key = tmp_path / "restored", str(tmp_path / "away"), str(tmp_path / "key")

    def told(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--home", str(folder), *arguments],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    recipient = told(home, "backup-key", key).strip()
    told(home, "backup", away, "--recipient", recipient)
    told(restored, "restore", away, "--key", key)
    told(restored, "rebuild")
    assert "×" not in told(restored, "doctor", "--deep")
    was, now = Home(home), Home(restored)
    assert fingerprint(now.public) == fingerprint(was.public)
    assert now.current.resolve().stem.split("-")[1] == was.current.resolve().stem.split("-")[1]


def test_the_namespace_really_has_no_network() -> None:
    program = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=5)"
    done = subprocess.run(
        [*WITHOUT_NETWORK, sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
    )
    assert "unreachable" in done.stderr


def test_every_figure_is_that_of_the_citys_books(marts: duckdb.DuckDBPyConnection) -> None:
    measures = list(truth()[0].yen())
    rows = marts.execute(
        f"select claim_number, fiscal_year, scenario, as_of, {', '.join(measures)}"  # noqa: S608
        " from marts.fct_collection"
    ).fetchall()
    found = {row[:4]: dict(zip(measures, row[4:], strict=True)) for row in rows}
    assert found == {(t.claim_number, t.fiscal_year, t.scenario, t.as_of): t.yen() for t in truth()}


def test_what_the_settlement_says_is_said_alike_everywhere(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """The claim list, the plan, the city's targets and the annual forms tell one balance."""
    for year in sample.city().years:
        books = [
            t.yen()["balance"]
            for t in truth()
            if (t.fiscal_year, t.scenario) == (year, "actual") and t.as_of == date(year + 1, 5, 31)
        ]
        (listed,) = marts.execute(
            "select sum(uncollected) from marts.mart_claim_list where fiscal_year = ?", [year]
        ).fetchall()
        (target,) = marts.execute(
            "select max(actual) from marts.mart_city_target where fiscal_year = ?", [year]
        ).fetchall()
        assert listed == target == (sum(books),)
    planned = marts.execute(
        "select p.claim_number, p.value, b.balance from marts.mart_plan_progress as p"
        " join marts.fct_collection as b on p.claim_number = b.claim_number"
        " and p.fiscal_year = b.fiscal_year and b.scenario = 'actual'"
        " and b.as_of = make_date(b.fiscal_year + 1, 5, 31)"
        " where p.measure = 'uncollected' and p.kind = 'actual' and p.fiscal_year = 2025"
    ).fetchall()
    assert len(planned) == 24
    assert all(value == balance for _, value, balance in planned)


def test_what_the_guide_adds_up_is_the_citys_total_wherever_it_is_added_up(
    home: Path, database: Database
) -> None:
    totals: Counter[str] = Counter()
    for t in truth():
        if t.scenario == "actual":
            at_year_end = t.as_of == date(t.fiscal_year + 1, 5, 31)
            key = str(t.fiscal_year) if at_year_end else t.as_of.isoformat()
            totals[key] += t.yen()["balance"]
    wrong = []
    for rule in guide.rules():
        for place in guide.PLACES:
            added = guide.added_up(Home(home), database, place, rule, sample.city().code)
            found = {key: total for key, total in added.items() if total is not None}
            if len(found) < 2 or not found.items() <= totals.items():
                wrong.append((place, rule, found))
    assert wrong == []


def test_the_commands_of_the_guide_answer_what_it_says(
    home: Path,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for program, words, answer in guide.commands():
        if program == "psql":
            assert database.ask(words[-1], user=database.clerk()), words
            continue
        assert cli.run(["--home", str(home), *words]) == Exit.DONE, words
        printed = capsys.readouterr().out
        assert answer in (None, printed), words


def test_random_figures_are_what_the_cells_say_that_they_are_traced_to(home: Path) -> None:
    assert differing(Home(home), random_figures(Home(home), each=12, seed=2026)) == []


def test_the_outlook_foresees_the_settlement_better_than_the_balance_of_the_day(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """docs/outlook.md has the figures; here they only must not get worse."""
    dates = marts.execute(
        "select sum(abs(outlook_error)), sum(abs(balance - settled_balance)),"
        " count(*) filter (is_in_interval), count(*) from marts.mart_outlook"
        " where outlook_error is not null group by as_of"
    ).fetchall()
    assert len(dates) == 6  # FY2024 and FY2025 have three settled years before them
    assert all(10 * missed < missed_by_the_balance for missed, missed_by_the_balance, _, _ in dates)
    inside, foreseen = (sum(row[n] for row in dates) for n in (2, 3))
    assert 0.75 < inside / foreseen < 0.9  # 80 % is asked
    newest = marts.execute(
        "select as_of, count(expected_balance), count(*) from marts.mart_outlook"
        " where is_newest group by as_of"
    ).fetchall()
    assert newest == [(date(2026, 7, 31), 23, 24)]  # one claim is too new


def balances(revision: Path) -> dict[str, int]:
    """Claim → yen, of those whose balance is shown."""
    with (revision / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        claims = [row for row in csv.DictReader(file) if row["集計区分コード"] == "claim"]
    return {row["債権番号"]: int(row["残高_円"]) for row in claims if row["残高_円"]}


def test_the_newest_revisions_show_the_balances_of_the_day(home: Path) -> None:
    for as_of in PUBLISHED:
        printed = balances(site.revisions(home / "public", as_of)[-1].folder)
        told = {t.claim_number: t for t in truth() if t.as_of == as_of and t.scenario == "actual"}
        hidden = told.keys() - printed.keys()
        assert {number for number, t in told.items() if 0 < (t.debtors or 0) < FEW} < hidden
        assert printed == {n: t.yen()["balance"] for n, t in told.items() if n not in hidden}


def test_the_one_figure_that_was_wrong_is_corrected_in_the_open(home: Path) -> None:
    day = home / "public" / PUBLISHED[0].isoformat()
    wrong, right = balances(day / "r1"), balances(day / "r2")
    assert {number for number in right if wrong[number] != right[number]} == {"014"}
    told = (home / "public" / "corrections.html").read_text(encoding="utf-8")
    assert f"{wrong['014']:,}円" in told
    assert f"{right['014']:,}円" in told


def test_every_revision_is_rendered_again_to_the_byte_and_as_the_forms_told_then(
    home: Path,
) -> None:
    for as_of in PUBLISHED:
        for revision in site.revisions(home / "public", as_of):
            told, is_same = reviews.rebuild(Home(home), as_of, revision.number, None)
            assert is_same, told
            assert len(told) == 2
            assert "再計算" not in "".join(told)


def test_no_reader_of_all_that_was_published_computes_a_suppressed_figure(home: Path) -> None:
    publications = sorted((home / "public").glob("*/r*/report.csv"))
    public = attack.read([path.read_bytes() for path in publications])
    of_claims = {cell for cell in public.hidden if isinstance(cell[0], str)}
    assert of_claims
    assert not attack.computable(public) & of_claims


def test_the_published_tables_keep_every_rule_for_machine_readable_data(home: Path) -> None:
    for as_of in PUBLISHED:
        folder = home / "public" / as_of.isoformat() / "r1"
        assert check_csv((folder / "report.csv").read_bytes()) == []
        assert check_xlsx((folder / "report.xlsx").read_bytes()) == []
        assert validate(folder / "datapackage.json").flatten(["type", "note"]) == []


def test_the_printed_forms_say_what_the_marts_say(
    home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """調書, 推進シート and 計画表 of a year, read back from workbook and PDF."""
    marts.execute("set schema = 'marts'")
    command = ["--home", str(home), "form", "--fiscal-year", "2025", "-o", str(tmp_path)]
    assert cli.run(command) == Exit.DONE

    measures = marts.execute(
        "select measure, unit from dim_measure order by no limit 19"
    ).fetchall()
    columns = [
        f"{name}_pct" if unit == "ratio" else f"{name} // unit_yen" for name, unit in measures
    ]
    told = marts.execute(
        f"select claim_number, source_item, [{', '.join(f'cast({c} as varchar)' for c in columns)}]"  # noqa: S608
        " from fct_collection_history where form = 'annual' and form_fiscal_year = 2025"
        " and submission_id in (select submission_id from mart_submission where in_force)"
    ).fetchall()
    printed = lettered_rows(tmp_path / "annual.xlsx")
    assert len(told) == 7 * len(printed)
    pages = dict(zip(printed, page_texts(tmp_path / "annual.pdf"), strict=True))
    for claim, letter, figures in told:
        expected = [None if each is None else Decimal(each) for each in figures]
        found = printed[claim][letter]
        assert [None if each == "—" else Decimal(each) for each in found] == expected
        shown = {
            f"{'▲' if n < 0 else ''}{abs(n):,}{'%' if unit == 'ratio' else ''}"
            for n, (_, unit) in zip(expected, measures, strict=True)
            if n is not None
        }
        assert shown <= set(figures_in(pages[claim]))

    plan = tmp_path / "plan.xlsx"
    targets = marts.execute(
        "select claim_name, baseline_actual // 1000, target // 1000, actual // 1000,"
        " next_target // 1000 from mart_plan_comparison"
        " where measure = 'uncollected' and not is_total"
    ).fetchall()
    rows = columns_below(plan, "第2次見本市債権管理計画 収入未済額", "所管課")
    by_claim = {row[1]: row[2:6] for row in rows}
    for claim_name, *figures in targets:
        assert by_claim[claim_name] == ["—" if n is None else int(n) for n in figures]

    (settled,) = marts.execute(
        "select list(uncollected order by fiscal_year) from mart_settlement"
        " where claim_number = '005' and fiscal_year between 2021 and 2025"
    ).fetchall()[0]
    rows = columns_below(tmp_path / "promotion.xlsx", "005", "区分")
    assert next(row for row in rows if row[0] == "収入未済額計")[2:] == settled
    assert {f"{n:,}" for n in settled} <= set(figures_in(page_texts(tmp_path / "promotion.pdf")[0]))


def test_a_printed_form_says_what_was_handed_in_not_what_became_of_it(
    home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    ((before, after),) = marts.execute(
        "select value_before, value from marts.mart_restatement where claim_number = '012'"
        " and fiscal_year = 2024 and measure = 'balance_current'"
    ).fetchall()
    command = ["form", "annual", "--fiscal-year", "2024", "--claim", "12", "-o", str(tmp_path)]
    assert cli.run(["--home", str(home), *command]) == Exit.DONE
    closing = lettered_rows(tmp_path / "annual-012.xlsx")["012"]["D"]
    assert before // 1000 in closing
    assert after // 1000 not in closing


def test_a_printed_form_fits_one_page_in_an_office_program(home: Path, tmp_path: Path) -> None:
    command = ["--home", str(home), "form", "--fiscal-year", "2025", "-o", str(tmp_path)]
    assert cli.run([*command[:3], "annual", *command[3:], "--claim", "008"]) == Exit.DONE
    assert cli.run([*command[:3], "promotion", *command[3:]]) == Exit.DONE
    (tmp_path / "office").mkdir()
    books = [tmp_path / "annual-008.xlsx", tmp_path / "promotion.xlsx"]
    annual, promotion = convert(books, "pdf", tmp_path / "office")
    assert (len(page_texts(annual)), len(page_texts(promotion))) == (1, 4)


def test_nothing_for_the_desks_can_be_reached_from_the_website(home: Path) -> None:
    assert cli.run(["--home", str(home), "bulletin", "2026-10"]) == Exit.DONE
    written = [path for path in (home / "internal").rglob("*") if path.is_file()]
    assert written
    public = (home / "public").resolve()
    for path in (home / "public").rglob("*"):
        assert path.resolve().is_relative_to(public)
        if path.is_file():
            content = path.read_bytes()
            assert b"internal" not in content or path.suffix in {".xlsx", ".pdf"}
            assert content not in [each.read_bytes() for each in written]


def test_the_bulletin_says_what_the_marts_say(
    home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    command = ["--home", str(home), "bulletin", "2026-10", "-o", str(tmp_path)]
    assert cli.run(command) == Exit.DONE
    expected = {
        name: [round(Decimal(n) / 1000) for n in figures]
        for name, *figures in marts.execute(
            "select if(dimension = 'city', '市全体', member), balance, target_balance,"
            " expected_balance from marts.mart_outlook_total"
            " where is_newest and dimension <> 'class'"
        ).fetchall()
    }
    rows = columns_below(tmp_path / "bulletin.xlsx", "所属別", "所属")
    assert {row[0]: [row[2], row[4], row[5]] for row in rows if row[0] in expected} == expected
    text = "".join(page_texts(tmp_path / "bulletin.pdf"))
    page = (tmp_path / "index.html").read_text("utf-8")
    for figures in expected.values():
        for figure in figures:
            assert f"{figure:,}" in text
            assert f"{figure:,}" in page


def test_the_bulletin_lists_what_is_overdue(
    home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    command = ["--home", str(home), "bulletin", "2027-01", "-o", str(tmp_path)]
    assert cli.run(command) == Exit.DONE
    owed = marts.execute(
        "select claim_number from marts.mart_collection_status where collection_status = 'missing'"
        " and due_on between date '2026-01-01' and date '2026-12-31' order by claim_number"
    ).fetchall()
    rows = columns_below(tmp_path / "bulletin.xlsx", "未提出", "所属")
    listed = [(row[2],) for row in rows if row[4] == "残高報告（令和8年10月31日現在）"]
    assert listed == owed
    assert len(listed) == 24
