"""Passwords that a real directory knows: who comes in, and who does not."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.deployment import LOOPBACK, free_ports, system_program
from support.window import PASSWORD, Visitor, add, people, served

from services.home import Home
from services.records import audit

LDAP = Path(__file__).parents[2] / ".tools" / "ldap"
BASE = "dc=mishukin,dc=example"
READER, READERS = f"cn=reader,{BASE}", "reader-secret"
SLAPD = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
suffix {base}
rootdn {reader}
rootpw {secret}
directory {folder}/data
"""
CITY = """\
dn: {base}
objectClass: dcObject
objectClass: organization
dc: mishukin
o: mishukin

"""
PERSON = """\
dn: uid={uid},{base}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
userPassword: {password}
"""
NOT_YET = 255  # as ldapadd ends while nobody answers
THERE = "natsu-wa-yoru-2000"


@contextmanager
def directory(folder: Path) -> Iterator[str]:
    """A slapd of its own, with three people; its address."""
    (folder / "data").mkdir(parents=True)
    config = folder / "slapd.conf"
    config.write_text(SLAPD.format(folder=folder, base=BASE, reader=READER, secret=READERS))
    address = f"ldap://{LOOPBACK}:{free_ports(1)[0]}"
    command = [system_program("slapd"), "-d", "0", "-h", address, "-f", str(config)]
    with subprocess.Popen(command) as server:
        try:
            ldif = CITY.format(base=BASE) + "\n".join(
                PERSON.format(uid=uid, base=BASE, password=THERE)
                for uid in ("hanako", "taro", "nobody")
            )
            add_all = ["ldapadd", "-x", "-H", address, "-D", READER, "-w", READERS]
            while subprocess.run([*add_all], input=ldif, text=True, check=False,
                                 capture_output=True).returncode == NOT_YET:  # fmt: skip
                assert server.poll() is None
            yield address
        finally:
            server.terminate()


@pytest.fixture(scope="module", name="address")
def _address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("directory")
    home = Home(folder / "home").create()
    paths = (str(LDAP), os.environ.get("PYTHONPATH", ""))
    with directory(folder / "slapd") as server, pytest.MonkeyPatch.context() as patch:
        from support import killed

        patch.setitem(
            killed.ENVIRONMENT, "PYTHONPATH",
            os.pathsep.join((killed.ENVIRONMENT["PYTHONPATH"], *paths)),
        )  # fmt: skip
        patch.setitem(killed.ENVIRONMENT, "MISHUKIN_LDAP_PASSWORD", READERS)
        (home.config / "window.yml").write_text(
            f"directory:\n  server: {server}\n  base: {BASE}\n  reader: {READER}\n"
            "  start_tls: false\n"
        )
        for username in ("hanako", "taro"):
            people(home, "add", username, "--name", username, "--no-password")
        add(home, "kanri", "管理 二郎")
        people(home, "disable", "taro")
        with served(home) as address:
            yield address
    assert {line["signed_in"] for line in audit.read(home) if line["action"] == "sign_in"} == {
        "hanako", "kanri",
    }  # fmt: skip


def test_the_directory_knows_the_password(address: str) -> None:
    assert Visitor(address).sign_in("hanako", THERE).status == 200


def test_a_local_account_needs_no_directory(address: str) -> None:
    assert Visitor(address).sign_in("kanri").status == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("hanako", "wrong"),
        ("hanako", ""),
        ("hanako", PASSWORD),
        ("taro", THERE),
        ("nobody", THERE),
        ("*", THERE),
        ("hanako)(uid=*", THERE),
        ("kanri", THERE),
    ],
    ids=["wrong", "empty", "another", "disabled", "unknown here", "any", "forged", "local"],
)
def test_nobody_else_comes_in(address: str, username: str, password: str) -> None:
    assert Visitor(address).sign_in(username, password).status == 403


def test_a_real_slapd_is_used() -> None:
    assert shutil.which("ldapadd")
    assert (LDAP / "installed").exists()
