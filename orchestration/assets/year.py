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


# The steps of the fiscal year: the asset that each leaves behind, what that is, and what is done.
YEAR_STEPS = {
    "hand_out": (
        "handouts",
        "配布する様式。分かっていることを記入した調書・残高報告のブック",
        "調書・残高報告の様式を、記入済みのところまで作る",
    ),
    "freeze": (
        "frozen_settlement",
        "確定した決算見込。出納閉鎖までに分かっていたことを残す",
        "出納閉鎖の翌日に、決算見込と繰越額を確定する",
    ),
    "lock_targets": (
        "locked_targets",
        "確定した目標。決めた日、会議、理由とともに残す",
        "対策会議で決まった目標を確定する",
    ),
    "limitation": (
        "limitation_list",
        "消滅時効の確認表。経過した債権と、今年度に満了しうる債権",
        "9月・12月・3月に、消滅時効の確認表を作る",
    ),
    "extra_hearings": (
        "hearing_list",
        "追加ヒアリングの対象。残高の減っていない債権",
        "12月の追加ヒアリングの対象を挙げる",
    ),
}


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
        with home.writer(), stops_as_refusals():
            folder = steps.keep(home, config.step, int(context.partition_key), clock())
        return dg.MaterializeResult(
            metadata={
                "folder": folder.relative_to(home.root).as_posix(),
                "files": len(list(folder.iterdir())),
            }
        )

    return kept


year_assets = [year_asset(name, step, leaves) for step, (name, leaves, _) in YEAR_STEPS.items()]
