"""The printed 調書 has the rows and measures that the form's layout has."""

from exports.desks.forms import annual
from ingest.layout import layout
from terms.codes import annual_rows


def test_the_printed_rows_are_those_of_the_form() -> None:
    rows = layout("annual").spec["table"]["rows"]
    assert tuple((r["letter"], r["year_offset"], r["scenario"]) for r in rows) == tuple(
        each[:3] for each in annual_rows()
    )


def test_the_printed_groups_are_those_of_the_form() -> None:
    form = layout("annual")
    groups = form.spec["table"]["groups"]
    assert (
        tuple(
            (names[0], sum(column.group == group for column in form.columns))
            for group, names in groups.items()
        )
        == annual.GROUPS
    )
