"""What the command line says to the staff, on standard error."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from ingest.findings import RULES, SEVERITIES, Finding, where
from ingest.load import Progress
from ingest.reports import STATUSES, LoadReport, WorkbookReport
from ingest.returned import Returned
from terms.legible import legible

# A bar for a handful of files would be gone before it is read.
FILES_WORTH_A_BAR = 20


def say(message: str) -> None:
    """One message to the person at the terminal; its lines are its own, whoever's words it quotes.

    Words of others that may hold line breaks go through `legible` where the message is made.
    """
    print("\n".join(map(legible, message.split("\n"))), file=sys.stderr)


def give(*cells: str) -> None:
    """A line of what a command gives, its cells apart by tabs; no word in it begins another one."""
    sys.stdout.write("\t".join(map(legible, cells)) + "\n")


def finding_line(finding: Finding) -> str:
    """`file › sheet!cell 重大度 見出し: message`."""
    severity = SEVERITIES[finding.severity]
    return legible(f"{where(finding)} {severity} {RULES[finding.rule]}: {finding.message}")


def say_findings(findings: Iterable[Finding]) -> None:
    """A line for each finding."""
    for finding in findings:
        say(finding_line(finding))


def say_explanations(book: WorkbookReport) -> None:
    """How each sheet that is no form differs from the nearest, where that was asked for."""
    for each in book.explanations or ():
        first, *differences = each.lines
        say(f"{book.file} › {each.sheet} 様式との違い: {first}")
        for line in differences:
            say(f"　{line}")


def returned_line(copy: Returned) -> str:
    """Where the copy of a workbook waits that goes back."""
    folder, name = copy.path.parts[-2:]
    return f"返却するブックを作りました: returned/{folder}/{name} (元: {copy.file})"


def summary(report: LoadReport) -> str:
    """How many workbooks came to what."""
    counted = [
        f"{label}{count}"
        for status, label in STATUSES.items()
        if (count := sum(book.status == status for book in report.workbooks))
    ]
    return f"{len(report.workbooks)}ファイル: " + ("、".join(counted) or "対象なし")


@contextmanager
def progress_bar(files: Sequence[object]) -> Iterator[Progress | None]:
    """A bar on standard error, for a person who waits; None for a script or a few files."""
    if len(files) < FILES_WORTH_A_BAR or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("読み取り中", total=len(files))

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
