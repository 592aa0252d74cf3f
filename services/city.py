"""Which city this house belongs to, and what it decided for itself: config/city.yml."""

from dataclasses import fields
from typing import Annotated

from pydantic import BeforeValidator, model_validator

from exports.report.settings import City, ReportSettings
from services.exits import Stop
from services.home import Home
from services.settings import Settings, told_as, whole

DIGITS = 6
# Generations of the marts that stay where the city says nothing, the current one included.
KEPT = 5
# The history of runs, in days; failures may be asked about longer.
A_YEAR, THREE_YEARS = 365, 1095
CONTACT = "債権管理担当"
MOST_APPROVALS = 2


class CityUnknownError(Stop):
    """config/city.yml does not tell the city, and the data do not either."""


def is_municipality_code(text: str) -> bool:
    """Six ASCII digits."""
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def _code(text: str) -> str:
    if not is_municipality_code(text):
        raise ValueError
    return text


def _web_address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError
    return text


Code = Annotated[str, told_as(_code, "団体コードを半角数字6桁で書いてください(例 012025)。")]


class RetentionYears(Settings):
    """How many years a kind of record is kept, as `services.records.retention` counts them."""

    workbooks: Annotated[int | None, whole(1)] = None
    returned: Annotated[int | None, whole(1)] = None
    mails: Annotated[int | None, whole(1)] = None


class CitySettings(Settings):
    """config/city.yml. What it may say of the reports, `ReportSettings` knows and explains."""

    FILE = "city.yml"
    TITLE = "団体の設定"

    municipality_code: Code | None = None
    municipality_name: str | None = None
    publisher: str | None = None
    contact: str = CONTACT
    title: str | None = None
    unit: str | None = None
    minus_sign: str | None = None
    disclosure_threshold: Annotated[int | None, whole(0)] = None
    site_url: str | None = None
    municipalities: Annotated[
        tuple[Code, ...], BeforeValidator(lambda told: told if isinstance(told, list) else [told])
    ] = ()
    timestamp_authority: Annotated[
        str | None, told_as(_web_address, "https:// で始まるアドレスを書いてください。")
    ] = None
    generations_kept: Annotated[int, whole(1)] = KEPT
    history_days: Annotated[int, whole(1)] = A_YEAR
    failed_history_days: Annotated[int, whole(1)] = THREE_YEARS
    retention_years: RetentionYears = RetentionYears()
    approvals_needed: Annotated[int, whole(1, MOST_APPROVALS)] = 1
    notable_change_percent: Annotated[int, whole(0)] = 30
    notable_change_yen: Annotated[int, whole(0)] = 1_000_000
    query_memory_mib: Annotated[int, whole(16)] = 1024
    query_temporary_mib: Annotated[int, whole(0)] = 4096
    query_seconds: Annotated[int, whole(1)] = 300

    @model_validator(mode="after")
    def _reports_can_be_made(self) -> "CitySettings":
        self.reports_of("")
        return self

    def reports_of(self, name: str) -> ReportSettings:
        """The settings of the reports of a city of this name. Raises ValueError."""
        told = {item.name: getattr(self, item.name) for item in fields(ReportSettings)}
        told |= {"municipality_name": name, "publisher": self.publisher or name}
        return ReportSettings(**{item: said for item, said in told.items() if said is not None})

    @property
    def whose_forms(self) -> tuple[str, ...]:
        """Whose forms the home takes; nothing told: everybody's."""
        own = (self.municipality_code,) if self.municipality_code else ()
        return tuple(dict.fromkeys((*own, *self.municipalities)))

    @property
    def only_municipality(self) -> str | None:
        """Whose a form is of which nobody says so: the home's, where it has just one."""
        codes = self.whose_forms
        return codes[0] if len(codes) == 1 else None


def read_city(home: Home) -> City:
    """config/city.yml; what it leaves out comes from the one municipality of the generation."""
    told = CitySettings.of(home)
    code = told.municipality_code or _only_municipality(home)
    return City(code, told.reports_of(told.municipality_name or _name_of(home, code)))


def _only_municipality(home: Home) -> str:
    from services.query import ask  # reads with duckdb

    codes = [
        row[0] for row in ask(home, "select distinct municipality_code from mart_submission").rows
    ]
    if len(codes) != 1:
        raise CityUnknownError(
            "config/city.yml に municipality_code(団体コード6桁)を書いてください。"
            f"公開用データには{len(codes)}団体があります。"
        )
    return str(codes[0])


def _name_of(home: Home, code: str) -> str:
    from services.query import ask

    rows = ask(
        home, "select municipality_name from dim_municipality where municipality_code = ?", [code]
    ).rows
    if not rows or not rows[0][0]:
        raise CityUnknownError(
            f"config/city.yml に municipality_name(団体名)を書いてください。"
            f"団体コード{code}の名称が分かりません。"
        )
    return str(rows[0][0])
