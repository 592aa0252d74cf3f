"""The city's register of claims in config/, and what it asks of forms."""

from collections.abc import Sequence

from ingest import landing
from ingest.findings import Finding
from ingest.load import Rules
from ingest.register import Register
from ingest.register.checks import findings_of
from ingest.register.table import FILES, RegisterFaulty, read_register
from ingest.submission import Check, Submission
from services.city import CitySettings
from services.exits import Stop
from services.home import Home
from services.intake.waivers import ErrorWaivers
from services.layouts import layouts_of


def register_of(home: Home) -> Register | None:
    """The register, or None where the home has none. Raises Stop with a line for each fault."""
    if not any((home.config / name).exists() for name in FILES):
        return None
    try:
        return read_register(home.config, CitySettings.of(home).municipality_code)
    except RegisterFaulty as faulty:
        lines = "\n".join(f"  {fault}" for fault in faulty.faults)
        raise Stop(
            f"債権の台帳(config/)を読めません。直してからやり直してください。\n{lines}"
        ) from None


def land_register(home: Home) -> None:
    """Put the register as it stands where dbt reads it; an empty one where the home has none."""
    register = register_of(home)
    rows = [entry.row() for entry in register.entries] if register else []
    landing.write_current(home.landing, "claim", rows)


def rules_of(home: Home, checks: Sequence[Check] = ()) -> Rules:
    """What the house asks of forms beyond the forms themselves, and `checks`."""
    waivers, city = ErrorWaivers.of(home).waivers, CitySettings.of(home)
    usable, drafts, faulty = layouts_of(home)
    notes = tuple(str(each) for each in faulty if not each.is_draft)
    return Rules(
        (*register_checks(home), *checks), waivers, city.whose_forms, (*usable, *drafts), notes
    )


def register_checks(home: Home) -> tuple[Check, ...]:
    """What the register asks of each new form; nothing where the home has none."""
    register = register_of(home)
    if register is None:
        return ()
    # A form that is only checked has no municipality: the register's, when it knows just one.
    only = next(iter(register.municipalities)) if len(register.municipalities) == 1 else None

    def held_against_the_register(submission: Submission) -> Sequence[Finding]:
        code = submission.municipality_code or only
        return findings_of(submission, register, code) if code else ()

    return (held_against_the_register,)
