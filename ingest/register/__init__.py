"""The city's register of claims (債権台帳): who owns which claim, under which names, and when.

The city keeps it as a table of its own (`ingest.register.table`); several rows of one claim are its
history. A claim is known by its number, or, where the city gave it none, by its name and
department. Here it is looked up; `ingest.register.checks` compares forms with it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from ingest.names import name_key

Basis = Literal["closing_period", "year_end"]

HEADINGS: Mapping[str, str] = {
    "municipality_code": "団体コード",
    "claim_number": "債権整理番号",
    "claim_name": "債権名",
    "aliases": "別名",
    "claim_classes": "債権区分",
    "department": "所属",
    "section": "担当",
    "limitation_years": "時効期間(年)",
    "basis": "出納",
    "valid_from": "適用開始日",
    "valid_to": "適用終了日",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what holds for a claim from `valid_from` to `valid_to` (both inclusive or open).

    Only a claim without a number may be of a class that nobody has told.
    """

    municipality_code: str
    claim_number: str | None
    claim_name: str
    aliases: tuple[str, ...]
    claim_classes: tuple[str, ...]
    department: str
    section: str | None = None
    limitation_years: int | None = None
    basis: Basis = "closing_period"
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def key(self) -> str:
        """What tells the claim from others: its number, or its name and department."""
        return self.claim_number or f"{name_key(self.claim_name)}／{name_key(self.department)}"

    @property
    def called(self) -> str:
        """The claim as messages call it."""
        if self.claim_number:
            return f"債権{self.claim_number}"
        return f"債権「{self.claim_name}」({self.department})"

    def holds_on(self, when: date) -> bool:
        """Whether the row speaks of a day."""
        return (self.valid_from or date.min) <= when <= (self.valid_to or date.max)

    def is_called(self, name: str) -> bool:
        """Whether a name, however written, is the claim's name or an alias."""
        return name_key(name) in {name_key(each) for each in (self.claim_name, *self.aliases)}

    def belongs_to(self, *words: str) -> bool:
        """Whether one of the words names its department, its section, or both together."""
        owners = {self.department, self.section or "", f"{self.department}{self.section or ''}"}
        return bool({name_key(each) for each in owners if each} & {name_key(w) for w in words if w})

    def row(self) -> dict[str, Any]:
        """The row of `claim` in the landing zone."""
        return asdict(self) | {
            "aliases": json.dumps(self.aliases, ensure_ascii=False),
            "claim_classes": ",".join(self.claim_classes) or None,
        }


@dataclass(frozen=True)
class Register:
    """All rows, in the order of the file."""

    entries: tuple[Entry, ...]

    @property
    def municipalities(self) -> frozenset[str]:
        """Whose claims are registered."""
        return frozenset(entry.municipality_code for entry in self.entries)

    def history(self, municipality_code: str, claim: str) -> tuple[Entry, ...]:
        """The rows of a claim, by its key; none when it is not registered."""
        return self._by_key.get((municipality_code, claim), ())

    def at(self, municipality_code: str, claim: str, when: date) -> Entry | None:
        """The row of a claim that holds on a day."""
        rows = self.history(municipality_code, claim)
        return next((entry for entry in rows if entry.holds_on(when)), None)

    def named(self, municipality_code: str, name: str, *departments: str) -> tuple[str, ...]:
        """The keys of the claims that ever had a name or alias.

        Where there are several, those that ever belonged to one of the departments.
        """
        found = self._by_name.get((municipality_code, name_key(name)), ())
        if len({entry.key for entry in found}) > 1:
            found = tuple(e for e in found if e.belongs_to(*departments)) or found
        return tuple(dict.fromkeys(entry.key for entry in found))

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        return _grouped(((e.municipality_code, e.key), e) for e in self.entries)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        return _grouped(
            ((e.municipality_code, name_key(name)), e)
            for e in self.entries
            for name in (e.claim_name, *e.aliases)
        )


def _grouped(
    pairs: Iterable[tuple[tuple[str, str], Entry]],
) -> dict[tuple[str, str], tuple[Entry, ...]]:
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for name, entry in pairs:
        found[name].append(entry)
    return {name: tuple(entries) for name, entries in found.items()}
