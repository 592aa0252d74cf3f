"""The register of claims on its way into the warehouse."""

from flow.city import CODE, RECEIVED, fingerprint

from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.intake.register import land_register
from services.query import ask

HEAD = "団体コード,債権整理番号,債権名,債権区分,所属,時効期間(年),出納"


def register(home: Home, *rows: str) -> None:
    (home.config / "claims.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8-sig")


def test_what_the_register_says_reaches_the_marts(built: Home) -> None:
    years = "select distinct limitation_years from dim_claim where claim_number = '008'"
    assert ask(built, years).rows == [(None,)]
    without = fingerprint(built.landing)
    register(built, f"{CODE},008,奨学金,私,教育委員会事務局,10,なし")
    outcome = runs.build(built, stopped_at(RECEIVED))
    assert outcome.code is Exit.DONE, outcome.messages
    assert ask(built, years).rows == [(10,)]
    # 出納 なし: the balances of its annual form speak of 31 March, those of the others of 31 May.
    days = "select distinct claim_number = '008', strftime(as_of, '%m-%d') from fct_collection"
    assert set(ask(built, f"{days} where form = 'annual'").rows) == {
        (True, "03-31"),
        (False, "05-31"),
    }

    (built.config / "claims.csv").unlink()
    land_register(built)
    assert fingerprint(built.landing) == without


def test_a_faulty_register_stops_the_jobs_in_plain_words(built: Home) -> None:
    before = built.current.resolve()
    register(built, f"{CODE},008,奨学金,公,教育委員会事務局,,")
    for outcome in (
        runs.build(built, stopped_at(RECEIVED)),
        runs.run(built, stopped_at(RECEIVED)),
    ):
        assert outcome.code is Exit.USAGE
        said = "\n".join(outcome.messages)
        assert "claims.csv 2行目(D2): 「債権区分」の「公」は読み取れません" in said
        assert "Traceback" not in said
    assert built.current.resolve() == before
