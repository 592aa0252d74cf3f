"""``report.pdf``: the report on paper, tagged (PDF/UA-1), by ``typst/report.typ``.

Every figure is written here as it is to be read; the document only lays it out.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from defusedxml.ElementTree import fromstring

from exports.press.japanese import (
    STATUS_GROUPS,
    class_label,
    displayed,
    fiscal_year_label,
    grouped,
    japanese_date,
    wareki,
    year_earlier,
)
from exports.press.templates import LICENCE, LICENCE_URL
from exports.press.typesetting import typeset
from exports.report import notes
from exports.report.corrections import heading, shown
from exports.report.model import MONEY, RATES, SUPPRESSED, ClaimLine, Report, TotalLine, YearEnd

_MISSING = "—"
_COLUMNS = (*MONEY, *RATES)
_SVG = "{http://www.w3.org/2000/svg}"

Row = Sequence[str]


def pdf_bytes(report: Report, charts: Mapping[str, bytes]) -> bytes:
    """The PDF, dated ``report.issued``; ``charts``: SVG by file name."""
    return typeset("report", document_data(report, charts), report.issued)


def document_data(report: Report, charts: Mapping[str, bytes]) -> dict[str, object]:
    """What ``report.typ`` lays out: every text and figure in it."""
    settings = report.settings
    return {
        "title": settings.title,
        "day": f"{wareki(report.as_of)}現在",
        "municipality": settings.municipality_name,
        "publisher": settings.publisher,
        "issued": wareki(report.issued),
        "unit": settings.unit,
        "settlement-year": fiscal_year_label(report.fiscal_year - 1),
        "target-year": fiscal_year_label(report.fiscal_year),
        "summary": notes.summary(report),
        "points": notes.points(report),
        "city": _city(report),
        "correction": _correction(report),
        "charts": [_chart(svg) for svg in charts.values()],
        "history": _history(report),
        "status": _status(report),
        "status-year": fiscal_year_label(report.status[0].fiscal_year) if report.status else "",
        "classes": _totals(report, report.classes),
        "departments": _totals(report, report.departments),
        "claims": _claims(report),
        "notes": notes.general_notes(report),
        "terms": notes.terms(report),
        "about": _about(report),
    }


def _money(report: Report, yen: int | None) -> str:
    if yen is None:
        return _MISSING
    number = displayed(yen, report.settings.unit)
    return f"{report.settings.minus_sign if number < 0 else ''}{grouped(number)}"


def _percent(report: Report, rate: Decimal | None) -> str:
    if rate is None:
        return _MISSING
    return f"{report.settings.minus_sign if rate < 0 else ''}{abs(rate):,.1f}%"


def _figure(report: Report, line: ClaimLine | TotalLine, column: str) -> str:
    if column in line.hidden:
        return SUPPRESSED
    if column in MONEY:
        return _money(report, line.figures.money(column))
    return _percent(report, line.figures.rate(column))


def _compared(report: Report, difference: str) -> str:
    if difference in report.city.hidden_differences:
        return SUPPRESSED
    return _money(report, getattr(report.city, difference))


def _at_year_end(report: Report, year: YearEnd, column: str) -> str:
    if column in year.hidden:
        return SUPPRESSED
    return _money(report, getattr(year, column))


def _figures(report: Report, line: ClaimLine | TotalLine) -> Row:
    return [_figure(report, line, column) for column in _COLUMNS]


def _city(report: Report) -> dict[str, Sequence[Row]]:
    city = report.city
    figure, compared = partial(_figure, report, city), partial(_compared, report)
    return {
        "parts": [
            ["現年度分", figure("balance_current"), figure("collection_rate_current_pct")],
            ["過年度分", figure("balance_prior"), figure("collection_rate_prior_pct")],
        ],
        "whole": [["計", figure("balance"), figure("collection_rate_pct")]],
        "comparison": [
            [
                f"{fiscal_year_label(report.fiscal_year - 1)}決算",
                figure("previous_settlement_balance"),
                compared("since_settlement"),
            ],
            [
                f"{fiscal_year_label(report.fiscal_year)}末の目標",
                figure("target_balance"),
                compared("above_target"),
            ],
            [
                f"前年同月末（{japanese_date(year_earlier(report.as_of))}）",
                figure("balance_last_year"),
                figure("change"),
            ],
        ],
    }


def _correction(report: Report) -> dict[str, object] | None:
    correction = report.correction
    if correction is None:
        return None

    return {
        "reason": f"第{correction.revision}版の数値を訂正しました。理由：{correction.reason}",
        "rows": [
            [
                item.place,
                heading(item.column),
                shown(item, item.old),
                shown(item, item.new),
            ]
            for item in correction.items
        ],
    }


def _chart(svg: bytes) -> dict[str, str]:
    root = fromstring(svg)
    told = (root.findtext(f"{_SVG}{tag}") or "" for tag in ("title", "desc"))
    return {"svg": svg.decode(), "alt": "。".join(told)}


def _history(report: Report) -> list[Row]:
    return [
        [
            fiscal_year_label(year.fiscal_year),
            *(
                _at_year_end(report, year, column)
                for column in (
                    "balance_current",
                    "balance_prior",
                    "balance",
                    "target",
                    "above_target",
                )
            ),
        ]
        for year in report.history
    ]


def _status(report: Report) -> list[Row]:
    return [
        [
            STATUS_GROUPS.get(share.group, share.group),
            share.status_code,
            share.label,
            _money(report, share.balance),
            _percent(report, share.share_pct),
        ]
        for share in report.status
    ]


def _totals(report: Report, lines: Iterable[TotalLine]) -> dict[str, object]:
    parts = list(lines)
    return {
        "rows": [[line.label, *_figures(report, line)] for line in parts],
        "total": [["合計", *_figures(report, report.city)]],
        "notes": _rounding(report, parts),
    }


def _claims(report: Report) -> dict[str, object]:
    noted = any(line.note for line in report.claims)
    last = [""] if noted else []
    return {
        "noted": noted,
        "rows": [
            [
                line.claim_number,
                line.claim_name,
                class_label(line.claim_classes),
                line.department,
                *_figures(report, line),
                *([line.note or ""] if noted else []),
            ]
            for line in report.claims
        ],
        "total": [["", "合計", "", "", *_figures(report, report.city), *last]],
        "notes": _rounding(report, report.claims),
    }


def _rounding(report: Report, lines: Sequence[ClaimLine | TotalLine]) -> list[str]:
    parts = [line.figures for line in lines]
    return list(
        filter(None, [notes.rounding_note(parts, report.city.figures, report.settings.unit)])
    )


def _about(report: Report) -> list[Row]:
    settings = report.settings
    return [
        ["発行者", settings.publisher],
        ["対象の団体", f"{settings.municipality_name}（団体コード {report.municipality_code}）"],
        ["版", f"第{report.revision}版"],
        ["利用条件", f"{LICENCE}により、出典を示して自由にご利用いただけます。{LICENCE_URL}"],
        ["お問い合わせ", settings.contact],
    ]
