"""A form drawn from generated amounts, in any department's dialect, reads back as it was meant."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.forms.reading import FormReading
from ingest.layout import layout
from ingest.templates import Dialect, Form, draw, draw_book
from ingest.templates.pen import Key, Value
from ingest.worker import read_workbook

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

dialects = st.builds(
    Dialect,
    left=st.integers(0, 3),
    top=st.integers(0, 3),
    joined_labels=st.booleans(),
    year=st.sampled_from(["full", "short", "latin", "wide", "bare"]),
    primes=st.sampled_from([("'", "''"), ("’", "’’"), ("′", "″"), ("＇", "＂")]),
    amounts=st.sampled_from(["number", "wide", "marked"]),
    blank_zero=st.booleans(),
    computed=st.sampled_from(["cached", "uncached", "typed"]),
    gap=st.integers(0, 2),
)
# Prime to ten, so that no table looks like one in yen.
money = st.one_of(st.just(0), st.integers(0, 9_000).map(lambda n: 10 * n + 7))
few = st.integers(0, 9_000)  # of 億円: a city's targets stay far below ten trillion yen
names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1).filter(
    lambda name: name.strip() and name.isprintable() and not set("：:") & set(name)
)


@st.composite
def annual_values(draw_: st.DrawFn) -> dict[Key, Value]:
    """Seven rows that carry over, section 3 that adds up to D, and the totals."""
    form = layout("annual")
    values: dict[Key, Value] = {}
    balances: dict[str, int] = {}
    for spec in form.spec["table"]["rows"]:
        source = spec.get("carried_from")
        row = {column.name: draw_(money) for column in form.typed}
        if source:
            row["carried_forward"] = balances[source]
        for part in ("prior", "current"):
            row[f"assessed_{part}"] += row[f"collected_{part}"] + row[f"written_off_{part}"]
        if row["carried_forward"]:
            row["assessed_prior"] += 7  # a blank one would be no report of zero
        computed = form.compute(row)
        balances[spec["letter"]] = int(computed["balance"])  # type: ignore[arg-type]
        values |= {("collection", spec["letter"], name): yen for name, yen in row.items()}
        if spec["letter"] == "D":
            for part in ("prior", "current"):
                values |= _classes(draw_, part, int(computed[f"balance_{part}"]))  # type: ignore[arg-type]
    values["total", "", "debtors"] = draw_(st.integers(0, 999))
    return values


def _classes(draw_: st.DrawFn, part: str, balance: int) -> dict[Key, Value]:
    codes = draw_(st.lists(st.integers(1, 16), min_size=2, max_size=2, unique=True))
    share = draw_(st.integers(0, balance))
    return {
        ("status", f"{part}/{code:02d}", measure): amount
        for code, amounts in zip(codes, ((3, share), (1, balance - share)), strict=True)
        for measure, amount in zip(("cases", "balance"), amounts, strict=True)
    }


def only_form(data: bytes) -> FormReading:
    reading = read_workbook("提出.xlsx", data)
    assert reading.findings == []
    (form,) = reading.forms
    assert [f for f in form.findings if f.severity == "error"] == []
    return form


def numbers(form: FormReading, blocks: set[str]) -> dict[Key, int | None]:
    money = {c.name for c in layout(form.form).typed if c.kind == "money"} | {"balance"}
    return {
        (c.block, c.item, c.measure): c.number
        and c.number // (form.unit_yen if c.measure in money else 1)
        for c in form.cells
        if c.block in blocks and c.number is not None
    }


@FEW
@given(annual_values(), dialects, names, st.integers(2012, 2040), st.integers(1, 999))
def test_an_annual_form(
    values: dict[Key, Value], dialect: Dialect, name: str, year: int, number: int
) -> None:
    header = {
        "department": "健康福祉局",
        "section": "保険年金課",
        "claim_number": f"{number:03d}",
        "claim_classes": "強制徴収公債権・非強制徴収公債権",
        "claim_name": f"貸付金{name}",
    }
    drawn = draw(
        "annual",
        municipality_code="999999",
        fiscal_year=year,
        header=header,
        values=values,
        dialect=dialect,
    )
    form = only_form(drawn)
    assert (form.fiscal_year, form.claim_number) == (year, f"{number:03d}")
    assert form.claim_name == f"貸付金{name}"
    read = numbers(form, {"collection", "status"})
    expected = {key: value for key, value in values.items() if key[0] != "total"}
    assert {key: read[key] for key in expected} == expected
    assert not any(value for key, value in read.items() if key not in expected)


@FEW
@given(
    st.dictionaries(
        st.integers(1, 999).map("{:03d}".format),
        st.tuples(names, *[money] * 7, st.integers(0, 99), st.integers(0, 99)),
        min_size=1,
        max_size=6,
    ),
    dialects,
    st.sampled_from([date(2025, 7, 31), date(2019, 1, 31), date(2019, 10, 31)]),
)
def test_an_interim_report(
    claims: dict[str, tuple[Value, ...]], dialect: Dialect, as_of: date
) -> None:
    columns = [c.name for c in layout("interim").typed if c.kind in ("money", "count")]
    values: dict[Key, Value] = {}
    for number, (name, carried, assessed, *rest) in claims.items():
        amounts = (carried, assessed + 7, *rest)  # a blank one would be no report of zero
        values |= {
            ("collection", number, "claim_number"): number,
            ("collection", number, "claim_name"): f"貸付金{name}",
            ("collection", number, "claim_classes"): "私債権",
        }
        values |= {("collection", number, c): n for c, n in zip(columns, amounts, strict=True)}
    drawn = draw(
        "interim",
        municipality_code="999999",
        as_of=as_of,
        header={"department": "健康福祉局", "section": "保険年金課"},
        values=values,
        dialect=dialect,
    )
    form = only_form(drawn)
    assert (form.as_of, form.department) == (as_of, "健康福祉局")
    read = numbers(form, {"collection"})
    assert read == {key: value for key, value in values.items() if key[2] in columns}
    texts = {c.item: c.text for c in form.cells if c.measure == "claim_name"}
    assert texts == {number: f"貸付金{name}" for number, (name, *_) in claims.items()}


years = st.dictionaries(st.integers(2020, 2023), st.tuples(*[money] * 5, st.integers(0, 99)))


@FEW
@given(
    years,
    years.map(lambda years: next(iter(years.values()), (7,) * 6)),
    st.dictionaries(
        st.integers(2026, 2030), st.tuples(st.integers(200, 10_000), money), min_size=1
    ),
    dialects,
    names,
)
def test_a_promotion_sheet(
    earlier: dict[int, tuple[int, ...]],
    newest: tuple[int, ...],
    targets: dict[int, tuple[int, int]],
    dialect: Dialect,
    name: str,
) -> None:
    results = earlier | {2024: newest}
    measures = [c.name for c in layout("promotion").typed]
    values: dict[Key, Value] = {}
    for year, (*amounts, debtors) in results.items():
        assessed, collected, assessed_prior, collected_prior, written_off = amounts
        assessed += collected
        assessed_prior = min(assessed_prior, 9 * collected_prior) + collected_prior
        typed = (assessed, collected, assessed_prior, collected_prior, written_off, debtors)
        values |= {("settlement", f"{year}", m): n for m, n in zip(measures, typed, strict=True)}
    rates = {year: f"{rate / 100:g}" for year, (rate, _) in targets.items()}
    values |= {("settlement_target", f"{y}", "rate_prior"): r for y, r in rates.items()}
    values |= {
        ("settlement_target", f"{year}", "uncollected_target"): yen
        for year, (_, yen) in targets.items()
    }
    drawn = draw(
        "promotion",
        municipality_code="999999",
        fiscal_year=2024,
        header={"claim_name": f"貸付金{name}", "department": "保険年金課"},
        values=values,
        dialect=dialect,
    )
    told = any(newest) or not dialect.blank_zero
    form = only_form(drawn) if told else read_workbook("提出.xlsx", drawn).forms[0]
    assert form.subject == f"貸付金{name}／保険年金課"
    read = {(c.block, f"{c.fiscal_year}", c.measure): c.number for c in form.cells if c.fiscal_year}
    typed_amounts = {key: n for key, n in values.items() if isinstance(n, int)}
    assert all(read.get(key, 0) == n or (n == 0 and read.get(key) is None) for key, n in (
        typed_amounts.items()
    ))  # fmt: skip
    percentages = {c.fiscal_year: c.text for c in form.cells if c.measure == "rate_prior"}
    assert {year: percentages.get(year) for year in rates} == rates


@FEW
@given(
    st.dictionaries(
        st.integers(2010, 2040), st.tuples(few, few, st.none() | few), min_size=1, max_size=8
    ),
    dialects,
    st.sampled_from([1, 1_000, 1_000_000, 100_000_000]),
)
def test_a_citys_targets(
    years: dict[int, tuple[int, int, int | None]], dialect: Dialect, unit: int
) -> None:
    values: dict[Key, Value] = {}
    for n, (year, (current, prior, actual)) in enumerate(years.items(), 1):
        row: dict[str, Value] = {
            "fiscal_year": f"{year}年度", "target_kind": "当初目標",
            "target_current": current, "target_prior": prior, "actual": actual,
        }  # fmt: skip
        values |= {("city_target", f"{n}", name): value for name, value in row.items()}
    filled = Form(layout("city_target"), "999999", values=values, unit_yen=unit)
    reading = read_workbook("提出.xlsx", draw_book([filled], dialect))
    (form,) = reading.forms
    if not any(n for year in years.values() for n in year):
        return  # nothing but zeros may have been left blank
    assert [f for f in form.findings if f.severity == "error"] == []
    read = {(c.fiscal_year, c.measure): c.number for c in form.cells if c.text is None}
    for year, (current, prior, actual) in years.items():
        assert (read.get((year, "target")) or 0) == (current + prior) * unit
        assert (read.get((year, "actual")) or 0) == (actual or 0) * unit
