"""``datapackage.json``: the open data of a revision described as a Data Package (version 1).

Any reader of Data Packages finds in it what a file holds, column by column, under which licence
it may be used, and whether a copy is whole. https://specs.frictionlessdata.io/data-package/
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath

from exports.press import files
from exports.press.japanese import wareki
from exports.press.templates import LICENCE
from exports.report.model import Report
from exports.report.tables import CSV_COLUMNS, CSV_KEY, Column
from exports.report.targets import TARGET_COLUMNS, TARGET_KEY

DATA_PACKAGE = "datapackage.json"

_TABLES = {
    "report.csv": (CSV_COLUMNS, CSV_KEY),
    "targets.csv": (TARGET_COLUMNS, TARGET_KEY),
}
_DESCRIBED = {
    "report.csv": "残高報告（CSV形式）",
    "report.xlsx": "残高報告（Excel形式）",
    "report.pdf": "残高報告（PDF形式）",
    "targets.csv": "目標と実績（CSV形式）",
    "targets.xlsx": "目標と実績（Excel形式）",
    "chart-balance.svg": "図：未収金残高と目標の推移",
    "chart-status.svg": "図：未収債権の状況の内訳",
    "chart-claims.svg": "図：残高の大きい債権",
}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_THREE_TIMES_A_YEAR = "http://purl.org/cld/freq/threeTimesAYear"  # Dublin Core's term


def datapackage_json(report: Report, contents: Mapping[str, bytes]) -> bytes:
    """The description of those of ``contents`` (file name to bytes) that are data or charts.

    Names beyond the standard's (publisher, issued, temporal, …) are those of DCAT.
    """
    settings = report.settings
    return files.as_json(
        {
            "profile": "data-package",
            "name": f"mishukin-{report.municipality_code}-{report.as_of.isoformat()}",
            "title": f"{settings.title} {wareki(report.as_of)}現在｜{settings.municipality_name}",
            "description": "市が有する債権ごとの未収金の残高、目標、前年との比較及び徴収率",
            "version": f"{report.revision}.0.0",
            "created": f"{report.issued.isoformat()}T00:00:00+09:00",
            "issued": report.issued.isoformat(),
            "modified": report.issued.isoformat(),
            "temporal": {
                "start": date(report.fiscal_year, 4, 1).isoformat(),
                "end": report.as_of.isoformat(),
            },
            "accrualPeriodicity": _THREE_TIMES_A_YEAR,
            "language": "ja",
            "spatial": report.municipality_code,
            "keywords": ["未収金", "債権管理", "財政", settings.municipality_name],
            "licenses": [
                {
                    "name": "CC-BY-4.0",
                    "title": LICENCE,
                    "path": "https://creativecommons.org/licenses/by/4.0/",
                }
            ],
            "publisher": settings.publisher,
            "contactPoint": settings.contact,
            "contributors": [{"title": settings.publisher, "role": "publisher"}],
            "resources": [
                _resource(name, contents[name]) for name in _DESCRIBED if name in contents
            ],
        }
    )


def _resource(name: str, content: bytes) -> dict[str, object]:
    suffix = PurePath(name).suffix.removeprefix(".")
    described = {
        "profile": "data-resource",
        "type": "file",  # or a reader guesses at the types in the workbook's first sheet
        "name": name,
        "path": name,
        "title": _DESCRIBED[name],
        "format": suffix,
        "mediatype": _MEDIA_TYPES[suffix],
        "bytes": len(content),
        "hash": f"sha256:{files.sha256(content)}",
    }
    return described | _tabular(*_TABLES[name]) if name in _TABLES else described


def _field(column: Column) -> dict[str, object]:
    constraints: dict[str, object] = {}
    if column.is_required:
        constraints["required"] = True
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.enum:
        constraints["enum"] = list(column.enum)
    field = {"name": column.name, "type": column.kind, "description": column.meaning}
    return field | ({"constraints": constraints} if constraints else {})


def _tabular(columns: Sequence[Column], key: Sequence[str]) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "type": "table",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
        "schema": {
            "fields": [_field(column) for column in columns],
            "missingValues": [""],
            "primaryKey": list(key),
        },
    }
