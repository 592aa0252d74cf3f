"""照会: the finance division asks, sees the answer as a table, takes it along, and keeps it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from ingest.quoting import quoted
from services.asking import kept, questions, running
from services.asking.dictionary import dictionary
from services.asking.questions import OWN, Question, named
from services.asking.running import Answer, Asked, Refused
from services.asking.wording import NARROWED_BY, parameters_of
from services.clock import now
from services.exits import Stop
from services.generation import NoGenerationError
from services.records import audit
from window.access import holder, open_to
from window.pages.downloads import disposition
from window.people.models import Role

ASKING = (Role.FINANCE, Role.DATA, Role.APPROVER)
# In an address: a parameter of the question, and what its answer is narrowed by.
PARAMETER = "p."
_WHOLE = ("BIGINT", "HUGEINT")
_NUMBERS = (*_WHOLE, "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "DECIMAL", "U")


@dataclass(frozen=True)
class Asking:
    """A question as an address tells it, so that the address brings it back."""

    told: QueryDict
    question: Question | None

    @classmethod
    def of(cls, told: QueryDict) -> "Asking":
        """By the name of a saved question, or by its own SQL. Raises Stop for an unknown name."""
        name = told.get("name", "")
        question = named(questions.library(settings.HOME), name) if name else None
        return cls(told, question)

    @cached_property
    def sql(self) -> str:
        """The SQL that is asked."""
        return self.question.sql if self.question else self.told.get("sql", "")

    @property
    def known_at(self) -> str:
        """The day whose end is meant; "" for today."""
        return self.told.get("known_at", "").strip()

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the question with what is told of each."""
        return [(name, self.told.get(PARAMETER + name, "")) for name in parameters_of(self.sql)]

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """What the answer can be narrowed by, with what is told of each."""
        return [(name, self.told.get(name, "").strip()) for name in NARROWED_BY]

    @property
    def asked(self) -> Asked:
        """As the services take it."""
        narrowed = {name: value for name, value in self.narrowed if value}
        return Asked(self.sql, self.known_at or None, dict(self.parameters), narrowed)

    @property
    def address(self) -> str:
        """What brings the same question back, without the page's own path."""
        whose = {"name": self.question.name} if self.question else {"sql": self.sql}
        parameters = [(PARAMETER + name, value) for name, value in self.parameters]
        others = [("known_at", self.known_at), *self.narrowed, *parameters]
        return urlencode({**whose, **{name: value for name, value in others if value}})


@open_to(*ASKING)
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """The saved questions, by the occasion on which they are asked."""
    found = sorted(
        questions.library(settings.HOME), key=lambda each: (not each.is_own, each.occasion)
    )
    groups = [(occasion, list(each)) for occasion, each in groupby(found, lambda q: q.occasion)]
    return render(request, "window/questions.html", {"groups": groups, "own": OWN})


@open_to(*ASKING)
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """A question with its parameters, and its answer; without either an empty editor."""
    told: dict[str, Any] = {"may_change": _may_change(request)}
    status = 200
    try:
        asking = Asking.of(request.GET)
        if begun := request.GET.get("from", ""):
            draft = request.GET.copy()
            draft["sql"] = named(questions.library(settings.HOME), begun).sql
            asking = Asking(draft, None)
        told["asking"] = asking
        lacks = any(not value.strip() for _, value in asking.parameters)
        if asking.sql.strip() and not begun and not (lacks and "run" not in request.GET):
            answer = running.ask(settings.HOME, asking.asked, _who(request))
            told |= {"answer": answer, "table": _Page(answer, asking.known_at)}
    except Stop as refused:
        _note(request, refused)
        told["wrong"] = str(refused)
        status = 400
        if "asking" not in told:
            raise Http404 from refused
    return render(request, "window/question.html", told, status=status)


@open_to(*ASKING)
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """The whole answer as a file."""
    form = request.GET.get("form", "")
    if form not in running.DOWNLOADS:
        raise Http404
    try:
        asking = Asking.of(request.GET)
        found = running.download(settings.HOME, asking.asked, _who(request), form)
    except Stop as refused:
        _note(request, refused)
        messages.error(request, str(refused))
        return redirect(f"{reverse('ask')}?{request.GET.urlencode()}&run=0")
    title = asking.question.title if asking.question else "照会の答え"
    return _attached(found.file, f"{title}.{form}")


@open_to(*ASKING)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a question in the library, for everybody of the home."""
    title, sql = request.POST.get("title", ""), request.POST.get("sql", "")
    try:
        made = questions.save(settings.HOME, title, sql, _who(request), now())
    except Stop as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('ask')}?{urlencode({'sql': sql})}")
    messages.success(request, f"「{made.title}」として保存しました。一覧から、だれでも使えます。")
    return redirect(f"{reverse('ask')}?{urlencode({'name': made.name})}")


@open_to(*ASKING)
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Take an own question out of the library."""
    try:
        gone = questions.drop(settings.HOME, request.POST.get("name", ""), _who(request), now())
        messages.success(request, f"「{gone.title}」を消しました。")
    except Stop as refused:
        messages.error(request, str(refused))
    return redirect("questions")


@open_to(*ASKING)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep an answer as it is given to somebody."""
    given = request.POST
    asking = None
    try:
        asking = Asking.of(QueryDict(given.get("address", "")))
        made = kept.keep(
            settings.HOME,
            asking.asked,
            given.get("title", ""),
            given.get("given_to", ""),
            given.get("generation", ""),
            _who(request),
            now(),
        )
    except Stop as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('ask')}?{asking.address}" if asking else reverse("questions"))
    messages.success(request, f"「{made.title}」を残しました。いつでも同じブックを渡せます。")
    return redirect("kept")


@open_to(*ASKING)
@require_GET
def kept_answers(request: HttpRequest) -> HttpResponse:
    """The answers that were given and can be given again."""
    return render(request, "window/kept.html", {"answers": kept.listing(settings.HOME)})


@open_to(*ASKING)
@require_GET
def kept_workbook(request: HttpRequest, answer: str) -> HttpResponse:
    """The very workbook that was given."""
    try:
        kept.of(settings.HOME, answer)
    except Stop:
        raise Http404 from None
    try:
        found, content = kept.workbook(settings.HOME, answer)
    except Stop as refused:
        messages.error(request, str(refused))
        return redirect("kept")
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = disposition(f"{found.title}.xlsx")
    return response


@open_to(*ASKING)
@require_GET
def tables(request: HttpRequest) -> HttpResponse:
    """The dictionary: what there is to ask for, in Japanese and as the marts call it."""
    relations: Sequence[Any] = ()
    with suppress(NoGenerationError):
        relations = dictionary(settings.HOME)
    return render(request, "window/dictionary.html", {"relations": relations})


class _Page:
    """An answer as the page shows it."""

    def __init__(self, answer: Answer, known_at: str) -> None:
        self.columns = [
            (name, kind.startswith(_NUMBERS))
            for name, kind in zip(answer.columns, answer.types, strict=True)
        ]
        self.count, self.shown = answer.count, len(answer.rows)
        self.leads = any(any(each["rows"]) for each in answer.origins)
        self._answer, self._known_at = answer, known_at

    @property
    def rows(self) -> SafeString:
        """The rows in HTML, made at once: a template takes a second for so many cells."""
        made = []
        for place, row in enumerate(self._answer.rows):
            leads = dict(self._origins(place, row))
            cells = (
                _cell(value, kind, leads.get(nth))
                for nth, (value, kind) in enumerate(zip(row, self._answer.types, strict=True))
            )
            made.append(f"<tr>{''.join(cells)}</tr>")
        return mark_safe("\n".join(made))  # noqa: S308 - every value of theirs is escaped

    def _origins(self, place: int, row: Sequence[Any]) -> list[tuple[int, str]]:
        found = []
        for each in self._answer.origins:
            if keys := each["rows"][place]:
                found += [
                    (int(nth), origin_address(each["mart"], column, keys, self._known_at))
                    for nth, column in each["columns"].items()
                    if row[int(nth)] is not None
                ]
        return found


def origin_address(mart: str, column: str, keys: Mapping[str, str], known_at: str = "") -> str:
    """Where the way of a figure is told."""
    when = {"known_at": known_at} if known_at else {}
    return f"{reverse('origin')}?{urlencode({'mart': mart, 'column': column, **when, **keys})}"


def _cell(value: Any, kind: str, address: str | None) -> str:  # noqa: ANN401 - of any type
    if value is None:
        return "<td>—</td>"
    if isinstance(value, bool):
        return f"<td>{'はい' if value else 'いいえ'}</td>"
    if not kind.startswith(_NUMBERS):
        whole = ' class="whole"' if kind.startswith(("DATE", "TIME")) else ""
        return f"<td{whole}>{escape(value)}</td>"
    words = escape(_figure(str(value), kind))
    shown = f'<a href="{escape(address)}">{words}</a>' if address else words
    return f'<td class="figure" data-value="{escape(value)}">{shown}</td>'


def _figure(value: str, kind: str) -> str:
    """Amounts with separators; a year or a number of something as it is."""
    words = value.removeprefix("-")
    if kind.startswith(_WHOLE) and words.isdigit():
        words = f"{int(words):,}"
    return f"▲{words}" if value.startswith("-") else words


def _note(request: HttpRequest, refused: Stop) -> None:
    """Whoever tries to write, to read files or to hang the database is in the audit log."""
    if isinstance(refused, Refused) and refused.why != "mistaken":
        asked = request.GET.get("sql") or request.GET.get("name") or ""
        audit.note(
            settings.HOME,
            now(),
            "question_refused",
            by=_who(request),
            why=refused.why,
            asked=quoted(asked),
        )


def _who(request: HttpRequest) -> str:
    return holder(request).person.name


def _may_change(request: HttpRequest) -> bool:
    return bool(holder(request).roles & set(map(str, ASKING)))


def _attached(file: Any, name: str) -> FileResponse:  # noqa: ANN401 - any open file
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Disposition"] = disposition(name)
    return response
