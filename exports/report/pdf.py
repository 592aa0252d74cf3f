"""``report.pdf``: the report on paper, tagged (PDF/UA-1), by ``typst/report.typ``.

Every figure is written here as it is to be read; the document only lays it out.
"""

from collections.abc import Mapping, Sequence

from defusedxml.ElementTree import fromstring

from exports.press.japanese import STATUS_GROUPS, wareki
from exports.press.templates import LICENCE, LICENCE_URL, percent
from exports.press.typesetting import typeset
from exports.report import notes
from exports.report.corrections import compared_rows
from exports.report.model import MONEY, RATES, ClaimLine, Correction, Report, TotalLine
from exports.report.printed import Printed
from terms.codes import class_label
from terms.years import fiscal_year_label, japanese_date, year_earlier

_SVG = "{http://www.w3.org/2000/svg}"

Row = Sequence[str]


def pdf_bytes(report: Report, charts: Mapping[str, bytes]) -> bytes:
    """The PDF, dated ``report.issued``; ``charts``: SVG by file name."""
    return typeset("report", document_data(report, charts), report.issued)


def document_data(report: Report, charts: Mapping[str, bytes]) -> dict[str, object]:
    """What ``report.typ`` lays out: every text and figure in it."""
    settings, printed = report.settings, Printed(report)
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
        "city": _city(printed),
        "correction": _correction(report.correction),
        "charts": [_chart(svg) for svg in charts.values()],
        "history": _history(printed),
        "status": _status(printed),
        "status-year": fiscal_year_label(report.status[0].fiscal_year) if report.status else "",
        "classes": _totals(printed, report.classes),
        "departments": _totals(printed, report.departments),
        "claims": _claims(printed),
        "notes": notes.general_notes(report),
        "terms": notes.terms(report),
        "about": _about(report),
    }


def _figures(printed: Printed, line: ClaimLine | TotalLine) -> Row:
    return [printed.written(printed.figure(line, column)) for column in (*MONEY, *RATES)]


def _city(printed: Printed) -> dict[str, Sequence[Row]]:
    report = printed.report

    def figure(column: str) -> str:
        return printed.written(printed.figure(report.city, column))

    def compared(difference: str) -> str:
        return printed.written(printed.compared(difference))

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


def _correction(correction: Correction | None) -> dict[str, object] | None:
    if correction is None:
        return None
    return {
        "reason": f"第{correction.revision}版の数値を訂正しました。理由：{correction.reason}",
        "rows": compared_rows(correction.items),
    }


def _chart(svg: bytes) -> dict[str, str]:
    root = fromstring(svg)
    told = (root.findtext(f"{_SVG}{tag}") or "" for tag in ("title", "desc"))
    return {"svg": svg.decode(), "alt": "。".join(told)}


def _history(printed: Printed) -> list[Row]:
    columns = ("balance_current", "balance_prior", "balance", "target", "above_target")
    return [
        [
            fiscal_year_label(year.fiscal_year),
            *(printed.written(printed.at_year_end(year, column)) for column in columns),
        ]
        for year in printed.report.history
    ]


def _status(printed: Printed) -> list[Row]:
    return [
        [
            STATUS_GROUPS.get(share.group, share.group),
            share.status_code,
            share.label,
            printed.written(printed.money(share.balance)),
            printed.written(percent(share.share_pct)),
        ]
        for share in printed.report.status
    ]


def _totals(printed: Printed, lines: Sequence[TotalLine]) -> dict[str, object]:
    report = printed.report
    return {
        "rows": [[line.label, *_figures(printed, line)] for line in lines],
        "total": [["合計", *_figures(printed, report.city)]],
        "notes": _rounding(report, lines),
    }


def _claims(printed: Printed) -> dict[str, object]:
    report = printed.report
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
                *_figures(printed, line),
                *([line.note or ""] if noted else []),
            ]
            for line in report.claims
        ],
        "total": [["", "合計", "", "", *_figures(printed, report.city), *last]],
        "notes": _rounding(report, report.claims),
    }


def _rounding(report: Report, lines: Sequence[ClaimLine | TotalLine]) -> list[str]:
    return list(filter(None, [notes.rounding_note(report, lines)]))


def _about(report: Report) -> list[Row]:
    settings = report.settings
    return [
        ["発行者", settings.publisher],
        ["対象の団体", f"{settings.municipality_name}（団体コード {report.municipality_code}）"],
        ["版", f"第{report.revision}版"],
        ["利用条件", f"{LICENCE}により、出典を示して自由にご利用いただけます。{LICENCE_URL}"],
        ["お問い合わせ", settings.contact],
        *([["承認記録の印", f"{report.audit_head} {notes.AUDIT}"]] if report.audit_head else []),
    ]
