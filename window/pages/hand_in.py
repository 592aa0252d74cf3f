"""提出: a department hands in its workbooks, sees what became of them, and gets what it needs."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ingest.load import Arrival, SourceFile
from ingest.personal import shown_file
from ingest.reports import WorkbookReport
from ingest.returned.answer import HEADINGS, Answer, answer_to, cells_of
from services.arguments import reason_to_keep
from services.clock import now
from services.exits import Stop
from services.intake import handing_in, handouts, own_forms
from services.intake.handing_in import Whose, WouldReplace
from services.intake.inbox import unopened
from window.access import Holder, holder, open_to
from window.pages.downloads import as_download
from window.people.models import Post, Role

# How long workbooks wait for the reason of a replacement.
STAGED_SECONDS = 60 * 60
COPY_SECONDS = 24 * 60 * 60
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_TOKEN = re.compile(r"[a-z0-9_]{8}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One workbook of a hand-in: its answer, its hash, and the copy that goes back."""

    book: WorkbookReport
    answer: Answer
    copy: str | None

    @property
    def findings(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Severity and the titled cells of each finding, the gravest first."""
        return [
            (each.severity, list(zip(HEADINGS, cells_of(each), strict=True)))
            for each in self.answer.in_order
        ]


@open_to(Role.DEPARTMENT)
@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """The page to drop workbooks on; what would replace an accepted form is asked about first."""
    asking = holder(request)
    if request.method == "GET":
        return render(request, "window/hand_in.html", {"posts": asking.departments})
    post = _post(asking, request.POST.get("post"))
    with _staged(request) as (folder, files):
        if not files:
            messages.error(request, "ブックを選んでから「提出する」を押してください。")
            return redirect("hand-in")
        whose = _whose(post)
        sources = [_source(path, name, whose) for path, name in files]
        arrival = Arrival(now(), by=_by(asking, post))
        try:
            return _received(request, asking, post, sources, arrival)
        except WouldReplace:
            replaced = handing_in.would_replace(settings.HOME, sources, whose, arrival)
            kept = _keep(request, folder, post, files)
            told = {"replaced": replaced, "token": kept, "post": post}
            return render(request, "window/confirm.html", told)


@open_to(Role.DEPARTMENT)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Replace what was accepted, with a reason."""
    asking, token = holder(request), request.POST.get("token", "")
    kept = request.session.get("staged", {}).get(token)
    folder = _folder(token)
    if kept is None or not folder.is_dir():
        messages.error(request, "時間が過ぎました。もう一度ブックを選んでください。")
        return redirect("hand-in")
    post = _post(asking, str(kept["post"]))
    if "cancel" in request.POST:
        _forget(request, token)
        messages.info(request, "提出をやめました。前の提出が、そのまま有効です。")
        return redirect("hand-in")
    try:
        reason = reason_to_keep(request.POST.get("reason", "").strip())
    except Stop as refused:
        messages.error(request, str(refused))
        reason = ""
    whose = _whose(post)
    sources = [_source(folder / file, name, whose) for file, name in kept["files"]]
    if not reason:
        replaced = handing_in.would_replace(
            settings.HOME, sources, whose, Arrival(now(), by=_by(asking, post))
        )
        told = {"replaced": replaced, "token": token, "post": post, "lacks_reason": True}
        return render(request, "window/confirm.html", told, status=400)
    arrival = Arrival(now(), by=_by(asking, post), reason=reason)
    response = _received(request, asking, post, sources, arrival)
    _forget(request, token)
    return response


def _received(
    request: HttpRequest,
    asking: Holder,
    post: Post,
    sources: Sequence[SourceFile],
    arrival: Arrival,
) -> HttpResponse:
    whose = _whose(post)
    received = handing_in.hand_in(settings.HOME, sources, whose, arrival)
    outcomes = [
        Outcome(book, answer_to([book], arrival.at), _copy_of(asking, whose, book))
        for book in received.report.workbooks
    ]
    told = {
        "outcomes": outcomes,
        "at": arrival.at,
        "by": arrival.by,
        "batch": received.report.batch_id,
        "rejected": received.report.rejected,
    }
    return render(request, "window/outcome.html", told)


def _copy_of(asking: Holder, whose: Whose, book: WorkbookReport) -> str | None:
    path = handing_in.marked_copy(settings.HOME, whose, book.sha256)
    if path is None or book.status not in ("rejected", "partly"):
        return None
    told = {"person": asking.person.pk, "place": [whose.municipality_code, path.name]}
    return signing.dumps(told, salt="copy")


@open_to(Role.DEPARTMENT)
@require_GET
def marked_copy(request: HttpRequest, token: str) -> HttpResponse:
    """The copy of one's own workbook in which the findings are marked."""
    try:
        told = signing.loads(token, salt="copy", max_age=COPY_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    if told["person"] != holder(request).person.pk:
        raise Http404
    code, name = told["place"]
    return _file(settings.HOME.returned / code / name, f"指摘つき{name}")


@open_to(Role.DEPARTMENT)
@require_GET
def handed_in(request: HttpRequest) -> HttpResponse:
    """What is due, and what the department has handed in."""
    posts, today = holder(request).departments, now().date()
    desks = [
        (post, own_forms.due(settings.HOME, _whose(post), today),
         own_forms.handed_in(settings.HOME, _whose(post)))
        for post in posts
    ]  # fmt: skip
    return render(request, "window/handed_in.html", {"desks": desks, "today": today})


@open_to(Role.DEPARTMENT)
@require_GET
def workbook(request: HttpRequest, submission: str) -> HttpResponse:
    """The untouched workbook of one of the department's forms."""
    for post in holder(request).departments:
        found = own_forms.workbook(settings.HOME, _whose(post), submission)
        if found:
            path, name = found
            return _file(path, name)
    raise Http404


@open_to(Role.DEPARTMENT)
@require_GET
def blanks(request: HttpRequest) -> HttpResponse:
    """The forms that can be taken along, filled in as far as is known."""
    today = now().date()
    desks = [
        (post, own_forms.blanks(settings.HOME, _whose(post), today))
        for post in holder(request).departments
    ]
    return render(request, "window/blanks.html", {"desks": desks})


@open_to(Role.DEPARTMENT)
@require_GET
def blank(request: HttpRequest) -> HttpResponse:
    """One of them."""
    asking = holder(request)
    whose = _whose(_post(asking, request.GET.get("post")))
    wanted = request.GET.get("form", "")
    offered = own_forms.blanks(settings.HOME, whose, now().date())
    found = next((each for each in offered if each.name == wanted), None)
    if found is None:
        raise Http404
    content, _ = handouts.handout(settings.HOME, found.asked)
    return as_download(content, f"{found.title}.xlsx")


def _file(path: Path, name: str) -> HttpResponse:
    if not path.is_file():
        raise Http404
    return as_download(path.read_bytes(), name)


def _post(asking: Holder, given: str | None) -> Post:
    """The department that is meant: the one that was chosen, or the only one."""
    posts = {str(post.pk): post for post in asking.departments}
    if given in posts:
        return posts[given]
    if len(posts) == 1:
        return next(iter(posts.values()))
    raise Http404


def _whose(post: Post) -> Whose:
    return Whose(post.municipality, post.department)


def _by(asking: Holder, post: Post) -> str:
    acting = f"({post.acting_for}の代理)" if post.acting_for else ""
    return f"{post.department} {asking.person.name}{acting}"


def _source(path: Path, name: str, whose: Whose) -> SourceFile:
    return SourceFile(path, whose.municipality_code, shown_file(name), unopened(path, name))


@contextmanager
def _staged(request: HttpRequest) -> Iterator[tuple[Path, list[tuple[Path, str]]]]:
    """The uploads in a folder of the home's, under names of ours; gone afterwards, unless kept."""
    _drop_forgotten()
    folder = Path(tempfile.mkdtemp(prefix=".staged-", dir=settings.HOME.window))
    files = []
    try:
        for number, upload in enumerate(request.FILES.getlist("workbooks")):
            name = upload.name or f"{number}"
            suffix = _SUFFIX.search(name)
            path = folder / f"{number}{suffix[0].lower() if suffix else ''}"
            with path.open("xb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
            files.append((path, name))
        yield folder, files
    finally:
        if folder.name.removeprefix(".staged-") not in request.session.get("staged", {}):
            shutil.rmtree(folder, ignore_errors=True)


def _keep(request: HttpRequest, folder: Path, post: Post, files: Sequence[tuple[Path, str]]) -> str:
    token = folder.name.removeprefix(".staged-")
    staged = request.session.get("staged", {})
    staged[token] = {"post": post.pk, "files": [[path.name, name] for path, name in files]}
    request.session["staged"] = staged
    return token


def _folder(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise Http404
    return Path(settings.HOME.window) / f".staged-{token}"


def _forget(request: HttpRequest, token: str) -> None:
    staged = request.session.get("staged", {})
    staged.pop(token, None)
    request.session["staged"] = staged
    shutil.rmtree(_folder(token), ignore_errors=True)


def _drop_forgotten() -> None:
    """What nobody came back to."""
    before = now().timestamp() - STAGED_SECONDS
    for folder in Path(settings.HOME.window).glob(".staged-*"):
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
