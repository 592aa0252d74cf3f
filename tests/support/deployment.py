"""What deploy/ describes, set up and run below a folder: the units' commands and a real nginx."""

import base64
import configparser
import getpass
import grp
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = ("mishukin-code", "mishukin-daemon", "mishukin-web", "mishukin-web-readonly")
CODE, WEB, READONLY, NGINX = "4266", "3000", "3001", "8443"
LOOPBACK = "127.0.0.1"
LOOKS = 600
BETWEEN_LOOKS = 0.5
# A service inherits hardly anything.
AS_SYSTEMD_STARTS = {
    name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ
}
# What a machine has in /etc/nginx/nginx.conf around conf.d, with every file in this folder.
AROUND = """\
daemon off;
user {user} {group};
pid {folder}/run/nginx.pid;
error_log {folder}/log/start.log;
events {{}}
http {{
    client_body_temp_path {folder}/nginx/body;
    proxy_temp_path {folder}/nginx/proxy;
    fastcgi_temp_path {folder}/nginx/fastcgi;
    uwsgi_temp_path {folder}/nginx/uwsgi;
    scgi_temp_path {folder}/nginx/scgi;
    include {folder}/nginx/mishukin.conf;
}}
"""


class Deployment:
    """The files of deploy/ as an operator sets them up, with paths and ports of this test.

    PostgreSQL's address takes the place of the one in mishukin.env, as its password would.
    """

    def __init__(self, folder: Path, postgres: str) -> None:
        self.folder = folder
        self.ports = dict(zip((CODE, WEB, READONLY, NGINX), free_ports(4), strict=True))
        self.user, self.secret = getpass.getuser(), secrets.token_urlsafe()
        self.group = grp.getgrgid(os.getgid()).gr_name
        self.places = {
            "/opt/mishukin/.venv/bin": str(Path(sys.executable).parent),
            "/opt/mishukin/deploy": str(folder / "deploy"),
            "/opt/mishukin": str(ROOT),
            "/var/lib/mishukin": str(folder / "home"),
            "/var/log/mishukin": str(folder / "log"),
            "/var/backups/mishukin": str(folder / "backups"),
            "/etc/mishukin": str(folder / "etc"),
            "/run/nginx.pid": str(folder / "run" / "nginx.pid"),
            "postgresql://mishukin:CHANGE-ME@127.0.0.1:5432/dagster": postgres,
            "user=mishukin": f"user={self.user}",
            "HOSTS=mishukin.example": f"HOSTS={LOOPBACK}",
            "CHANGE-ME-TOO": self.secret,
            "www-data adm": f"{self.user} {self.group}",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        for name in ("deploy", "etc", "systemd", "nginx", "log", "run"):
            (folder / name).mkdir(parents=True)

    def set_up(self, source: str, target: str) -> Path:
        """A file of deploy/, copied with its places and ports exchanged for this test's."""
        text = (DEPLOY / source).read_text(encoding="utf-8")
        text = re.sub(rf"\b({'|'.join(self.ports)})\b", lambda port: self.ports[port[1]], text)
        for place, here in self.places.items():
            text = text.replace(place, here)
        file = self.folder / target
        file.write_text(text, encoding="utf-8")
        return file

    def units(self) -> list[Path]:
        """Every unit, set up."""
        names = sorted(path.name for path in (DEPLOY / "systemd").iterdir() if path.is_file())
        return [self.set_up(f"systemd/{name}", f"systemd/{name}") for name in names]

    def start(self) -> None:
        """Start everything at once, as the machine does when it is switched on."""
        self.set_up("workspace.yaml", "deploy/workspace.yaml")
        told = environment_in(self.set_up("mishukin.env", "etc/mishukin.env"))
        self.environment = {**AS_SYSTEMD_STARTS, **told}
        self.services = {u.stem: service_of(u) for u in self.units() if u.suffix == ".service"}
        for name in SERVICES:
            service = self.services[name]
            if "ExecStartPre" in service:
                self.run(shlex.split(service["ExecStartPre"]))
            command = shlex.split(service["ExecStart"])
            folder = service["WorkingDirectory"]
            self._start(name, command, env=self.environment, cwd=folder)
        self._start_nginx()

    def run(self, command: Sequence[str | Path]) -> str:
        """What a command prints that succeeds with a service's environment."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_once(self, name: str) -> str:
        """What a service prints that a timer starts."""
        return self.run(shlex.split(self.services[name]["ExecStart"]))

    def _start_nginx(self) -> None:
        self.set_up("nginx/mishukin.conf", "nginx/mishukin.conf")
        self._run_nginx()

    def _run_nginx(self) -> None:
        config = self.folder / "nginx" / "nginx.conf"
        config.write_text(AROUND.format(folder=self.folder, user=self.user, group=self.group))
        self._start("nginx", [system_program("nginx"), "-c", str(config)])

    def _start(self, name: str, command: list[str], **how: Any) -> None:
        with (self.folder / "log" / f"{name}.journal").open("wb") as journal:
            process = subprocess.Popen(
                command, start_new_session=True, stdin=subprocess.DEVNULL,
                stdout=journal, stderr=subprocess.STDOUT, **how,
            )  # fmt: skip
        self.processes.append(process)

    def stop(self) -> None:
        """Ask every process to end, the last one first; end what does not."""
        for process in reversed(self.processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def sign_up(self, who: str, password: str, file: str) -> None:
        """Give somebody a password, as docs/operations.md says."""
        users = self.folder / "nginx" / file
        new = [] if users.exists() else ["-c"]
        subprocess.run(
            ["htpasswd", "-B", "-i", *new, users, who],
            input=password.encode(), check=True, capture_output=True,
        )  # fmt: skip

    def get(
        self, path: str, login: str = "", *, body: object = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """What nginx answers, and the content; `login` is `name:password`."""
        if login:
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        data = None if body is None else json.dumps(body)
        connection = HTTPConnection(LOOPBACK, int(self.ports[NGINX]), timeout=60)
        connection.request(
            "POST" if data else "GET", path, data, {"Content-Type": "application/json", **headers}
        )
        answer = connection.getresponse()
        content = b"" if answer.status == 101 else answer.read()
        connection.close()
        return answer, content

    def beside_nginx(self, port: str, **headers: str) -> int:
        """How a service answers whoever asks it directly, as nginx would."""
        connection = HTTPConnection(LOOPBACK, int(self.ports[port]), timeout=60)
        host = f"{LOOPBACK}:{self.ports[NGINX]}"
        connection.request("GET", "/server_info", headers={"Host": host, **headers})
        status = connection.getresponse().status
        connection.close()
        return status

    def query(self, path: str, login: str, text: str, **variables: object) -> Any:
        """The data of an answer to GraphQL, or None while nobody answers."""
        try:
            answer, content = self.get(path, login, body={"query": text, "variables": variables})
        except ConnectionError:
            return None
        return json.loads(content)["data"] if answer.status == 200 else None

    def until(self, look: Callable[[], Any]) -> Any:
        """What `look` finds; gives up when a process ended or after so many looks."""
        pause = threading.Event()
        for _ in range(LOOKS):
            found = look()
            if found is not None:
                return found
            assert all(process.poll() is None for process in self.processes), self.journals()
            pause.wait(BETWEEN_LOOKS)
        raise AssertionError(f"not within the looks allowed: {self.journals()}")

    def journals(self) -> str:
        """What the processes wrote, for whoever looks why a test failed."""
        logs = sorted((self.folder / "log").iterdir())
        return "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in logs)


def service_of(unit: Path) -> configparser.SectionProxy:
    """The section [Service] of a unit; of a setting that is repeated, the last one."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read_string(unit.read_text(encoding="utf-8"))
    return parser["Service"]


def environment_in(file: Path) -> dict[str, str]:
    """The variables of an EnvironmentFile."""
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def free_ports(number: int) -> list[str]:
    """So many ports on which nobody listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [str(one.getsockname()[1]) for one in sockets]


def system_program(name: str) -> str:
    """A program that Debian keeps where only root looks."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found, f"{name} is missing: ./tests/install-tools"
    return found
