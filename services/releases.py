"""The rules of a release, in one place: what may be drafted, approved and published, and when.

Commands, assets and sensors ask here what is stale, what is due and what is to be told of a draft,
and do it here; `exports.release` knows the files of a release, this module the house's calendar,
settings, checks and log. Raises Stop and PublicationError, each in words for the staff.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from exports.errors import DraftChanged, NothingToPublish
from exports.press.files import sha256
from exports.release import approval, drafting, publishing
from exports.release.records import Approvals, Draft, Places, binding, mark_of, read_draft
from exports.report.notable import Bounds
from services import waiting
from services.calendar import FIRST_AS_OF, Calendar, is_as_of
from services.city import CitySettings, read_city
from services.clock import day_in_japan, now
from services.exits import Exit, Stop
from services.generation import compared
from services.home import Home
from services.intake.waivers import let_pass
from services.query import ask
from services.records import acts, approvals, audit, soundness, truth
from services.warehouse import seal
from terms.legible import legible
from terms.people import person


def places(home: Home) -> Places:
    """The folders of the home that a release lives in."""
    return Places(home.drafts, home.public, home.releases)


def books(home: Home, marts: Path | None = None) -> drafting.Books:
    """What a draft is made from: the current generation, or `marts`, of the home's city."""
    return drafting.Books(marts or compared(home), read_city(home), places(home))


def approvals_needed(home: Home) -> int:
    """How many people must approve a report."""
    return CitySettings.of(home).approvals_needed


def every(home: Home) -> Sequence[publishing.Release]:
    """Every day that has a draft or a published revision, newest first."""
    return publishing.list_releases(places(home), approvals_of(home))


def approvals_of(home: Home) -> Callable[[date], Approvals]:
    """The approvals of each day, as the audit log has them now."""
    given, needed = approvals.read(home), approvals_needed(home)
    return lambda as_of: Approvals(given.get(as_of.isoformat(), ()), needed)


def stale(home: Home) -> list[date]:
    """The report dates the current generation has balances of, and no draft made from it yet."""
    current = home.current.resolve().stem
    today = now().date()
    rows = ask(home, "select distinct as_of from mart_balance_report order by as_of").rows
    return [
        as_of
        for (as_of,) in rows
        if is_as_of(as_of) and FIRST_AS_OF <= as_of <= today and _made_from(home, as_of) != current
    ]


def _made_from(home: Home, as_of: date) -> str | None:
    try:
        return read_draft(home.drafts, as_of).generation
    except (NothingToPublish, DraftChanged):
        return None


def draft(
    home: Home,
    as_of: date,
    at: datetime,
    *,
    issued: date | None = None,
    reason: str = "",
    by: str = "",
) -> Draft:
    """Draft `as_of` from the current generation; noted where it says something new.

    `issued` is the day of publication to print instead of the calendar's. `reason` drafts a
    correction of what is published, asked for `by` somebody.
    """
    acts.catch_up(home, at)
    asked = replace(_asked(home, as_of, at), issued=issued, reason=reason or None, by=by)
    made = drafting.draft(books(home), as_of, asked)
    acts.catch_up(home, at)
    return made


def _asked(home: Home, as_of: date, at: datetime) -> drafting.Asked:
    """How the house asks for a draft of a day."""
    told = CitySettings.of(home)
    return drafting.Asked(
        planned=max(day_in_japan(at), Calendar.of(home).publication_date(as_of)),
        waived=let_pass(home, as_of),
        bounds=Bounds(told.notable_change_percent, told.notable_change_yen),
        settings=sha256(told.model_dump_json(exclude_defaults=True).encode()),
    )


def compare(home: Home, as_of: date, marts: Path | None = None) -> drafting.Compared | None:
    """What a correction of `as_of` would change today; None where nothing is published of it.

    `marts`: another file than the current generation, to be asked instead.
    """
    return drafting.compare(books(home, marts), as_of, let_pass(home, as_of))


def notes_on(home: Home, as_of: date, at: datetime) -> list[str]:
    """What the staff should know of a draft: who is missing, what must be seen before approval."""
    made, day = read_draft(home.drafts, as_of), as_of.isoformat()
    is_due = day_in_japan(at) > Calendar.of(home).due_date(as_of)
    missing = "未報告" if is_due else "未報告(提出期限前)"
    notes = [f"{day} {missing} {legible(claim)}" for claim in made.unreported]
    notes += [f"{day} 大きな変化 {legible(change)}" for change in made.notable]
    if made.notable:
        notes.append(
            f"{day} 大きな変化が{len(made.notable)}件あります。承認する人は一つずつ確かめ、"
            f"report approve に --seen {mark_of(made.notable)} を付けてください。"
        )
    if made.changed:
        notes.append(
            f"{day} 公表済みの数値のうち{made.changed}か所が、いまの公開用データと異なります。"
            f"誤りであれば report correct {day} --reason で訂正してください。"
        )
    return notes


def preview(home: Home, as_of: date) -> Path:
    """The page that shows the draft under a watermark."""
    return publishing.preview(places(home), as_of, approvals_of(home)(as_of))


def approve(
    home: Home,
    as_of: date,
    by: str,
    at: datetime,
    *,
    seen: str = "",
    of: str | None = None,
    acting_for: str = "",
) -> str:
    """Approve the draft of `as_of`, with all its notable changes `seen` (their mark), and note it.

    `of` is the binding of the draft that was looked at: no other one is approved. Returns what to
    tell.
    """
    if not person(by):
        raise Stop("--by に承認する人の名前を、漢字・かな・ローマ字で書いてください。")
    with home.writer():
        acts.catch_up(home, at)
        soundness.refuse_faulty(home)
        _refuse_overtaken(home, as_of)
        made = _looked_at(home, as_of, of)
        given = approval.approve(made, approvals_of(home)(as_of), by, at, seen=seen)
        if given:
            approvals.note(home, as_of, made.content_hash, given, acting_for)
        now = approvals_of(home)(as_of)
    valid = approval.valid_approvals(made, now)
    names = "、".join(each.approved_by for each in valid)
    told = f"{as_of.isoformat()} の残高報告を承認しました({names})。"
    if given is None:
        told = f"{as_of.isoformat()} の残高報告は、同じ人がすでに承認しています({names})。"
    elif given.seen:
        told += f"確かめた大きな変化は{len(given.seen)}件です。"
    lacking = now.needed - len(valid)
    return f"{told}あと{lacking}人、別の人の承認が必要です。" if lacking > 0 else told


def _looked_at(home: Home, as_of: date, of: str | None) -> Draft:
    """The draft, which must be the one that was looked at, where that was told. Raises Stop."""
    made = read_draft(home.drafts, as_of)
    if of is not None and of != binding(made):
        raise Stop(
            f"見ていた後に、{as_of.isoformat()} の下書きが変わりました。何もしていません。"
            "いまの下書きを、もう一度はじめから確かめてください。",
            Exit.NOT_APPROVED,
        )
    return made


def reject(
    home: Home, as_of: date, by: str, reason: str, at: datetime, *, of: str | None = None
) -> str:
    """Send the draft of `as_of` back: its approvals are void. Returns what to tell.

    `of` is the binding of the draft that was looked at: no other one is sent back.
    """
    if not person(by) or not reason.strip():
        raise Stop("--by に差し戻す人の名前、--reason に理由を書いてください。")
    with home.writer():
        acts.catch_up(home, at)
        if publishing.is_published(places(home), as_of):
            raise Stop(
                f"{as_of.isoformat()} の残高報告は公表されています。誤りであれば "
                "report correct で訂正してください。"
            )
        audit.note(
            home,
            at,
            approvals.SEND_BACK,
            as_of=as_of.isoformat(),
            by=by.strip(),
            reason=reason.strip(),
            content_hash=_looked_at(home, as_of, of).content_hash,
        )
    return f"{as_of.isoformat()} の下書きを差し戻しました。これまでの承認は数えません。"


def due(home: Home, at: datetime) -> list[Draft]:
    """The drafts that are approved, not yet published, and no longer to wait."""
    return [
        one.draft
        for one in every(home)
        if one.draft
        and one.state is publishing.State.APPROVED
        and Calendar.of(home).publication_date(one.as_of) <= day_in_japan(at)
    ]


def publish(home: Home, as_of: date, at: datetime, *, early: str = "", by: str = "") -> str:
    """Publish one report and return `<as_of>/r<N>`; `early` is why before its day, decided `by`."""
    if not publishing.is_published(places(home), as_of):
        _refuse_unready(home, as_of, at, is_early=bool(early))
        if drafting.is_overtaken(places(home), as_of):
            draft(home, as_of, at)  # the same content keeps its approvals
    truth.hold(home, *truth.SITE, deep=True)
    done = publishing.publish(
        places(home),
        as_of,
        at,
        approvals_of(home)(as_of),
        lambda made: drafting.is_as_told(books(home), made, _asked(home, as_of, at)),
        early=early,
        early_by=by if early else "",
        before_appearing=lambda staged: truth.record_site(home, at, staged),
    )
    acts.catch_up(home, at)
    return f"{as_of.isoformat()}/r{done.revision.number}"


def _refuse_unready(home: Home, as_of: date, at: datetime, *, is_early: bool) -> None:
    """Raise Stop where the house may not add a revision now, whoever approved the draft."""
    soundness.refuse_faulty(home)
    for why in obstacles(home, as_of):
        raise Stop(why, Exit.CHECK_FAILED)
    planned = Calendar.of(home).publication_date(as_of)
    if day_in_japan(at) < planned and not is_early:
        raise Stop(
            f"{as_of.isoformat()} の残高報告の公表日は {planned.isoformat()} です。早めるときは"
            "下書きを report draft --issued で作り直し、publish に --early --by --reason を"
            "付けてください。",
            Exit.NOT_APPROVED,
        )


def _refuse_overtaken(home: Home, as_of: date) -> None:
    """Raise Stop where what the city knows has gone on since the draft: it would be out of date."""
    for why in _overtaken(home, as_of):
        raise Stop(why, Exit.CHECK_FAILED)


def obstacles(home: Home, as_of: date) -> Iterator[str]:
    """Why nothing new is published of `as_of` just now, whoever approved it and on whatever day."""
    if not seal.last_build_passed(home):
        yield (
            "最後に作った倉庫が検査に合格していないため、公表しません。"
            "検査の結果を直し、mishukin build を実行してください。"
        )
    yield from _overtaken(home, as_of)


def _overtaken(home: Home, as_of: date) -> Iterator[str]:
    if read_draft(home.drafts, as_of).generation != compared(home).stem:
        yield (
            f"{as_of.isoformat()} の下書きより新しい公開用データがあります。"
            "report draft で下書きを作り直し、内容を確認してください。"
        )
    if waits := waiting.deciding(home):
        yield (
            f"受理または取下げのあった受付が{waits}回、まだ公開用データに入っていません。"
            "mishukin build を実行し、report draft で下書きを作り直して、内容を確認してください。"
        )
