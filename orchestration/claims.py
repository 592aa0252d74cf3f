"""`mishukin claims`: the register, and what it lacks."""

import json
from collections.abc import Mapping

from ingest.register import CLASS_NAMES, HEADINGS, Register
from ingest.register.unregistered import Seen, unregistered
from orchestration.home import Home
from orchestration.query import Table, to_text
from orchestration.register import register_of

_BASES: Mapping[str, str] = {"closing_period": "出納整理期間あり", "year_end": "出納整理期間なし"}


def listing(home: Home, *, as_json: bool) -> tuple[str, str]:
    """The register as text, and a remark on what it lacks. Raises Stop for a faulty register."""
    register = register_of(home)
    lacking = unregistered(home.landing, register)
    if as_json:
        entries = [entry.row() for entry in register.entries] if register else []
        for entry in entries:
            entry["aliases"] = json.loads(entry["aliases"])
        told = {"registered": entries, "unregistered": [seen.to_json() for seen in lacking]}
        return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", ""
    text = _table(register) if register else "台帳がありません。\n"
    remark = (
        f"台帳にない債権が{len(lacking)}件、提出されています。"
        "mishukin claims --unregistered で、台帳に加える行を表示します。"
    )
    return text, remark if lacking else ""


def missing(home: Home) -> tuple[str, list[str]]:
    """Lines of the register for the claims it lacks, and where each was named."""
    lacking = unregistered(home.landing, register_of(home))
    lines = [",".join(HEADINGS.values()), *(seen.csv_line() for seen in lacking)]
    return "".join(f"{line}\n" for line in lines) if lacking else "", [_place(s) for s in lacking]


def _place(seen: Seen) -> str:
    what = f"債権{seen.claim_number}" if seen.claim_number else "債権整理番号の記入のない債権"
    return f"{seen.file} › {seen.sheet} {what}「{seen.claim_name or ''}」"


def _table(register: Register) -> str:
    rows = [
        (
            entry.municipality_code,
            entry.claim_number,
            entry.claim_name,
            "、".join(entry.aliases),
            "・".join(CLASS_NAMES[each] for each in entry.claim_classes),
            entry.department,
            entry.section,
            entry.limitation_years,
            _BASES[entry.basis],
            entry.valid_from,
            entry.valid_to,
        )
        for entry in register.entries
    ]
    return to_text(Table(tuple(HEADINGS.values()), rows))
