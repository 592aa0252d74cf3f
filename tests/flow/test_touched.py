"""A generation that somebody edited, or holds open, is used by no command; a build mends it."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from flow.city import CODE, OSAKA, RECEIVED, fingerprint, mishukin
from support.desktop import edited, opened

import cli
from services.exits import Exit
from services.home import Home
from services.query import ask

JULY = "2020-07-31"
AT = ("--at", "2020-11-02T09:00:00+09:00")
TRACED = ("--claim", "8", "--fiscal-year", "2019", "--scenario", "actual", "--column", "balance")
# Whatever tells the figures on looks at every row; what only reads, whether anybody wrote.
TELLING: Sequence[Sequence[str]] = (
    ("report", "draft", JULY, *AT),
    ("report", "draft", JULY, "--dry-run"),
    ("report", "approve", JULY, "--by", "財政課長", *AT),
    ("report", "publish", JULY, *AT),
    ("bulletin", "2020-12"),
    ("conference", "august"),
    ("form", "annual", "--fiscal-year", "2019"),
    ("serve-marts", "--dsn", "host=db.example.lg.jp"),
    ("load", "--plan", "--municipality", CODE, str(OSAKA / "010.xlsx")),
)
READING: Sequence[Sequence[str]] = (
    ("sql", "from 財政.残高報告"),
    ("sql", "from 財政.残高報告", "--as-of", JULY),
    ("sql", "--saved", "largest_balances"),
    ("findings",),
    ("submissions",),
    ("questions",),
    ("trace", "fct_collection", *TRACED),
    ("template", "annual", "--fiscal-year", "2020", "--municipality", CODE, "--claim", "008"),
    ("remind", *AT),
    ("dictionary",),
)
WRITES_A_FILE = {"template": "様式.xlsx", "dictionary": "辞書"}
EDIT = "update marts.mart_balance_report set balance = balance + 1000"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a command that does write leaves it."""
    monkeypatch.chdir(tmp_path_factory.mktemp("written"))


def answers(
    home: Home, commands: Sequence[Sequence[str]], capsys: pytest.CaptureFixture[str]
) -> dict[str, tuple[int, str]]:
    """How each command ends, and what it says to the person at the terminal."""
    found = {}
    for command in commands:
        where = ("-o", WRITES_A_FILE[command[0]]) if command[0] in WRITES_A_FILE else ()
        code = cli.run(["--home", str(home.root), *command, *where])
        found[" ".join(command)] = (code, capsys.readouterr().err)
    return found


def test_whoever_holds_the_file_open_is_told_by_every_command(
    built: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: fingerprint(built.root / name) for name in ("drafts", "public", "internal")}
    name = built.current.resolve().name
    with opened(built.current) as tool:
        found = answers(built, (*TELLING, *READING), capsys)
        examined = mishukin(built, "doctor")
    said = (
        f"marts/{name} は、別のプログラム({Path('/proc/self/exe').resolve().name}、"
        f"プロセス番号{tool.pid})が開いているので、そのプログラムで閉じるか、"
        "読み取り専用で開き直してから、もう一度実行してください。\n"
    )
    assert {command: told for command, told in found.items() if told != (1, said)} == {}
    assert (examined.code, f"× 公開用データ: {said}" in examined.out) == (Exit.CHECK_FAILED, True)
    assert {name: fingerprint(built.root / name) for name in before} == before


def test_an_edited_figure_is_told_by_every_command_and_a_build_makes_it_anew(
    built: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: fingerprint(built.root / name) for name in ("drafts", "public", "internal")}
    touched, figures = built.current.resolve(), ask(built, "from 財政.残高報告").rows
    edited(built.current, EDIT)
    assert_refused(answers(built, (*TELLING, *READING), capsys), touched.name)
    made = int(RECEIVED.timestamp())
    touched.chmod(0o444)
    os.utime(touched, (made, made))  # by somebody who hides it
    assert_refused(answers(built, TELLING, capsys), touched.name)
    examined = mishukin(built, "doctor")
    assert examined.code == Exit.CHECK_FAILED
    assert f"× 公開用データ: 公開用データ marts/{touched.name} は作られた後に" in examined.out

    anew = mishukin(built, "build")
    assert (anew.code, anew.out) == (Exit.DONE, f"marts/{built.current.resolve().name}\n")
    assert f"{touched.name} は作られた後に中身が書き換えられている" in anew.err
    assert anew.err.endswith("ため、新しく作り直しました。\n")
    assert built.current.resolve() != touched
    assert ask(built, "from 財政.残高報告").rows == figures
    assert cli.run(["--home", str(built.root), *TELLING[0]]) == Exit.DONE
    sums = f"{JULY}/SHA256SUMS"
    assert fingerprint(built.drafts)[sums] == before["drafts"][sums]


def assert_refused(found: dict[str, tuple[int, str]], name: str) -> None:
    """Every command ends with 4 and one line that names the file and what to do."""
    wrong = {
        command: (code, said)
        for command, (code, said) in found.items()
        if code != Exit.CHECK_FAILED
        or f"公開用データ marts/{name} は" not in said
        or "mishukin build を実行して" not in said
        or said.count("\n") != 1
    }
    assert wrong == {}
