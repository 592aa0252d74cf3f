"""``report.json``: what a revision says of itself, to programs and to the site's own pages."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from pydantic import TypeAdapter

from exports.press import files
from exports.press.templates import LICENCE_URL
from exports.report.model import Correction, Report
from exports.report.notes import summary
from exports.report.page import Card, cards

ABOUT = "report.json"


@dataclass(frozen=True)
class About:
    """The publisher, the day and the key figures of a revision; ``site_url`` ends in a slash."""

    title: str
    publisher: str
    contact: str
    municipality_code: str
    municipality_name: str
    as_of: date
    fiscal_year: int
    revision: int
    issued: date
    displayed_unit: str
    # Revisions of an earlier version of the project may say nothing of these.
    site_url: str | None = None
    summary: str = ""
    key_figures: tuple[Card, ...] = ()
    minus_sign: str = "△"
    correction: Correction | None = None
    licence: str = LICENCE_URL
    audit_head: str = ""


_ABOUT = TypeAdapter(About)


def about(report: Report) -> About:
    """What the revision of a report says of itself."""
    settings = report.settings
    return About(
        title=settings.title,
        publisher=settings.publisher,
        contact=settings.contact,
        municipality_code=report.municipality_code,
        municipality_name=settings.municipality_name,
        as_of=report.as_of,
        fiscal_year=report.fiscal_year,
        revision=report.revision,
        issued=report.issued,
        displayed_unit=settings.unit,
        site_url=settings.site_url,
        summary=summary(report),
        key_figures=cards(report),
        minus_sign=settings.minus_sign,
        correction=report.correction,
        audit_head=report.audit_head,
    )


def about_json(told: About) -> bytes:
    """``report.json``."""
    return files.as_json(asdict(told))


def read_about(content: bytes) -> About:
    """What ``about_json`` wrote."""
    return _ABOUT.validate_python(json.loads(content, parse_float=Decimal))
