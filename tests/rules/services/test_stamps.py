"""Time stamps of the audit log, by an authority on this machine: openssl answers (RFC 3161)."""

import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import cli
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit, soundness, stamps

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)
AUTHORITY = """\
[ req ]
distinguished_name = name
[ name ]
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ stamping ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ tsa ]
default_tsa = here
[ here ]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certified(folder: Path) -> None:
    """A root, and a certificate of it that may stamp times."""
    folder.mkdir()
    (folder / "tsa.conf").write_text(AUTHORITY)
    (folder / "serial").write_text("01\n")
    new = ("req", "-config", "tsa.conf", "-newkey", "rsa:2048", "-nodes", "-days", "3650")
    openssl(folder, *new, "-x509", "-extensions", "root", "-subj", "/CN=Root",
            "-keyout", "root.key", "-out", "root.pem")  # fmt: skip
    openssl(folder, *new[:-2], "-subj", "/CN=Stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", "-days", "3650", "-extfile", "tsa.conf",
            "-extensions", "stamping", "-out", "tsa.pem")  # fmt: skip


def answered(folder: Path, question: bytes) -> bytes:
    (folder / "question").write_bytes(question)
    openssl(folder, "ts", "-reply", "-config", "tsa.conf", "-queryfile", "question",
            "-out", "answer")  # fmt: skip
    return (folder / "answer").read_bytes()


@pytest.fixture(name="authority")
def _authority(tmp_path: Path) -> Iterator[str]:
    """The address of an authority that answers whoever asks."""
    folder = tmp_path / "authority"
    certified(folder)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = answered(folder, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(name="home")
def _home(tmp_path: Path, authority: str) -> Home:
    home = Home(tmp_path / "home").create()
    (home.config / "city.yml").write_text(f"timestamp_authority: {authority}\n", "utf-8")
    (home.config / stamps.ROOTS).write_bytes((tmp_path / "authority" / "root.pem").read_bytes())
    audit.note(home, NOON, "approve", by="課長")
    return home


def test_a_line_is_stamped_and_a_log_made_anew_lacks_it(home: Home) -> None:
    assert cli.run(["--home", str(home.root), "audit", "stamp"]) == Exit.DONE
    assert soundness.verify(home).faults == ()
    audit.note(home, NOON, "publish")
    assert soundness.verify(home).faults == ()
    for file in (home.audit, home.audit.with_suffix(".head")):
        file.unlink()
    audit.note(home, NOON, "approve", by="別人")
    (fault,) = soundness.verify(home).faults
    assert fault.startswith("時刻認証 stamps/")


def test_a_stamp_of_another_line_or_of_another_authority_does_not_hold(
    home: Home, tmp_path: Path
) -> None:
    stamps.stamp(home)
    (kept,) = home.stamps.iterdir()
    audit.note(home, NOON, "publish")
    kept.rename(kept.with_name(f"{audit.read(home)[-1]['hash']}.tsr"))
    (fault,) = soundness.verify(home).faults
    assert "確かめられません" in fault

    certified(tmp_path / "other")
    (home.config / stamps.ROOTS).write_bytes((tmp_path / "other" / "root.pem").read_bytes())
    with pytest.raises(Stop, match="時刻認証局の答えを使えません"):
        stamps.stamp(home)


def test_without_an_authority_nobody_is_asked(home: Home) -> None:
    (home.config / "city.yml").write_text("unit: 千円\n", "utf-8")
    with pytest.raises(Stop, match="timestamp_authority"):
        stamps.stamp(home)
    (home.config / "city.yml").write_text("timestamp_authority: http://127.0.0.1:1/\n", "utf-8")
    with pytest.raises(Stop, match="届きません"):
        stamps.stamp(home)
    assert not list(home.stamps.iterdir())
