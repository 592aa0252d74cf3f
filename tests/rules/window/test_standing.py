"""状況: what the data team sees, what others do not, and a build that is started once."""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from flow.city import CODE, OSAKA

from ingest.load import Arrival, SourceFile
from services.clock import now
from services.home import Home
from services.intake.receiving import receive
from services.records import audit
from services.warehouse import begun

PASSWORD = "yamabuki no kin 5"  # noqa: S105 - of people that are made here
PAGES = ("", "findings/", "loads/", "build/", "waivers/", "claims/", "layouts/", "doctor/")
_NUMBERS = count(1)


def signed_in(home: Home, role: str, **post: str) -> Client:
    from window.people import keeping

    username = f"reader{next(_NUMBERS)}"
    keeping.add(home, username, "河原 石", PASSWORD, now())
    keeping.give(home, username, keeping.Given(role, **post), now())
    client = Client(SERVER_NAME="localhost")
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    return client


@pytest.fixture(name="data")
def _data(home: Home) -> Client:
    return signed_in(home, "data")


@pytest.fixture(name="faulty")
def _faulty(home: Home, tmp_path: Path) -> str:
    """A workbook that was handed in, went back, and waits for a build; its name."""
    name = f"壊れた調書{next(_NUMBERS)}.xlsx"
    (tmp_path / name).write_bytes(b"no workbook " + name.encode())
    receive(home, [SourceFile(tmp_path / name, CODE)], Arrival(now()))
    return name


@pytest.mark.parametrize("role", ["data", "finance", "approver", "auditor"])
def test_every_page_of_the_room_is_read(home: Home, role: str) -> None:
    client = signed_in(home, role)
    for page in PAGES:
        answer = client.get(f"/standing/{page}")
        assert answer.status_code == 200, page
        assert "refused" not in answer.context, page


@pytest.mark.parametrize(
    ("role", "post"), [("department", {"department": "税務課"}), ("administrator", {})]
)
def test_departments_and_administrators_do_not_see_it(
    home: Home, role: str, post: dict[str, str]
) -> None:
    client = signed_in(home, role, **post)
    for page in (*PAGES, "findings/unreadable_file/", "claims/lacking/"):
        assert client.get(f"/standing/{page}").status_code == 403, page


@pytest.mark.parametrize("role", ["finance", "approver", "auditor"])
def test_who_only_reads_starts_nothing(home: Home, role: str) -> None:
    client = signed_in(home, role)
    before = audit.read(home)
    for address in ("build/start/", "layouts/show/"):
        assert client.post(f"/standing/{address}").status_code == 403
    assert audit.read(home) == before
    assert "作り直しを始める" not in client.get("/standing/build/").content.decode()


def test_the_grid_tells_in_words_who_has_handed_in(home: Home, data: Client) -> None:
    page = data.get("/standing/").content.decode()
    grid = data.get("/standing/").context["grid"]
    for department in grid.departments:
        assert department in page
    for cell in (c for claims in grid.departments.values() for each in claims for c in each.cells):
        assert cell is None or cell.text in page


def test_what_waits_for_a_build_is_told_as_such(home: Home, data: Client, faulty: str) -> None:
    kinds = data.get("/standing/findings/").context["kinds"]
    kind = next(each for each in kinds if each.rule == "unreadable_file")
    assert faulty in kind.files
    assert kind.waiting >= 1
    assert [each.severity for each in kinds] == sorted(
        (each.severity for each in kinds), key=["error", "warning", "info"].index
    )
    listed = data.get("/standing/findings/unreadable_file/").content.decode()
    assert faulty in listed
    assert "反映待ち" in listed
    arrivals = data.get("/standing/loads/").context["arrivals"]
    newest = next(each for each in arrivals if each.action == "受付")
    assert newest.is_waiting
    assert "ファイルを開けない" in next(each.what for each in arrivals if each.action == "返却")
    assert [each.at for each in arrivals] == sorted((a.at for a in arrivals), reverse=True)
    assert "まだ公開用データに入っていない" in data.get("/standing/").content.decode()
    del home


def test_a_post_of_another_municipality_shows_nothing_of_this_one(home: Home, faulty: str) -> None:
    city = home.config / "city.yml"
    before = city.read_text("utf-8")
    city.write_text(f'{before}municipalities: ["131016"]\n', "utf-8")
    try:
        client = signed_in(home, "data", municipality="131016")
        assert not client.get("/standing/").context["grid"].departments
        assert not client.get("/standing/findings/").context["kinds"]
        assert not client.get("/standing/loads/").context["arrivals"]
        assert not client.get("/standing/claims/").context["lacking"]
        assert client.get("/standing/claims/lacking/").status_code == 404
        assert faulty not in client.get("/standing/findings/unreadable_file/").content.decode()
    finally:
        city.write_text(before, "utf-8")


def test_claims_that_the_register_lacks_are_rows_to_add(home: Home, data: Client) -> None:
    lacking = data.get("/standing/claims/").context["lacking"]
    assert lacking
    register = home.config / "claims.csv"
    rows = data.get("/standing/claims/lacking/").content
    register.write_bytes(rows)
    try:
        answer = data.get("/standing/claims/")
        assert not [each for each in answer.context["lacking"] if each.is_complete]
        assert len(answer.context["rows"]) == sum(each.is_complete for each in lacking)
        register.write_bytes("債権整理番号\n008\n".encode())  # a register that cannot be read
        page = data.get("/standing/claims/")
        assert page.status_code == 200
        assert "債権の台帳(config/)を読めません" in page.content.decode()
    finally:
        register.unlink()


def test_how_a_table_is_understood_is_a_page_of_its_own(home: Home, data: Client) -> None:
    book = next(iter(sorted(OSAKA.glob("*.xlsx"))))
    upload = SimpleUploadedFile("<b>表</b>.xlsx", book.read_bytes())
    answer = data.post("/standing/layouts/show/", {"workbook": upload})
    address = answer.headers["Location"]
    page = data.get(address)
    assert page.status_code == 200
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "<b>表" not in page.content.decode()
    assert signed_in(home, "data").get(address).status_code == 404
    refused = data.post(
        "/standing/layouts/show/",
        {"workbook": SimpleUploadedFile("表.xlsx", b"PK\x03\x04 no workbook")},
        follow=True,
    )
    assert 'class="message error"' in refused.content.decode()
    assert not list(home.window.glob(".shown-*/"))


def test_a_faulty_setting_is_told_on_its_page(home: Home, data: Client) -> None:
    (home.config / "waivers.yml").write_text("- rule: balance\n", "utf-8")
    try:
        answer = data.get("/standing/waivers/")
        assert answer.status_code == 200
        assert "waivers.yml" in answer.context["refused"]
    finally:
        (home.config / "waivers.yml").unlink()


def test_a_build_is_started_once_and_found_again(home: Home, data: Client) -> None:
    # While another process writes nothing is started; then one is, and a second is not.
    holding = another(home, "with home.writer(): print(flush=True); sys.stdin.read()")
    assert holding.stdin
    assert holding.stdout
    holding.stdout.readline()
    answer = data.post("/standing/build/start/", follow=True)
    assert f"プロセス番号{holding.pid}" in answer.content.decode()
    assert not begun.every(home)
    holding.stdin.close()
    assert holding.wait() == 0

    answer = data.post("/standing/build/start/", follow=True)
    assert answer.context["is_running"]
    assert (build := begun.every(home)[0]).is_running
    assert build.by == "河原 石"
    started = [line for line in audit.read(home) if line["action"] == begun.ACTION]
    assert [line["by"] for line in started] == ["河原 石"]
    assert started[0]["person"].startswith("reader")
    answer = data.post("/standing/build/start/", follow=True)
    assert "もう始まっています" in answer.content.decode()
    assert len(begun.every(home)) == 1

    # Another process, as a server that was started again, finds the same build.
    told, _ = another(home, "print(begun.every(home)[0].outcome)").communicate()
    assert told.decode().strip() == "実行中"
    (folder,) = (each.parent for each in home.window.glob("builds/*/started.json"))
    wait_for(process_of(folder))
    done = begun.every(home)[0]
    assert (done.is_running, done.code) == (False, 0), done.said
    assert any("倉庫を作り" in line for line in done.said)
    assert any(line.startswith("marts/") for line in done.said)
    assert "終わりました" in data.get("/standing/build/").content.decode()
    assert "すべて公開用データに入っています" in data.get("/standing/").content.decode()


def test_a_build_that_was_killed_is_told_as_such(home: Home, data: Client) -> None:
    data.post("/standing/build/start/")
    folder = max(home.window.glob("builds/*/started.json")).parent
    process = process_of(folder)
    os.killpg(process, signal.SIGKILL)
    wait_for(process)
    assert begun.every(home)[0].outcome == "途中で止められました"
    assert "途中で止められました" in data.get("/standing/build/").content.decode()


def another(home: Home, does: str) -> "subprocess.Popen[bytes]":
    """Another process at the same home."""
    begins = "import sys; from pathlib import Path; from services.warehouse import begun"
    script = f"{begins}; from services.home import Home; home = Home(Path(sys.argv[1]))\n{does}"
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def process_of(folder: Path) -> int:
    """The process that was started, as the build's own file tells."""
    number: int = json.loads((folder / "started.json").read_bytes())["process"]
    return number


def wait_for(process: int) -> None:
    """Until a process has ended, as the kernel tells."""
    with suppress(ProcessLookupError):
        descriptor = os.pidfd_open(process)
        try:
            select.select([descriptor], [], [])
        finally:
            os.close(descriptor)
