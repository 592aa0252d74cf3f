"""A revision's files: every format of one report, by name."""

from collections.abc import Mapping

from exports.press import files
from exports.report.about import ABOUT, about, about_json
from exports.report.charts import charts
from exports.report.model import Report
from exports.report.package import DATA_PACKAGE, datapackage_json
from exports.report.page import PAGE, TARGETS, Download, render_report, render_targets
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

    def downloads(labels: Mapping[str, str]) -> list[Download]:
        return [Download(name, label, len(data[name])) for name, label in labels.items()]

    page = {
        PAGE: render_report(report, downloads(_DOWNLOADS), drawn).encode(),
        TARGETS: render_targets(report, downloads(_TARGET_DOWNLOADS), drawn).encode(),
    }
    content = {**page, **data, ABOUT: about_json(about(report))}
    return {**content, files.SUMS: files.sums(content)}
