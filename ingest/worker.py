"""Opens workbooks in a process of its own with limits, `python -m ingest.worker FD PARENT SECONDS`.

The parent sends the tables that the home describes, and then a `Request` after the other; it gets
the answer of its task back (`answers`): a `Reading`, the bytes of an annotated copy, explanations,
a draft of a layout, sheets with their meanings, or the rows of a list. The process can use no more
than `MEMORY_BYTES`, and SECONDS of processor time for a workbook, can write no file, and ends with
its parent.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import personal
from ingest.answers import GivenUp, Reading, written
from ingest.explain import explain_workbook
from ingest.findings import Finding, of_file
from ingest.forms import read_sheet
from ingest.forms.reading import FormReading
from ingest.kinds import true_cause
from ingest.layout import layouts
from ingest.personal.protection import protect
from ingest.reading import MEMORY_BYTES, OUT_OF_MEMORY, Request
from ingest.workbook import Sheet, WorkbookRefused, sheets_of
from ingest.workbook.container import BINARY

if TYPE_CHECKING:
    from ingest.described.layout import Described

_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def read_workbook(file: str, data: bytes, layouts: Sequence["Described"] = ()) -> Reading:
    """Everything that a workbook says: forms, and findings that belong to no form.

    `layouts`: tables that it may hold beside the forms. Outside the free text, nothing in it looks
    like a person's data.
    """
    forms: list[FormReading] = []
    findings: list[Finding] = []
    remarks: dict[str, list[Finding]] = {}
    try:
        for sheet in _sheets(data, layouts):
            remarks[sheet.name] = personal.remarks(sheet.texts, file, sheet.name)
            read = read_sheet(sheet, file, layouts)
            if isinstance(read, FormReading):
                forms.append(read)
            else:
                findings.append(read)
    except WorkbookRefused as refused:
        other = true_cause(file, data)
        rule, message = ("unreadable_file", other) if other else (refused.rule, refused.message)
        findings.append(of_file(file, rule, message))
    if not forms and not any(f.severity == "error" for f in findings):
        findings.append(_nothing_to_read(file, findings))
    return protect(file, Reading(forms, findings), remarks)


def _sheets(data: bytes, layouts: Sequence["Described"]) -> Iterator[Sheet]:
    """The sheets of a workbook, or the table of a text that a layout of the home describes.

    Raises `WorkbookRefused`.
    """
    if layouts and not data.startswith(BINARY):
        from ingest.described import most_likely
        from ingest.workbook.delimited import sheet_of_text

        sheet = sheet_of_text(data)
        if sheet and most_likely(sheet, layouts):
            return iter([sheet])
    return sheets_of(data)


def _nothing_to_read(file: str, findings: Iterable[Finding]) -> Finding:
    """Why a workbook goes back of which no sheet was read."""
    if any(f.rule == "not_filled_in" for f in findings):
        message = "様式が記入されないまま提出されています。記入してから提出してください。"
        return of_file(file, "not_filled_in", message)
    return of_file(
        file,
        "no_known_form",
        "読み取れる様式のシートが一つもありません。様式の見出し(題名・列の見出し)を残した"
        "シートを、非表示にせずに提出してください。",
        expected="・".join(dict.fromkeys(each.title for each in layouts())),
    )


def _answer(request: Request, layouts: Sequence["Described"]) -> object:
    """Do what is asked. Raises whatever the libraries raise over a damaged file."""
    if request.task == "annotate":
        from ingest.returned.copy import annotated  # openpyxl

        return annotated(request.data, request.details)
    if request.task == "explain":
        return explain_workbook(request.data)
    if request.task == "piece":
        from ingest.drafting.piece import piece_of

        return piece_of(request.data, *request.details)
    if request.task in ("draft", "show"):
        return _described(request, layouts)
    if request.task == "list":
        return _listed(request)
    mine = [each for each in layouts if each.is_of(request.details)]
    return read_workbook(request.file, request.data, mine).pack()


def _described(request: Request, layouts: Sequence["Described"]) -> object:
    """A draft of a layout, or what the layouts make of a workbook; GivenUp where nobody can."""
    from ingest.drafting import draft_workbook
    from ingest.drafting.shown import show_workbook

    answer = draft_workbook if request.task == "draft" else show_workbook
    try:
        return answer(request.data, request.file, request.details, layouts)
    except WorkbookRefused as refused:
        return GivenUp(refused.message)


def _listed(request: Request) -> object:
    """The rows of a list under the headings of `details`; GivenUp where nobody can read it."""
    from ingest.workbook.listed import list_in

    try:
        return list_in(request.data, request.details)
    except WorkbookRefused as refused:
        is_book = request.data.startswith(BINARY)
        other = true_cause(request.file, request.data) if is_book else None
        return GivenUp(other or refused.message)


def _our_fault(file: str, fault: Exception) -> Reading:
    message = (
        f"このファイルの読み取り中に想定外の誤りが起きました({type(fault).__name__})。"
        "ファイルはそのまま残してあります。データ担当へお知らせください。"
    )
    return Reading(findings=[of_file(file, "internal", message)])


def _limit(parent: int) -> None:
    """Give up what no workbook needs: life after the parent, memory, files, core dumps."""
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()
    with suppress(OSError):  # the first to go where memory is short
        Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow(seconds: int) -> None:
    """Let this process work for so long from now on; the kernel ends it by SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def main() -> None:
    """Answer requests until the parent closes the connection."""
    channel, parent, seconds = map(int, sys.argv[1:])
    _limit(parent)
    connection = Connection(channel)
    layouts = connection.recv()
    while True:
        try:
            request: Request = connection.recv()
        except EOFError:
            return
        _allow(seconds)
        try:
            answer = written(request.task, _answer(request, layouts))
        except MemoryError:
            sys.exit(OUT_OF_MEMORY)
        except Exception as fault:
            answer = written(request.task, _our_fault(request.file, fault))
        connection.send_bytes(answer)


if __name__ == "__main__":
    main()
