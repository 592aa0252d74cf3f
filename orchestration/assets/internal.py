"""For the city's own desks: the bulletin of a month, a year's printed forms, conference packs."""

from datetime import timedelta
from pathlib import Path

import dagster as dg

from orchestration.refusals import stops_as_refusals
from services.clock import Clock, day_in_japan
from services.desks import internal
from services.home import Home


class BulletinConfig(dg.Config):
    """The month (`2026-10`); empty is the present one."""

    month: str = ""


@dg.asset(
    deps=["generation"],
    description="庁内情報紙(毎月1日)。所属ごとの残高と目標、増減、年度末の見込み。公開しない",
    group_name="internal",
    kinds={"html", "pdf", "excel"},
    freshness_policy=dg.FreshnessPolicy.cron(
        "0 9 1 * *", timedelta(hours=3), timezone="Asia/Tokyo"
    ),
)
def monthly_bulletin(
    config: BulletinConfig, home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Write the bulletin of a month into internal/bulletin/<month>/."""
    with stops_as_refusals(), home.writer():
        issue = internal.first_of(config.month or f"{day_in_japan(clock()):%Y-%m}")
        return _result(home, internal.write_bulletin(home, issue))


class FormsConfig(dg.Config):
    """The fiscal year; 0 is the newest that annual forms were handed in for."""

    fiscal_year: int = 0


@dg.asset(
    deps=["generation"],
    description="印刷用の様式(調書、債権管理推進シート、計画表)。公開用データから作り直したもの",
    group_name="internal",
    kinds={"pdf", "excel"},
)
def printed_forms(
    config: FormsConfig, home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Write the forms of a year into internal/forms/<year>/."""
    with stops_as_refusals(), home.writer():
        year = config.fiscal_year or internal.newest_year(home)
        return _result(home, internal.print_forms(home, day_in_japan(clock()), year))


class ConferenceConfig(dg.Config):
    """`april` (推進会議) or `august` (対策会議)."""

    name: str


@dg.asset(
    deps=["generation"],
    description="会議資料(4月の推進会議、8月の対策会議)。その場面の問いと答え。公開しない",
    group_name="internal",
    kinds={"pdf", "excel"},
)
def conference_pack(
    config: ConferenceConfig, home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Write the pack of a conference into internal/conference/<year>-<name>/."""
    with stops_as_refusals(), home.writer():
        return _result(home, internal.write_conference(home, config.name, day_in_japan(clock())))


def _result(home: Home, written: list[Path]) -> dg.MaterializeResult[None]:
    names = [path.relative_to(home.root).as_posix() for path in written]
    return dg.MaterializeResult(metadata={"files": names})
