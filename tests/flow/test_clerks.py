"""Some clerks hand in at the same moment while a build runs."""

from flow import clerks

from services.home import Home

SOME = 6


def test_who_hands_in_at_the_same_moment_during_a_build_is_answered(built: Home) -> None:
    (built.config / "city.yml").write_text(f'municipality_code: "{clerks.CODE}"\n', "utf-8")
    clerks.people(built, SOME)
    found = clerks.hand_in(built, SOME, readers=0, spread=0)
    assert found.wrong == []
    assert [each for each in clerks.lost_or_doubled(built, SOME) if "第" in each] == []
