"""What is done with a report: approved, sent back, drafted, corrected, published."""

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from exports.press.files import sha256
from exports.release.records import mark_of
from services import releases
from services.arguments import reason_to_keep
from services.clock import now
from services.exits import REFUSALS, Stop
from terms.legible import legible
from window import commands
from window.access import holder, open_to
from window.pages.releases import (
    MAKERS,
    day_of,
    found_of,
    in_buttons,
    notable_of,
    of_the_city,
    page_of,
    posts_of,
)
from window.people.models import Role

LONGEST_REASON = 200
NOT_YET = "まだ終わっていません。しばらくしてから、このページを開き直してください。"
BUSY = (
    "いま倉庫か報告を作っているところで、何もしていません。"
    "しばらくして、下書きが変わっていないか確かめてから、もう一度行ってください。"
)
UNFORESEEN = "思いがけない誤りで終わりました。データ担当に知らせてください。"
# How a command ends its line of whom it waits for, which is over by the time that it is read.
WAITED = "終わるのを待っています…"


@open_to(Role.APPROVER)
@of_the_city
@require_POST
def approve(request: HttpRequest, day: str) -> HttpResponse:
    """Whoever is signed in approves the draft that was looked at, every notable change seen."""
    found, given = found_of(day), request.POST
    seen = [sha256(line.encode()) for line in notable_of(found)]
    ticked = given.getlist("seen")
    if given.get("of") == found.binding and set(ticked) != set(seen):
        lacking = len(set(seen) - set(ticked))
        wrong = (
            f"まだ確かめていない大きな変化が{lacking}件あります。すべて確かめ、印を付けてください。"
        )
        return page_of(request, found, ticked=ticked, wrong=wrong)

    def given_by(by: str, at: datetime) -> str:
        if found.is_published:
            raise Stop("公表された報告です。承認するものはありません。")
        mark, of = mark_of(notable_of(found)), given.get("of", "")
        acting = _acting_for(request)
        return releases.approve(
            settings.HOME, found.one.as_of, by, at, seen=mark, of=of, acting_for=acting
        )

    return _done(request, found.one.as_of, given_by)


@open_to(Role.APPROVER)
@of_the_city
@require_POST
def reject(request: HttpRequest, day: str) -> HttpResponse:
    """Send the draft back, with a reason."""
    as_of, given = found_of(day).one.as_of, request.POST

    def sent_back(by: str, at: datetime) -> str:
        why, of = _reason(given.get("reason", "")), given.get("of", "")
        return releases.reject(settings.HOME, as_of, by, why, at, of=of)

    return _done(request, as_of, sent_back)


def _acting_for(request: HttpRequest) -> str:
    """Whose deputy approves; nobody's where the person is an approver of its own."""
    posts = posts_of(request, (Role.APPROVER,))
    return posts[0].acting_for if all(post.acting_for for post in posts) else ""


def _done(request: HttpRequest, as_of: date, act: Callable[[str, datetime], str]) -> HttpResponse:
    """What was done or refused, told on the page of the report."""
    try:
        if settings.HOME.other_writer:  # it may take minutes, and leave another draft
            raise Stop(BUSY)
        told = act(holder(request).person.name, now())
    except REFUSALS as refused:
        messages.error(request, in_buttons(str(refused)))
    else:
        messages.success(request, told)
    return redirect("release", as_of.isoformat())


@open_to(*MAKERS)
@of_the_city
@require_POST
def draft(request: HttpRequest, day: str) -> HttpResponse:
    """Draft a report anew from the current figures."""
    return _ran(request, day_of(day), "下書きを作りました。", "draft")


@open_to(*MAKERS)
@of_the_city
@require_POST
def correct(request: HttpRequest, day: str) -> HttpResponse:
    """Draft the correction of what is published, with the reason that is published with it."""
    as_of = found_of(day).one.as_of
    try:
        reason = _reason(request.POST.get("reason", ""))
    except Stop as refused:
        messages.error(request, in_buttons(str(refused)))
        return redirect("release", as_of.isoformat())
    by = holder(request).person.name
    told = (f"--reason={reason}", f"--by={by}")
    return _ran(request, as_of, "訂正の下書きを作りました。", "correct", *told)


@open_to(*MAKERS)
@of_the_city
@require_POST
def publish(request: HttpRequest, day: str) -> HttpResponse:
    """Publish what was approved, on its day or later."""
    as_of = found_of(day).one.as_of
    if "sure" not in request.POST:
        messages.error(request, "公表した版は取り消せません。確かめたという印を付けてください。")
        return redirect("release", as_of.isoformat())
    return _ran(request, as_of, "公表しました。", "publish")


def _ran(request: HttpRequest, as_of: date, done: str, act: str, *more: str) -> HttpResponse:
    """Run a command of the report, and tell how it ended."""
    username, day = holder(request).person.username, as_of.isoformat()
    ended = commands.run(settings.HOME, username, "report", act, day, *more)
    told = in_buttons("\n".join(each for each in ended.said if not each.endswith(WAITED)))
    if ended.is_done:
        # What else is said of the day the page shows.
        more_told = [each for each in told.splitlines() if not each.startswith(f"{day} ")]
        messages.success(request, "\n".join([done, *more_told]))
    elif ended.code is None:
        messages.warning(request, NOT_YET)
    else:
        messages.error(request, told or UNFORESEEN)
    is_there = any(one.as_of == as_of for one in releases.every(settings.HOME))
    return redirect("release", day) if is_there else redirect("releases")


def _reason(given: str) -> str:
    """A reason as it was typed, on one line and of nobody in particular. Raises Stop."""
    reason = given.strip()
    if not reason:
        raise Stop("理由を書いてください。")
    if legible(reason) != reason or len(reason) > LONGEST_REASON:
        raise Stop(f"理由は{LONGEST_REASON}字までの1行で、目に見える文字で書いてください。")
    return reason_to_keep(reason)
