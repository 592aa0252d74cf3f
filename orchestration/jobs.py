"""Jobs: what is run together, by a command, a schedule, a sensor or a person.

`main` is the flow from the inbox to a new generation, `build` the same without reading; each of
the year's three balance reports has its own job, which drafts the date it is run for. `postgres`
copies a generation that is there, so that a server that is away keeps nothing from being built.
"""

from datetime import date

import dagster as dg

from exports.desks.conference import CONFERENCES
from orchestration.assets.year import YEAR_STEPS
from services.calendar import BALANCE_REPORTS, BalanceReport, report_of

warehouse_selection = dg.AssetSelection.groups(
    "staging", "core", "marts", "zaisei"
) | dg.AssetSelection.assets("generation", "extracts")

main_job = dg.define_asset_job(
    "main",
    selection=dg.AssetSelection.assets("landing") | warehouse_selection,
    description="受付箱を読み取り、倉庫を作り直して検査し、公開用データを入れ替える",
)
build_job = dg.define_asset_job(
    "build",
    selection=warehouse_selection,
    description="倉庫を作り直して検査し、公開用データを入れ替える(受付箱は読まない)",
)
postgres_job = dg.define_asset_job(
    "postgres",
    selection=dg.AssetSelection.assets("postgres_marts"),
    description="公開用データをPostgreSQLに写す",
)
publish_job = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.assets("website"),
    description="承認済みの残高報告を公表する",
)


def report_job_name(report: BalanceReport) -> str:
    """`balance_report_july` and so on."""
    return f"balance_report_{report.name}"


def report_job_of(as_of: date) -> str:
    """The name of the job that drafts `as_of`."""
    return report_job_name(report_of(as_of))


report_jobs = [
    dg.define_asset_job(
        report_job_name(report),
        selection=dg.AssetSelection.assets("balance_report_draft"),
        description=f"{report.title}の下書きを作る",
    )
    for report in BALANCE_REPORTS
]

bulletin_job = dg.define_asset_job(
    "bulletin",
    selection=dg.AssetSelection.assets("monthly_bulletin"),
    description="庁内情報紙を作る(公開しない)",
)
forms_job = dg.define_asset_job(
    "forms",
    selection=dg.AssetSelection.assets("printed_forms"),
    description="調書・債権管理推進シート・計画表を印刷用に作る(公開しない)",
)
conference_jobs = [
    dg.define_asset_job(
        f"conference_{name}",
        selection=dg.AssetSelection.assets("conference_pack"),
        config={"ops": {"conference_pack": {"config": {"name": name}}}},
        description=f"{title}の資料を作る(公開しない)",
    )
    for name, (title, _) in CONFERENCES.items()
]
internal_jobs = [bulletin_job, forms_job, *conference_jobs]

collection_job = dg.define_asset_job(
    "collection",
    selection=dg.AssetSelection.assets("collection_grid", "reminders"),
    description="提出状況の一覧を新しくし、まだ届いていない様式を催促する",
)
step_jobs = [
    dg.define_asset_job(name, selection=dg.AssetSelection.assets(asset), description=description)
    for name, (asset, _, description) in YEAR_STEPS.items()
]

every_job = [
    main_job,
    build_job,
    *report_jobs,
    postgres_job,
    publish_job,
    collection_job,
    *step_jobs,
    *internal_jobs,
]
