"""Workbooks that nobody would hand in: real ones, damaged at random, by the hundred thousand.

Each is read under the limits of a worker, and what it costs is measured. `make attack` does it at
length and writes docs/fuzz.md; workbook N is the same every time: `mutated(N)`.
"""

import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from re import finditer
from time import process_time
from typing import Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from ingest.described import Described
from ingest.reading import CPU_SECONDS, MEMORY_BYTES
from ingest.worker import read_workbook
from services.layouts import read_layout

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods", ".csv"}
MOST_SECONDS, MOST_MIB = 2.0, 512
CHUNK = 500
# What a cell, an attribute or a reference must not be, or seldom is.
HOSTILE = (
    "", " ", "0", "-1", "-0", "1", "40", "1e308", "-1E+400", "nan", "inf", "9" * 400, "0x10",
    "2147483648", "18446744073709551616", "45123.999999", "1.7976931348623157E+309", "true",
    "A0", "XFD1048576", "A1:XFD1048576", "B2:A1", "$A$1:$B$2", "#REF!", "=1+1", "rId9", "../../x",
    "令和99年7月31日", "平成32年度", "昭和64年", "△", "▲1", "−5", "１２３", "1,2,3", "12 345", "－",
    "千円", "債権番号", "計", "(単位:億円)", "0;@", "[$-411]ggge", '#,##0,,,"百万"', "[h]:m",
    "a" * 70_000, "\u202e\u200b", "&#x1F;", "&#0;", "_x000D_", "<![CDATA[", "&lt;", "{0}", "%s",
)  # fmt: skip

Members = dict[str, bytes]
Verdict = Literal["read", "returned", "no memory", "traceback", "died"]


@dataclass(frozen=True)
class Outcome:
    """What came of workbook `seed`; processor time in seconds, the most memory held in MiB."""

    seed: int
    verdict: Verdict
    seconds: float
    mib: int
    told: str = ""


@cache
def originals() -> Sequence[tuple[str, bytes]]:
    """The workbooks of the tests: forms of three cities, tables of others, and known oddities."""
    files = sorted(path for path in DATA.rglob("*") if path.suffix in SUFFIXES)
    return [(path.name, path.read_bytes()) for path in files]


@cache
def layouts() -> Sequence[Described]:
    """The tables that a home may describe."""
    return [read_layout(p.stem, p.read_bytes()) for p in sorted((DATA / "layouts").glob("*.yml"))]


def mutated(seed: int) -> tuple[str, bytes]:
    """Workbook number `seed`: its name and its bytes."""
    chance = Random(seed)  # noqa: S311 - the same workbook every time
    name, data = chance.choice(originals())
    members = _members(data)
    if members and chance.random() < 0.9:
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            chance.choice(_IN_MEMBERS)(chance, members)
        data = _zipped(chance, members)
    else:
        data = _bytes(chance, data)
    return name, data


def _members(data: bytes) -> Members:
    try:
        with ZipFile(BytesIO(data)) as book:
            return {name: book.read(name) for name in book.namelist()}
    except (BadZipFile, NotImplementedError, RuntimeError):
        return {}


def _zipped(chance: Random, members: Members) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    data = buffer.getvalue()
    return _bytes(chance, data) if chance.random() < 0.02 else data


def _bytes(chance: Random, data: bytes) -> bytes:
    """Bytes are changed, lost, doubled or put in, as on a failing disk."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        at = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 1, 4, 100, 2000))
        what = chance.randrange(4)
        if what == 0:
            del changed[at : at + length]
        elif what == 1:
            changed[at:at] = chance.randbytes(length)
        elif what == 2:
            changed[at:at] = changed[at : at + length]
        else:
            changed[at : at + length] = chance.randbytes(min(length, len(changed) - at))
    return bytes(changed)


def _part(chance: Random, members: Members) -> str:
    """A part, mostly one with a table in it."""
    tables = [name for name in members if "sheet" in name or "content" in name]
    return chance.choice(tables if tables and chance.random() < 0.6 else list(members))


def _spans(data: bytes, pattern: bytes) -> list[tuple[int, int]]:
    return [found.span(1) for found in finditer(pattern, data)]


def _value(chance: Random, members: Members, pattern: bytes) -> bytes:
    """A hostile value, or one that stands elsewhere in the workbook."""
    other = members[_part(chance, members)]
    spans = _spans(other, pattern)
    if spans and chance.random() < 0.4:
        start, end = chance.choice(spans)
        return other[start:end]
    return chance.choice(HOSTILE).encode()


def _replacing(pattern: bytes) -> Callable[[Random, Members], None]:
    """A mutation: some of what the pattern finds becomes something else."""

    def mutate(chance: Random, members: Members) -> None:
        if not members:
            return
        name = _part(chance, members)
        for _ in range(chance.choice((1, 1, 2, 10))):
            data = members[name]
            if spans := _spans(data, pattern):
                start, end = chance.choice(spans)
                members[name] = data[:start] + _value(chance, members, pattern) + data[end:]

    return mutate


def _elements(chance: Random, members: Members) -> None:
    """Tags are lost, doubled, moved, or put in from another part."""
    if not members:
        return
    name = _part(chance, members)
    for _ in range(chance.choice((1, 1, 2, 10))):
        data = members[name]
        other = members[_part(chance, members)]
        here, there = _spans(data, rb"(<[^<>]*>)"), _spans(other, rb"(<[^<>]*>)")
        if not here or not there:
            return
        start, end = chance.choice(here)
        taken = slice(*chance.choice(there))
        much = slice(taken.start, chance.choice(there)[1])
        piece = other[chance.choice((taken, much, slice(0)))][:20_000]
        members[name] = data[:start] + piece + data[chance.choice((start, end)) :]


def _in_bytes(chance: Random, members: Members) -> None:
    """The bytes of a part are damaged, and it is packed as if it were sound."""
    if members:
        name = _part(chance, members)
        members[name] = _bytes(chance, members[name])


def _parts(chance: Random, members: Members) -> None:
    """A part is lost, renamed, another's, or one of another workbook."""
    if not members:
        return
    name, other = _part(chance, members), _part(chance, members)
    what = chance.randrange(4)
    if what == 0:
        del members[name]
    elif what == 1:
        members[chance.choice(HOSTILE[:-10]) or "a"] = members.pop(name)
    elif what == 2:
        members[name] = members[other]
    else:
        foreign = _members(chance.choice(originals())[1])
        members[name] = foreign[_part(chance, foreign)] if foreign else b""


_TEXTS, _ATTRIBUTES = _replacing(rb">([^<>]+)<"), _replacing(rb'="([^"<>]*)"')
_IN_MEMBERS = (_TEXTS, _TEXTS, _ATTRIBUTES, _ATTRIBUTES, _elements, _in_bytes, _parts)


def outcome(seed: int) -> Outcome:
    """Read workbook `seed` in this process."""
    name, data = mutated(seed)
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    begun = process_time()
    verdict, told = _verdict(name, data)
    return Outcome(seed, verdict, process_time() - begun, _peak_mib(), told)


def _verdict(name: str, data: bytes) -> tuple[Verdict, str]:
    try:
        read = read_workbook(name, data, layouts())
    except MemoryError:
        return "no memory", ""
    except Exception as fault:
        return "traceback", f"{type(fault).__name__}: {fault}"[:200]
    errors = [f for f in read.findings if f.severity == "error"]
    return ("returned" if errors or not read.forms else "read"), ""


def _peak_mib() -> int:
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return int(told) // 1024


def run(seeds: Iterable[int]) -> None:
    """Tell the outcomes, one a line, under the limits of a worker."""
    originals(), layouts()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for seed in seeds:
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
        sys.stdout.write(json.dumps(asdict(outcome(seed))) + "\n")
        sys.stdout.flush()


def outcomes(seeds: range) -> Iterator[Outcome]:
    """The outcomes of workbooks, read in a process that dies of one at most."""
    while seeds:
        command = [sys.executable, "-W", "ignore", "-m", "attack.fuzz"]
        done = subprocess.run(
            [*command, "--run", str(seeds.start), str(seeds.stop)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True,
        )  # fmt: skip
        told = [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
        yield from told
        seeds = seeds[len(told) :]
        if seeds:
            how = f"ended with {done.returncode}"
            yield Outcome(seeds.start, "died", CPU_SECONDS, MOST_MIB, how)
            seeds = seeds[1:]


def is_fault(one: Outcome) -> bool:
    """Whether it cost more than it may, or anybody a traceback."""
    is_dear = one.seconds > MOST_SECONDS or one.mib > MOST_MIB
    return one.verdict in ("traceback", "died") or is_dear


def main(number: int) -> int:
    """Read so many, at once on every core, and write docs/fuzz.md; 1 where anything was wrong."""
    chunks = [range(at, min(at + CHUNK, number)) for at in range(0, number, CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        found = [one for each in hands.map(lambda c: list(outcomes(c)), chunks) for one in each]
    faults = [one for one in found if is_fault(one)]
    (ROOT / "docs" / "fuzz.md").write_text(_page(found, faults), encoding="utf-8")
    sys.stdout.write("".join(f"{one}\n" for one in faults) + f"docs/fuzz.md: {len(faults)}\n")
    return 1 if faults else 0


def _page(found: Sequence[Outcome], faults: Sequence[Outcome]) -> str:
    counted: Mapping[str, int] = Counter(one.verdict for one in found)
    seconds, mib = sorted(one.seconds for one in found), max(one.mib for one in found)
    listed = "".join(
        f"- {one.seed}: {one.verdict}, {one.seconds:.2f} s, {one.mib} MiB\n" for one in faults
    )
    return f"""# Workbooks damaged at random

Written by `make attack` (`tests/attack/fuzz.py`; the tests take the first few hundred). Each is one
of the {len(originals())} workbooks under `tests/data` (forms of three cities, tables of others,
.xlsx, .xls, .ods) of which values, attributes, elements, parts or bytes were changed, lost, doubled
or taken from another one; it is read in a process with the limits of a worker, with the layouts of
the tests. Workbook N is the same every time.

| what came of it | workbooks |
|---|--:|
| read (with or without remarks) | {counted["read"]:,} |
| goes back, with findings | {counted["returned"]:,} |
| turned away at the bound of memory ({MEMORY_BYTES // 2**20} MiB) | {counted["no memory"]:,} |
| traceback | {counted["traceback"]:,} |
| process died | {counted["died"]:,} |
| **all** | {len(found):,} |

Processor time of one: half of them at most {seconds[len(found) // 2] * 1000:.0f} ms, 99.9 % at most
{seconds[len(found) * 999 // 1000] * 1000:.0f} ms, the dearest {seconds[-1]:.2f} s
(allowed: {MOST_SECONDS:.0f} s). The most memory that a reading process held: {mib} MiB
(allowed: {MOST_MIB}).
{listed}"""


if __name__ == "__main__":
    if sys.argv[1] == "--run":
        run(range(int(sys.argv[2]), int(sys.argv[3])))
    else:
        sys.exit(main(int(sys.argv[1])))
