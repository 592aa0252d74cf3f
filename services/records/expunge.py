"""`mishukin expunge`: the bytes of a workbook go out of the home, by two people.

The unit is the workbook: its bytes hold all its sheets. The first call notes what is asked for and
tells what would go; another person's call, of the very same, does it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from exports.press.files import sha256
from exports.release import site
from ingest import landing
from ingest.reading import read_all
from ingest.submission import claim_of
from ingest.versions.known import Known
from services.exits import Exit, Stop
from services.home import Home
from services.intake import receipts
from services.intake.register import rules_of
from services.records import acts, audit, tombstones, truth
from services.records.tombstones import Tombstone
from terms.people import person
from terms.years import fiscal_year_of, year_earlier

DAYS = 30
WORKBOOKS = "workbooks"
# An annual form tells, at the latest, the targets of two years later.
YEARS_TOLD = 2
EPOCH = "1970-01-01T00:00:00+00:00"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell; `stone` once it was done, None while another person must agree."""

    lines: tuple[str, ...]
    stone: Tombstone | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Workbooks in the archive (name → SHA-256), and all that landed of them.

    `alike`: other workbooks with a sheet that says the same, and of which something else landed.
    """

    workbooks: Mapping[str, str]
    submissions: Sequence[Row]
    findings: Sequence[Row]
    alike: Collection[str]

    @property
    def ids(self) -> Mapping[str, str]:
        """Submission → its workbook."""
        return {row["submission_id"]: row["file_sha256"] for row in self.submissions}

    @property
    def since(self) -> str:
        """When the first of it came."""
        came = (row["received_at"] for row in (*self.submissions, *self.findings))
        return min((at.isoformat() for at in came), default=EPOCH)


def expunge(home: Home, given: str, by: str, reason: str, at: datetime) -> Answer:
    """Ask for it, or do it where another person has asked within `DAYS`.

    `given`: a submission, or the SHA-256 of a workbook, or the beginning of one. What was done
    before is told again. Raises Stop.
    """
    by, reason = by.strip(), reason.strip()
    if not person(by) or not reason:
        raise Stop(
            "--by に消去する人の名前(漢字・かな・ローマ字)、--reason に理由を書いてください。"
        )
    with home.alone():
        acts.catch_up(home, at)
        found = _workbooks(home, given)
        if not found and (stone := _done_before(home, given)):
            return Answer((f"{stone.at:%Y-%m-%d}に消去しました(求めた人 {stone.asked_by}、"
                           f"消去した人 {stone.by})。",), stone)  # fmt: skip
        truth.hold(home, truth.LANDING, truth.ARCHIVE, deep=True)
        target = _target(home, given, found)
        asked = next((a for a in pending(home, at) if _is_of(a, target)), None)
        if asked is None:
            facts = {tombstones.SUBMISSIONS: target.ids, WORKBOOKS: target.workbooks}
            audit.note(home, at, tombstones.ASK, by=by, reason=reason, **facts)
            return Answer((*_told(home, target), "まだ何も消していません。ほかの人が"
                           f"{DAYS}日のうちに同じコマンドを実行すると、消去します。"))  # fmt: skip
        if person(str(asked["by"])) == person(by):
            raise Stop(
                f"消去は二人で行います。{asked['by']}さんとは別の人が実行してください。",
                Exit.NOT_APPROVED,
            )
        stone = Tombstone(
            at, by, str(asked["by"]), reason, target.since, target.ids,
            {**_remaining(home, target), **dict.fromkeys(target.workbooks)},
        )  # fmt: skip
        told = tuple(_told(home, target))
        stone.note(home)
        tombstones.settle(home)
    return Answer((*told, "保管・取込・返却・受付箱から消去しました。"), stone)


def pending(home: Home, at: datetime) -> list[audit.Line]:
    """What was asked for within `DAYS` and is not done, the newest first."""
    gone = tombstones.workbooks(home).keys()
    since = at - timedelta(days=DAYS)
    return [
        line
        for line in reversed(audit.read(home))
        if line.get("action") == tombstones.ASK
        and since <= datetime.fromisoformat(line["at"]) <= at
        and not gone & set(line[WORKBOOKS].values())
    ]


def _is_of(asked: audit.Line, target: Target) -> bool:
    """Whether it was asked for the very same: nothing came to it since."""
    return bool(
        asked[tombstones.SUBMISSIONS] == target.ids and asked[WORKBOOKS] == target.workbooks
    )


def _done_before(home: Home, given: str) -> Tombstone | None:
    return next(
        (
            stone
            for stone in tombstones.every(home)
            if given
            and any(each.startswith(given) for each in (*stone.submissions, *stone.workbooks))
        ),
        None,
    )


def _target(home: Home, given: str, found: Collection[str]) -> Target:
    """The workbook that is meant, and its copies that said the same and were not landed."""
    if len(found) != 1:
        raise Stop(
            f"「{given}」の提出は{len(found)}冊のブックにあります。もう少し長く指定してください。"
            if found
            else f"提出番号(またはブックのSHA-256)「{given}」の提出はありません。"
            "mishukin submissions で番号を確かめてください。"
        )
    (digest,) = found
    landed = landing.table(home.landing, "submission", ("file_sha256",))
    alike = _alike(home, digest)
    others = alike & {row["file_sha256"] for row in landed}
    wanted = {digest} | (alike - others)
    archived = {
        path.relative_to(home.root).as_posix(): path.stem
        for path in sorted(home.archive.iterdir())
        if path.stem in wanted
    }
    return Target(
        archived,
        landing.table(home.landing, "submission", wanted=_in(wanted)),
        landing.table(home.landing, "finding", wanted=_in(wanted)),
        others,
    )


def _in(workbooks: Collection[str]) -> list[landing.Condition]:
    return [("file_sha256", "in", sorted(workbooks))]


def _workbooks(home: Home, given: str) -> set[str]:
    """The SHA-256 of those that may be meant, by one of their submissions or by themselves."""
    landed = landing.table(home.landing, "submission", ("submission_id", "file_sha256"))
    found = {row["file_sha256"] for row in landed if row["submission_id"].startswith(given)}
    kept = {path.stem for path in home.archive.glob("*") if path.is_file() and path.stat().st_size}
    named = {each for each in kept if each.startswith(given)}
    return (found | named) & kept if given else set()


def _alike(home: Home, digest: str) -> set[str]:
    """Other archived workbooks with a sheet that says what one of this workbook's says."""
    landed = landing.table(home.landing, "submission", ("content_hash",), _in([digest]))
    said = {row["content_hash"] for row in landed}
    books = [path for path in home.archive.iterdir() if path.is_file() and path.stem != digest]
    read = read_all(((p.name, p.read_bytes(), None) for p in books), rules_of(home).layouts)
    return {
        books[index].stem
        for index, reading in (read if said else ())
        if any(form.content_hash in said for form in reading.packed)
    }


def _remaining(home: Home, target: Target) -> dict[str, str | None]:
    """The batches' files and the receipts that tell of it, with the SHA-256 of what stays."""
    withdrawn = {
        row["received_at"]
        for row in landing.table(home.landing, "withdrawal")
        if row["submission_id"] in target.ids
    }
    told_of = [
        path
        for path, told in receipts.every_receipt(home)
        if "workbooks" in told or datetime.fromisoformat(told["at"]) in withdrawn
    ]
    of_batches = (
        batch.folder / f"{name}.parquet"
        for batch in landing.batches(home.landing)
        for name in landing.SCHEMAS
    )
    found: dict[str, str | None] = {}
    for path in (*of_batches, *told_of):
        left = tombstones.left_of(path, target.ids.keys(), target.workbooks.values())
        if left is not None:
            found[path.relative_to(home.root).as_posix()] = sha256(left)
    return found


def _told(home: Home, target: Target) -> Iterator[str]:
    """What goes, what counts then, and what stays."""
    files = sorted({row["file"] for row in (*target.submissions, *target.findings)})
    yield f"消去するブック: {'、'.join(files) or 'なし'}({len(target.workbooks)}冊)"
    yield from (f"  {name}" for name in target.workbooks)
    for row in target.submissions:
        claim = " ".join(str(row[each]) for each in ("subject", "period") if row[each])
        yield f"  提出番号{row['submission_id']} {row['sheet']} {claim}"
    yield from _counting_again(home, target)
    days = [day.isoformat() for day in _published_with(home, target.submissions)]
    if days:
        yield f"この数値を使った可能性のある公表済みの報告(公表したまま残ります): {'、'.join(days)}"
    yield from _others(home, target)


def _counting_again(home: Home, target: Target) -> Iterator[str]:
    known = Known(home.landing)
    then = known.in_force_without(target.ids)
    for claim, row in known.in_force.items():
        if row["submission_id"] in target.ids:
            back = then.get(claim)
            yield f"提出番号{row['submission_id']}に代わって有効になる版: " + (
                f"提出番号{back['submission_id']}({back['file']})" if back else "ありません"
            )


def _others(home: Home, target: Target) -> Iterator[str]:
    """Where the same words may stand as well."""
    claims = {claim_of(row) for row in target.submissions}
    others = {
        row["file_sha256"]: row
        for row in landing.table(home.landing, "submission")
        if row["submission_id"] not in target.ids
        and (claim_of(row) in claims or row["file_sha256"] in target.alike)
    }
    for row in others.values():
        yield (
            f"残るブック: 提出番号{row['submission_id']}({row['file']} › {row['sheet']})。"
            "同じ記載があれば、これも消去してください。"
        )


def _published_with(home: Home, rows: Sequence[Row]) -> list[date]:
    """The days whose published reports may have used the figures of some submissions."""
    return [
        day
        for day in site.dates_in(home.public)
        if site.revisions(home.public, day) and any(_may_tell(row, day) for row in rows)
    ]


def _may_tell(row: Row, day: date) -> bool:
    """A report tells its own day, the same day a year earlier, and annual forms of three years."""
    if row["status"] != "accepted":
        return False
    if row["as_of"]:
        return row["as_of"] in (day, year_earlier(day))
    return row["fiscal_year"] is None or 0 <= fiscal_year_of(day) - row["fiscal_year"] <= YEARS_TOLD
