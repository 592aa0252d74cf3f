"""What a form says of earlier years, held against what was accepted before (domain §1: a
restatement is a new version, never an overwrite; §3: opening balances).

Only what is in force in the landing zone counts; it is read once, when the first form comes that
something is known about.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ingest import landing as zone
from ingest.described.figures import YEN
from ingest.findings import Finding, Severity, place_of
from ingest.forms.reading import FIGURE, CellValue, FormReading, show
from ingest.layout import layout
from ingest.submission import Submission
from ingest.versions.known import Known
from ingest.versions.naming import cell_title
from ingest.waivers import WAIVABLE

_BLOCKS = ("collection", "settlement", "city_target", FIGURE)
_AMOUNT = ("block", "item", "measure", "cell", "number", "fiscal_year")
_ALIKE = ("carried_forward", "assessed_prior")  # the same in every report of a year
_LEAST = 3  # amounts that must be about a thousand times as large before a form is doubted


class Pair(NamedTuple):
    """An amount of a new form and the one known, in yen; the known one may be a sum of cells."""

    new: CellValue
    amount: int
    known: int
    known_cell: str | None
    source: Mapping[str, Any]


class History:
    """A check of each new form: its rule names are restated, opening and thousandfold."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def __call__(self, submission: Submission) -> Sequence[Finding]:
        """Findings at the cells that say something else than what is known."""
        form = submission.form
        if form.fiscal_year is None or not self._forms or not _is_legible(form):
            return []
        cells = [
            cell for cell in submission.cells if cell.block in _BLOCKS and cell.number is not None
        ]
        restated = list(self._restated(submission, cells))
        opening = list(self._opening(submission, cells))
        again = list(self._said_before(submission, cells))
        doubted = _thousandfold(submission, [*restated, *opening, *again])
        if doubted:
            return [doubted]
        return [
            *(_restated(submission, pair) for pair in restated if _differs(submission, pair)),
            *(_opening(submission, pair) for pair in opening if _differs(submission, pair)),
        ]

    def _restated(self, submission: Submission, cells: Sequence[CellValue]) -> Iterator[Pair]:
        """Results of earlier years beside what the newest earlier form said of them."""
        form = submission.form
        earlier = self._earlier(submission)
        for (year, measure), cell in _results(form.form, form.fiscal_year or 0, cells).items():
            if year >= (form.fiscal_year or 0):
                continue
            for row in earlier:
                known = self._results_of(row).get((year, measure))
                if known is not None:
                    yield _pair(cell, known, row)
                    break

    def _opening(self, submission: Submission, cells: Sequence[CellValue]) -> Iterator[Pair]:
        """ア of the form's first year, and of a balance report, beside the balance before it."""
        form = submission.form
        year = form.fiscal_year or 0
        for cell in cells:
            if cell.measure != "carried_forward" or cell.block != "collection":
                continue
            if form.form == "interim":
                found = self._balance(submission, cell.item, year - 1, before=year + _FOREVER)
            elif form.form == "annual" and cell.item == _first_row():
                first = year + _offsets()[cell.item]
                if any(
                    (first, cell.measure) in self._results_of(r) for r in self._earlier(submission)
                ):
                    continue  # ア itself is known: told as a restatement
                found = self._balance(submission, form.subject or "", first - 1, before=year)
            else:
                continue
            if found is not None:
                row, balance = found
                yield Pair(cell, cell.number or 0, balance, None, row)

    def _said_before(self, submission: Submission, cells: Sequence[CellValue]) -> Iterator[Pair]:
        """What the version in force, or the report before, says in the same places."""
        form = submission.form
        for row in self._same_year(submission):
            known = {(c.item, c.measure): c for c in self._cells_of(row)}
            for cell in cells:
                told = known.get((cell.item, cell.measure))
                same_report = row["period"] == form.period
                if told is not None and (same_report or cell.measure in _ALIKE):
                    yield _pair(cell, told, row)

    def _balance(
        self, submission: Submission, claim: str, year: int, before: int
    ) -> tuple[Mapping[str, Any], int] | None:
        """ケ'' of a year, as the newest annual form before another year tells it."""
        rows = self._forms.get((submission.municipality_code, "annual", claim), [])
        for row in reversed(rows):
            if row["fiscal_year"] >= before:
                continue
            told = self._results_of(row)
            amounts = {m: c.number or 0 for (y, m), c in told.items() if y == year}
            balance = layout("annual").compute(amounts)["balance"] if amounts else None
            if isinstance(balance, int):
                return row, balance
        return None

    def _earlier(self, submission: Submission) -> list[dict[str, Any]]:
        """Forms of earlier years on the same subject, the newest first."""
        rows = self._forms.get(submission.claim[:3], [])
        year = submission.form.fiscal_year or 0
        return [row for row in reversed(rows) if row["fiscal_year"] < year]

    def _same_year(self, submission: Submission) -> list[dict[str, Any]]:
        rows = self._forms.get(submission.claim[:3], [])
        return [row for row in rows if row["fiscal_year"] == submission.form.fiscal_year][-1:]

    @cached_property
    def _forms(self) -> dict[tuple[object, ...], list[dict[str, Any]]]:
        """What is in force by municipality, form and subject, in the order of its periods."""
        found: dict[tuple[object, ...], list[dict[str, Any]]] = defaultdict(list)
        for claim, row in self._known.in_force.items():
            if row["fiscal_year"] is not None:
                found[claim[:3]].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: (row["fiscal_year"], str(row["period"])))
        return found

    def _results_of(self, row: Mapping[str, Any]) -> Mapping[tuple[int, str], CellValue]:
        return _results(row["form"], row["fiscal_year"], self._cells_of(row))

    def _cells_of(self, row: Mapping[str, Any]) -> Sequence[CellValue]:
        table, places = self._landed
        start, length = places.get(row["submission_id"], (0, 0))
        return [CellValue(**each) for each in table.slice(start, length).to_pylist()]

    @cached_property
    def _landed(self) -> tuple[Any, dict[str, tuple[int, int]]]:
        """The cells in force as an Arrow table, and where each submission's lie in it."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        names = ["submission_id", *_AMOUNT]
        ids = pa.array([row["submission_id"] for row in self._known.in_force.values()])
        found = pa.concat_tables(
            pq.read_table(
                path,
                columns=names,
                filters=pc.field("block").isin(_BLOCKS) & pc.field("submission_id").isin(ids),
                partitioning=None,
            )
            for path in zone.batch_files(self._known.landing, "cell")
        ).combine_chunks()
        places: dict[str, tuple[int, int]] = {}
        for place, submission_id in enumerate(found.column("submission_id").to_pylist()):
            start, length = places.get(submission_id, (place, 0))
            places[submission_id] = (start, length + 1)
        return found.drop_columns(["submission_id"]), places


_FOREVER = 10_000


def _is_legible(form: FormReading) -> bool:
    """Whether every figure was read for certain, and in the right unit."""
    errors = {finding.rule for finding in form.findings if finding.severity == "error"}
    return errors <= WAIVABLE - {"thousandfold"}


def _offsets() -> Mapping[str, int]:
    """The rows of the annual form that tell results: letter → year − Y."""
    rows = layout("annual").spec["table"]["rows"]
    return {row["letter"]: row["year_offset"] for row in rows if row["scenario"] == "actual"}


def _first_row() -> str:
    return min(_offsets(), key=_offsets().__getitem__)


def _results(form: str, year: int, cells: Sequence[CellValue]) -> dict[tuple[int, str], CellValue]:
    """The results a form tells: (fiscal year, what it is) → cell."""
    if form == "annual":
        offsets = _offsets()
        return {
            (year + offsets[c.item], c.measure): c
            for c in cells
            if c.block == "collection" and c.item in offsets
        }
    return {
        (c.fiscal_year, f"{c.measure} {c.item}" if c.block == FIGURE else c.measure): c
        for c in cells
        if c.fiscal_year is not None
        and (
            _is_amount(c)
            or c.block == "settlement"
            or (c.block == "city_target" and "actual" in c.measure)
        )
    }


def _is_amount(cell: CellValue) -> bool:
    """Whether a figure of a described table is money that was due or came in, and no target."""
    told = json.loads(cell.item) if cell.block == FIGURE else {}
    return told.get("unit") == YEN and told.get("scenario", "actual") == "actual"


def _pair(new: CellValue, known: CellValue, row: Mapping[str, Any]) -> Pair:
    return Pair(new, new.number or 0, known.number or 0, known.cell, row)


def _differs(submission: Submission, pair: Pair) -> bool:
    """Whether two amounts are not one amount, rounded to different units."""
    units: set[int] = {submission.form.unit_yen, pair.source["unit_yen"]}
    if len(units) == 1:
        return pair.amount != pair.known
    return abs(pair.amount - pair.known) >= max(units)


def _thousandfold(submission: Submission, pairs: Sequence[Pair]) -> Finding | None:
    """A whole form in 円 where 千円 is asked, or the other way round."""
    filled = [pair for pair in pairs if pair.amount and pair.known]
    doubted = [pair for pair in filled if _is_thousandfold(pair.amount, pair.known)]
    if len(doubted) < _LEAST or 2 * len(doubted) <= len(filled):
        return None
    worst = max(doubted, key=lambda pair: abs(pair.amount))
    times = "約1000倍" if abs(worst.amount) > abs(worst.known) else "約1000分の1"
    unit = "千円" if submission.form.unit_yen > 1 else "円"
    return _finding(
        submission,
        worst,
        "error",
        "thousandfold",
        f"「{_title(submission, worst.new)}」など{len(doubted)}か所の金額が、前に受理した"
        f"{_place(worst)}の{times}です。{unit}単位の欄です。単位を確かめ、{unit}単位で記入して"
        "提出し直してください。",
    )


def _is_thousandfold(amount: int, known: int) -> bool:
    larger, smaller = max(abs(amount), abs(known)), min(abs(amount), abs(known))
    return bool(900 * smaller <= larger <= 1100 * smaller)


def _restated(submission: Submission, pair: Pair) -> Finding:
    unit = submission.form.unit_yen
    return _finding(
        submission,
        pair,
        "warning",
        "restated",
        f"「{_title(submission, pair.new)}」が、前に受理した {show(pair.known, unit)} から"
        f" {show(pair.amount, unit)} に変わっています(前の提出: {_place(pair)})。"
        "過去の年度の訂正として記録しました。訂正でない場合は、直して提出し直してください。",
    )


def _opening(submission: Submission, pair: Pair) -> Finding:
    unit = submission.form.unit_yen
    return _finding(
        submission,
        pair,
        "warning",
        "opening",
        f"「{_title(submission, pair.new)}」が {show(pair.amount, unit)} ですが、前に受理した"
        f"前年度末の残高は {show(pair.known, unit)} です"
        f"(差 {show(pair.amount - pair.known, unit)}、前の提出: {_place(pair)})。"
        "どちらが正しいか確かめてください。",
    )


def _finding(
    submission: Submission, pair: Pair, severity: Severity, rule: str, message: str
) -> Finding:
    unit = submission.form.unit_yen
    found, expected = show(pair.amount, unit), show(pair.known, unit)
    return submission.finding(
        severity, rule, pair.new.cell, message, found=found, expected=expected
    )


def _place(pair: Pair) -> str:
    return place_of(pair.source["file"], pair.source["sheet"], pair.known_cell)


def _title(submission: Submission, cell: CellValue) -> str:
    form = submission.form
    return cell_title(form.form, form.layout_version, form.fiscal_year, cell._asdict())
