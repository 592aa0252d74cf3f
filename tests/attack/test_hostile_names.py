"""Names of files and sheets are only ever shown, and shown legibly: none becomes a path."""

import io
import json
import os
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import dagster as dg
import duckdb
import pytest
from flow.city import CODE, OSAKA, RECEIVED, mishukin
from support.workbooks import with_cell

from orchestration import runs
from orchestration.sensors import inbox_sensor
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home

SHEETS = {
    "上の階": "../../../../../tmp/落とし穴",
    "絶対": "/etc/passwd",
    "装置": "CON",
    "改行": "調書\n偽の行 エラー: 全部消してください",
    "端末": "\x1b[2J調書".replace("\x1b", "\x85"),  # XML knows no ESC; NEL it does
    "右から左": "調書\u202exslx.exe",
    "長い": "長" * 3_000,
    "空": " ",
    "式": "=HYPERLINK(\"http://example.com\",\"x\")",
    "引用": "'; drop table marts.mart_finding; --",
    "HTML": "<script>alert(1)</script>",
}  # fmt: skip
FILES = [
    b"a\\..\\..\\x.xlsx",
    b"CON.xlsx",
    b"a\nb.xlsx",
    b"\x1b[2J.xlsx",
    "調書\u202exslx.exe.xlsx".encode(),
    b"\xff\xfe\x80.xlsx",
    b"-rf.xlsx",
    b"x" * 250 + b".xlsx",
    b"<b>'\"&;$(touch x)`.xlsx",
    "＝cmd.xlsx".encode(),
]
LEGIBLE = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*")


def with_sheet(name: str, n: int) -> bytes:
    """A form of a claim of its own, faulty for every other one, on a sheet of any name."""
    book = with_cell("J3", str(200 + n))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/workbook.xml":
                first, rest = content.decode().split("<sheet ", 1)
                named = re.sub(r'\bname="[^"]*"', "", rest, count=1)
                said = quoteattr(name).replace("\n", "&#10;")
                content = f"{first}<sheet name={said} {named}".encode()
            if n % 2 and part == "xl/worksheets/sheet1.xml":
                content = re.sub(rb'(<c r="E12"[^>]*><v>)[^<]*', rb"\g<1>123.5", content)
            new.writestr(part, content)
    return out.getvalue()


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("hostile") / "home").create()
    inbox = home.inbox / CODE
    inbox.mkdir()
    for n, name in enumerate(SHEETS.values()):
        (inbox / f"{n}.xlsx").write_bytes(with_sheet(name, n))
    for n, raw in enumerate(FILES):
        path = Path(os.fsdecode(os.fsencode(inbox) + b"/" + raw))
        path.write_bytes(with_cell("J3", str(300 + n)) if n % 2 else b"broken")
    (inbox / os.fsdecode(b"\xff\n..")).mkdir()
    (inbox / os.fsdecode(b"\xff\n..") / "a.xlsx").write_bytes((OSAKA / "010.xlsx").read_bytes())
    return home


@pytest.fixture(scope="module", name="said")
def _said(home: Home) -> str:
    before = {path for path in home.root.parent.rglob("*") if not path.is_relative_to(home.dagster)}
    checked = mishukin(home, "check", str(home.inbox), "--json")
    assert checked.code == Exit.REJECTED, checked.err
    assert before == {
        path for path in home.root.parent.rglob("*") if not path.is_relative_to(home.dagster)
    }
    loaded = mishukin(home, "load", "--json")
    assert loaded.code == Exit.REJECTED, loaded.err
    outcome = runs.run(home, stopped_at(RECEIVED))
    assert outcome.code is Exit.REJECTED, outcome.messages
    listed = [mishukin(home, command, "--json") for command in ("findings", "submissions")]
    assert [each.code for each in listed] == [0, 0]
    for each in (checked, loaded):
        json.loads(each.out)
    return "\n".join(part for each in (checked, loaded, *listed) for part in (each.out, each.err))


def test_what_is_said_of_them_cannot_act_on_a_screen(said: str) -> None:
    assert LEGIBLE.fullmatch(said)
    assert "Traceback" not in said
    assert max(map(len, said.splitlines())) < 3_000
    assert not any(line.startswith("偽の行") for line in said.splitlines())


@pytest.mark.usefixtures("said")
def test_no_name_became_a_path(home: Home) -> None:
    assert not Path("/tmp/落とし穴").exists()  # noqa: S108 - where the name points
    kept = re.compile(r"(settings/)?[0-9a-f]{64}(\.xlsx)?|receipts/\d{8}\.json")
    archived = [path for path in home.archive.rglob("*") if path.is_file()]
    assert archived and all(
        kept.fullmatch(path.relative_to(home.archive).as_posix()) for path in archived
    )
    returned = re.compile(r"\d{8}-[0-9a-f]{12}\.xlsx|index\.(html|json)")
    copies = [path for path in home.returned.rglob("*") if path.is_file()]
    assert copies and all(returned.fullmatch(path.name) for path in copies)
    assert {path.parent.name for path in copies} == {CODE}
    batch = re.compile(r"batch=[0-9TZ]+(-[0-9a-f]{12})?|register")
    assert all(batch.fullmatch(path.name) for path in home.landing.iterdir())


@pytest.mark.usefixtures("said")
def test_the_marts_and_the_index_show_them_as_plain_text(home: Home) -> None:
    with duckdb.connect(str(home.current), read_only=True) as marts:
        rows = marts.execute("select file, sheet from marts.mart_submission").fetchall()
        assert len(rows) == len(SHEETS) + len(FILES) // 2 + 1
    assert all(LEGIBLE.fullmatch(file) and LEGIBLE.fullmatch(sheet) for file, sheet in rows)
    page = (home.returned / CODE / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<b>'" not in page


def test_the_sensor_asks_for_files_of_any_name(home: Home) -> None:
    cursor = None
    for _ in range(2):
        context = dg.build_sensor_context(cursor=cursor, resources={"home": home})
        asked = inbox_sensor(context)
        cursor = context.cursor
    assert isinstance(asked, dg.RunRequest)
    paths = asked.run_config["ops"]["landing"]["config"]["paths"]
    assert len(paths) == len(SHEETS) + len(FILES) + 1
    assert all(LEGIBLE.fullmatch(path) for path in paths)
    json.dumps(paths, ensure_ascii=False).encode()
    with runs.runner(home, stopped_at(RECEIVED)) as running:
        assert running.execute("main", config=dict(asked.run_config)).success


def test_a_good_form_on_a_sheet_of_any_name_is_still_read(home: Home, said: str) -> None:
    assert said
    with duckdb.connect(str(home.current), read_only=True) as marts:
        accepted = marts.execute(
            "select count(*) from marts.mart_submission where status = 'accepted'"
        ).fetchall()
    assert accepted[0][0] >= (len(SHEETS) + 1) // 2 + len(FILES) // 2
