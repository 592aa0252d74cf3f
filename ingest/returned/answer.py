"""The answer to one workbook, as its first sheet and the page of `check --html` both show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ingest.findings import RULES, SEVERITIES, Finding, Severity
from ingest.layout import title_of
from ingest.reports import STATUSES, SheetReport, Status, WorkbookReport

HEADINGS = (
    "重大度",
    "シート",
    "セル",
    "種類",
    "見つかった内容",
    "あるべき内容",
    "どうすればよいか",
)
_ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Answer:
    """What became of a workbook. `outcome`: 返却 …; `sheets`: (sheet, what it is, outcome).

    `received_at` is None when the workbook was only checked.
    """

    file: str
    outcome: str
    sheets: tuple[tuple[str, str, str], ...]
    findings: tuple[Finding, ...]
    received_at: datetime | None = None

    @property
    def counts(self) -> str:
        """エラー2件・警告1件, or nothing."""
        gravest: tuple[Severity, ...] = ("error", "warning")
        counted = ((SEVERITIES[each], self._count(each)) for each in gravest)
        return "・".join(f"{label}{count}件" for label, count in counted if count)

    @property
    def in_order(self) -> list[Finding]:
        """Errors first; otherwise as they were found."""
        return sorted(self.findings, key=lambda finding: _ORDER[finding.severity])

    @property
    def next_steps(self) -> list[str]:
        """What the department does now."""
        if not self._count("error"):
            return (
                ["警告の内容を確かめてください。正しければ、そのままで構いません。"]
                if self._count("warning")
                else ["することはありません。"]
            )
        at_cells = any(f.cell and f.severity == "error" for f in self.findings)
        return [
            (
                "エラーのセルを訂正してください。"
                if at_cells
                else "エラーを「どうすればよいか」のとおりに直してください。"
            )
            + ("警告は、内容が正しければそのままで構いません。" if self._count("warning") else ""),
            "直したブックを、もう一度提出してください。"
            + (
                "「受理」のシートは、一緒に提出しても二重にはなりません。"
                if any(outcome == STATUSES["accepted"] for _, _, outcome in self.sheets)
                else ""
            ),
        ]

    def _count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)


def answer_to(books: Iterable[WorkbookReport], received_at: datetime | None = None) -> Answer:
    """The answer to a workbook, or to several copies of the same bytes at once."""
    copies = list(books)
    order: tuple[Status, ...] = ("partly", "rejected", "accepted", "unchanged")
    outcome = next(each for each in order if any(book.status == each for book in copies))
    return Answer(
        "、".join(dict.fromkeys(book.file for book in copies)),
        STATUSES[outcome],
        tuple(
            dict.fromkeys(
                (sheet.sheet, _what(sheet), STATUSES[sheet.status])
                for book in copies
                for sheet in book.sheets
            )
        ),
        tuple(dict.fromkeys(finding for book in copies for finding in book.findings)),
        received_at,
    )


def moment(at: datetime) -> str:
    """When something was received, as people say it."""
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def cells_of(finding: Finding) -> tuple[str, ...]:
    """A finding under `HEADINGS`."""
    return (
        SEVERITIES[finding.severity],
        finding.sheet or "(ファイル全体)",
        finding.cell or ("(シート)" if finding.sheet else "—"),
        RULES[finding.rule],
        finding.found or "—",
        finding.expected or "—",
        _on_one_line(finding.message),
    )


def _what(sheet: SheetReport) -> str:
    """What a sheet is: 未収金残高報告, or with the claim's number behind."""
    title = title_of(sheet.form)
    return f"{title} {sheet.claim_number}" if sheet.claim_number else title


def _on_one_line(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())
