"""The steps of the fiscal year that leave something in internal/year/, each written once."""

import dagster as dg

from orchestration.refusals import refusal, stops_as_refusals
from services.calendar import STEPS
from services.clock import Clock
from services.desks import year as steps
from services.exits import Exit
from services.home import Home

fiscal_years = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 1 4 *", start="2007", fmt="%Y", timezone="Asia/Tokyo", end_offset=1
)


class StepConfig(dg.Config):
    """Which step of the year (a name of calendar.yml)."""

    step: str


def year_asset(name: str, step: str, description: str) -> dg.AssetsDefinition:
    """What the steps that begin with `step` leave behind."""

    @dg.asset(
        name=name,
        deps=["generation"],
        partitions_def=fiscal_years,
        description=description,
        group_name="year",
        kinds={"excel"},
    )
    def kept(
        context: dg.AssetExecutionContext,
        config: StepConfig,
        home: dg.ResourceParam[Home],
        clock: dg.ResourceParam[Clock],
    ) -> dg.MaterializeResult[None]:
        if config.step not in STEPS or not config.step.startswith(step):
            names = "、".join(each for each in STEPS if each.startswith(step))
            raise refusal(f"step は {names} のどれかです: {config.step}", Exit.USAGE)
        with home.writer(wait=True), stops_as_refusals():
            folder = steps.keep(home, config.step, int(context.partition_key), clock())
        return dg.MaterializeResult(
            metadata={
                "folder": folder.relative_to(home.root).as_posix(),
                "files": len(list(folder.iterdir())),
            }
        )

    return kept


year_assets = [
    year_asset(
        "handouts", "hand_out", "配布する様式。分かっていることを記入した調書・残高報告のブック"
    ),
    year_asset(
        "frozen_settlement", "freeze", "確定した決算見込。出納閉鎖までに分かっていたことを残す"
    ),
    year_asset("locked_targets", "lock_targets", "確定した目標。決めた日、会議、理由とともに残す"),
    year_asset(
        "limitation_list", "limitation", "消滅時効の確認表。経過した債権と、今年度に満了しうる債権"
    ),
    year_asset("hearing_list", "extra_hearings", "追加ヒアリングの対象。残高の減っていない債権"),
]
