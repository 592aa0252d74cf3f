"""A PostgreSQL server of the tests' own: a real one, on a socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

LOGIN = "secret-of-the-tests"
# The owner of the server needs no password, everybody else needs one.
ENTRANCES = "local all owner trust\nlocal all all scram-sha-256\n"
QUICKLY = "-c listen_addresses='' -c fsync=off -c autovacuum=off -c max_connections=20"


class Server:
    """A server that runs from `start` to `stop`."""

    def __init__(self) -> None:
        # Below the system's own folder: pytest's is closed to the user the server runs as.
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.data = self.folder / "data"
        self.databases = 0

    def start(self) -> None:
        """A new cluster, and the server on it."""
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "--no-sync", "--username=owner", "--encoding=UTF8", "--locale=C")
        (self.data / "pg_hba.conf").write_text(ENTRANCES)
        options = f"{QUICKLY} -k {self.folder}"
        self._run("pg_ctl", "--wait", "--options", options, "--log", f"{self.folder}/log", "start")

    def stop(self) -> None:
        """End the server and leave nothing behind."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.folder)

    def dsn(self, database: str, user: str = "owner", password: str = LOGIN) -> str:
        """How to connect."""
        return make_conninfo(host=str(self.folder), dbname=database, user=user, password=password)

    def database(self, encoding: str = "UTF8") -> "Database":
        """A new database, of a user who may make roles but is no superuser."""
        self.databases += 1
        name = f"city{self.databases}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as owner:
            make_login(owner, f"{name}_loader", "createrole")
            owner.execute(
                sql.SQL("create database {} owner {} encoding {} template template0").format(
                    sql.Identifier(name), sql.Identifier(f"{name}_loader"), encoding
                )
            )
        return Database(self, name)

    @property
    def _user(self) -> str | None:
        """PostgreSQL does not run as root."""
        if os.getuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"

    def _run(self, program: str, *arguments: str) -> None:
        as_whom: dict[str, Any] = {}
        if self._user:
            group = pwd.getpwnam(self._user).pw_gid
            as_whom = {"user": self._user, "group": group, "extra_groups": []}
        done = subprocess.run(
            [binary(program), "--pgdata", str(self.data), *arguments],
            cwd=self.folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, **as_whom,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@contextmanager
def running() -> Iterator[Server]:
    """A server for a while."""
    server = Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Database:
    """A database, with the ways to connect to it."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.reader = f"{name}_reader"
        self.loader_dsn = server.dsn(name, f"{name}_loader")

    @property
    def url(self) -> str:
        """The loader's way in, as SQLAlchemy, on which Dagster stands, wants it."""
        told = conninfo_to_dict(self.loader_dsn)
        login = f"{told['user']}:{told['password']}"
        return f"postgresql://{login}@/{told['dbname']}?{urlencode({'host': told['host']})}"

    def ask(self, query: str, *, user: str = "owner") -> list[tuple[Any, ...]]:
        """The rows of a query, or none for a statement that has none."""
        with psycopg.connect(self.server.dsn(self.name, user), autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def clerk(self) -> str:
        """A person of the finance division: a login that is a member of the reader."""
        name = f"{self.name}_clerk"
        with psycopg.connect(self.server.dsn(self.name), autocommit=True) as owner:
            make_login(owner, name, "")
            owner.execute(
                sql.SQL("grant {} to {}").format(sql.Identifier(self.reader), sql.Identifier(name))
            )
        return name


def make_login(owner: psycopg.Connection[Any], name: str, rights: str) -> None:
    """A role that logs in with the password LOGIN."""
    owner.execute(
        sql.SQL("create role {} login {} password {}").format(
            sql.Identifier(name), sql.SQL(rights), LOGIN
        )
    )


def binary(program: str) -> str:
    """A program of the server; Debian keeps them out of the way."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    found = shutil.which(program) or (str(installed[-1]) if installed else None)
    assert found, f"{program} is missing: ./tests/install-tools"
    return found
