"""Where each figure of the marts comes from: the one place that says it.

A column not named here is a measure of `dim_measure`, computed from columns of its own row. A mart
`X_history` comes from where `X` comes from.
"""

from collections.abc import Iterator, Mapping

from services.trace.lineage import claims, forms, years
from services.trace.lineage.sources import First, Mart, Rows, Source

LINEAGE: Mapping[str, Mart] = {**claims.MARTS, **forms.MARTS, **years.MARTS}
HISTORY = "_history"


def lineage_of(mart: str) -> Mart | None:
    """What is said of a mart; a history comes from where the mart itself comes from."""
    return LINEAGE.get(mart) or LINEAGE.get(mart.removesuffix(HISTORY))


def read_by(mart: str) -> str:
    """The marts that a trace of a mart reads, as text in which their names occur."""
    waiting, text = [mart], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in text:
            text.add(name)
            for source in _sources(lineage_of(name) or Mart({})):
                if isinstance(source, Rows):
                    waiting.append(source.mart)
                    text.add(source.where)
    return " ".join(sorted(text))


def _sources(mart: Mart) -> Iterator[Source]:
    for source in (*mart.columns.values(), *mart.helpers.values()):
        yield from source.choices if isinstance(source, First) else (source,)
