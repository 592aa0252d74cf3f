"""The window as deploy/ describes it: the unit's command behind a real nginx."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.deployment import DEPLOY, LOOPBACK, Deployment, free_ports, service_of, system_program
from support.killed import ENVIRONMENT
from support.postgres import Server
from support.window import Visitor, add, served

from services.home import Home
from services.records import audit

PORT = "8444"


class Place(Deployment):
    """Of the deployment only the window."""

    def __init__(self, folder: Path, signed_in: str = "") -> None:
        super().__init__(folder, "")
        self.places['X-Remote-User ""'] = f'X-Remote-User "{signed_in}"'
        self.ports[PORT] = free_ports(1)[0]
        (folder / "run/mishukin").mkdir()
        self.places["/run/mishukin"] = str(folder / "run/mishukin")
        self.home = Home(folder / "home").create()

    def start(self) -> None:
        """The unit's command, and nginx with the file of the window."""
        unit = service_of(self.set_up("systemd/mishukin-window.service", "systemd/window.service"))
        self.socket = self.folder / "run/mishukin/window.sock"
        environment = ENVIRONMENT | {"MISHUKIN_HOME": str(self.home.root)}
        self._start("window", shlex.split(unit["ExecStart"]), env=environment)
        self.until(lambda: self.socket.exists() or None)
        self.set_up("nginx/window.conf", "nginx/mishukin.conf")
        self._run_nginx()
        self.until(self._answers)

    def _answers(self) -> int | None:
        try:
            return Visitor(self.address).open("/sign-in/").status
        except OSError:
            return None

    @property
    def address(self) -> str:
        """Where browsers reach it."""
        return f"http://{LOOPBACK}:{self.ports[PORT]}"


@pytest.fixture(scope="module", name="place")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("machine"))
    add(place.home, "hanako", "佐藤花子")
    try:
        place.start()
        yield place
    finally:
        place.stop()


def test_people_sign_in_through_nginx(place: Place) -> None:
    visitor = Visitor(place.address).sign_in("hanako")
    assert (visitor.status, visitor.answer.url) == (200, f"{place.address}/")


def test_whom_the_proxy_has_signed_in_needs_no_password(tmp_path: Path) -> None:
    place = Place(tmp_path, signed_in="hanako")
    (place.home.config / "window.yml").write_text("user_header: X-Remote-User\n")
    add(place.home, "hanako", "佐藤花子")
    add(place.home, "taro", "鈴木太郎")
    try:
        place.start()
        visitor = Visitor(place.address).open("/", **{"X-Remote-User": "taro"})
    finally:
        place.stop()
    assert "佐藤花子" in visitor.text
    lines = [line for line in audit.read(place.home) if line["action"] == "sign_in"]
    assert {line["signed_in"] for line in lines} == {"hanako"}


def test_who_is_not_known_here_is_not_let_in_by_the_proxy(tmp_path: Path) -> None:
    place = Place(tmp_path, signed_in="nobody")
    (place.home.config / "window.yml").write_text("user_header: X-Remote-User\n")
    try:
        place.start()
        visitor = Visitor(place.address).open("/")
    finally:
        place.stop()
    assert "/sign-in/" in visitor.answer.url


def test_the_socket_is_open_to_nobody_else(place: Place) -> None:
    assert place.socket.stat().st_mode & 0o007 == 0


def test_who_tries_too_often_is_shut_out_wherever_it_says_that_it_is(place: Place) -> None:
    for number in range(6):
        visitor = Visitor(place.address).open("/sign-in/")
        visitor.send(
            "/sign-in/",
            {"username": "hanako", "password": "wrong"},
            **{"X-Forwarded-For": f"10.0.0.{number}"},
        )
    assert visitor.status == 429
    assert audit.read(place.home)[-1]["action"] == "sign_in_locked"


def test_nginx_takes_the_file(place: Place) -> None:
    program = system_program("nginx")
    config = str(place.folder / "nginx" / "nginx.conf")
    done = subprocess.run([program, "-t", "-c", config], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_guide_names_the_files_of_the_window() -> None:
    guide = (DEPLOY.parent / "docs" / "operations.md").read_text("utf-8")
    for file in ("systemd/mishukin-window.service", "nginx/window.conf"):
        assert (DEPLOY / file).exists()
        assert Path(file).name in guide


def test_people_may_live_in_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    server.start()
    try:
        monkeypatch.setitem(ENVIRONMENT, "MISHUKIN_WINDOW_DSN", server.database().url)
        home = Home(tmp_path / "home").create()
        add(home, "hanako", "佐藤花子")
        with served(home) as address:
            assert "佐藤花子" in Visitor(address).sign_in("hanako").text
    finally:
        server.stop()
    assert not (home.window / "people.sqlite3").exists()
