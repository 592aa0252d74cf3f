"""A revision's files: every format of one report, by name."""

from collections.abc import Mapping

from exports.press import files
from exports.press.templates import LICENCE_URL
from exports.release import site
from exports.report.charts import charts
from exports.report.corrections import as_record
from exports.report.model import Report
from exports.report.notes import summary
from exports.report.package import DATA_PACKAGE, datapackage_json
from exports.report.page import Download, key_figures, render_report, render_targets
from exports.report.pdf import pdf_bytes
from exports.report.tables import csv_bytes
from exports.report.targets import targets_csv, targets_xlsx
from exports.report.workbook import xlsx_bytes

_DOWNLOADS = {
    "report.csv": "CSV形式",
    "report.xlsx": "Excel形式",
    "report.pdf": "PDF形式",
    DATA_PACKAGE: "データの説明（Data Package形式）",
}
_TARGET_DOWNLOADS = {"targets.csv": "CSV形式", "targets.xlsx": "Excel形式"}


def report_files(report: Report) -> dict[str, bytes]:
    """Every file of a revision by name, SHA256SUMS among them; equal reports, equal bytes."""
    drawn = charts(report)
    data = {
        "report.csv": csv_bytes(report),
        "report.xlsx": xlsx_bytes(report),
        "report.pdf": pdf_bytes(report, drawn),
        "targets.csv": targets_csv(report),
        "targets.xlsx": targets_xlsx(report),
        **drawn,
    }
    data[DATA_PACKAGE] = datapackage_json(report, data)
    about = {site.ABOUT: files.as_json(_about(report))}

    def downloads(labels: Mapping[str, str]) -> list[Download]:
        return [Download(name, label, len(data[name])) for name, label in labels.items()]

    page = {
        site.PAGE: render_report(report, downloads(_DOWNLOADS), drawn).encode(),
        site.TARGETS: render_targets(report, downloads(_TARGET_DOWNLOADS), drawn).encode(),
    }
    content = {**page, **data, **about}
    return {**content, files.SUMS: files.sums(content)}


def _about(report: Report) -> dict[str, object]:
    settings, correction = report.settings, report.correction
    return {
        "title": settings.title,
        "publisher": settings.publisher,
        "contact": settings.contact,
        "municipality_code": report.municipality_code,
        "municipality_name": settings.municipality_name,
        "as_of": report.as_of.isoformat(),
        "fiscal_year": report.fiscal_year,
        "revision": report.revision,
        "issued": report.issued.isoformat(),
        "displayed_unit": settings.unit,
        "site_url": settings.site_url,
        "summary": summary(report),
        "key_figures": key_figures(report),
        "minus_sign": settings.minus_sign,
        "correction": None if correction is None else as_record(correction),
        "licence": LICENCE_URL,
    }
