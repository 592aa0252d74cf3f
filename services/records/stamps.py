"""Time stamps (RFC 3161) of the audit log by an authority that config/city.yml names.

`stamps/<hash>.tsr` is the authority's answer over the hash of a line, as text: that the line was
there at that time, whoever has the home since. `config/timestamp.pem` holds the certificates that
the authority's must lead to. Without a setting nothing here goes to the network.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from exports.press.files import write_file
from services.city import CitySettings
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest

ROOTS = "timestamp.pem"
TIMEOUT_SECONDS = 30
LONGEST_ANSWER = 1_000_000


def stamp(home: Home) -> str:
    """Have the last line of the log stamped and keep that; returns what to tell. Raises Stop."""
    from rfc3161_client import TimestampRequestBuilder

    authority, head = CitySettings.of(home).timestamp_authority, audit.verify(home).head
    if authority is None or head is None:
        raise Stop(
            "監査記録がまだありません。"
            if authority
            else "config/city.yml の timestamp_authority に、時刻認証局のアドレスを書いてください。"
        )
    request = TimestampRequestBuilder().data(head.hash.encode()).build()
    answer = _asked(authority, request)
    if fault := _fault(home, answer, head.hash, request):
        raise Stop(f"時刻認証局の答えを使えません: {fault}", Exit.UNEXPECTED)
    home.stamps.mkdir(parents=True, exist_ok=True)
    write_file(home.stamps / f"{head.hash}.tsr", answer)
    return f"監査記録の番号{head.seq}の行に、時刻認証を受けました。"


def anchors(home: Home) -> Mapping[str, str]:
    """The hashes that were stamped, and where."""
    return {path.stem: f"時刻認証 stamps/{path.name}" for path in _kept(home)}


def faults(home: Home) -> Iterator[str]:
    """A line for each time stamp that does not hold."""
    for path in _kept(home):
        if fault := _fault(home, path.read_bytes(), path.stem):
            yield f"時刻認証 stamps/{path.name} を確かめられません: {fault}"


def _kept(home: Home) -> list[Path]:
    return sorted(home.stamps.glob("*.tsr"))


def _asked(authority: str, request: "TimeStampRequest") -> bytes:
    question = Request(  # noqa: S310 - the setting takes http and https only
        authority, request.as_bytes(), {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urlopen(question, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(LONGEST_ANSWER)
    except OSError as problem:
        raise Stop(f"時刻認証局に届きません({problem})。", Exit.UNEXPECTED) from None
    return content


def _fault(
    home: Home, answer: bytes, digest: str, request: "TimeStampRequest | None" = None
) -> str | None:
    """What is wrong with an answer over the hash of a line; None where nothing is."""
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        roots = load_pem_x509_certificates((home.config / ROOTS).read_bytes())
    except (OSError, ValueError):
        return f"config/{ROOTS} に、時刻認証局の証明書を置いてください。"
    builder = VerifierBuilder.from_request(request) if request else VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        response = decode_timestamp_response(answer)
        builder.build().verify_message(response, digest.encode())
    except (VerificationError, ValueError) as problem:
        return str(problem)
    return None
