"""Sensors: the inbox, and what follows a new generation: drafts, and the copy in PostgreSQL.

None knows what time it is: a cursor holds what was seen, and a run key what it was.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import dagster as dg

from ingest.workbook.container import contents
from orchestration.jobs import main_job, postgres_job, report_job_of, report_jobs
from orchestration.tags import run_tags
from services import releases
from services.home import Home
from services.intake.inbox import handed_in, reference, referred
from services.postgres.target import DSN_VARIABLE, Target

Seen = dict[str, list[int]]
SECONDS_BETWEEN_LOOKS = 30
NOTHING_BUILT = dg.SkipReason("公開用データがまだありません")


def look(inbox: Path) -> Seen:
    """Size and time of change of all that was handed in, by its reference."""
    seen: Seen = {}
    for path in handed_in(inbox) if inbox.is_dir() else ():
        with suppress(OSError):  # taken away at this very moment, or too deep
            stat = path.lstat()
            seen[reference(path, inbox)] = [stat.st_size, stat.st_mtime_ns]
    return seen


def settled(seen: Seen, before: Seen) -> list[str]:
    """The paths that did not change since the last look: nobody is still copying them."""
    return [path for path, state in seen.items() if before.get(path) == state]


def run_key(inbox: Path, paths: Iterable[Path]) -> str:
    """Path and content of each file: the same file in the same place is read once."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{reference(path, inbox)}\0{_content(path)}\0".encode())
    return digest.hexdigest()


def _content(path: Path) -> str:
    """The hash of a file; of what is none to be read, when it came."""
    try:
        return hashlib.sha256(contents(path)).hexdigest()
    except OSError:
        return str(path.lstat().st_mtime_ns)


@dg.sensor(
    job=main_job,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="受付箱に届き、書き込みの終わったブックを読み取る",
)
def inbox_sensor(
    context: dg.SensorEvaluationContext, home: dg.ResourceParam[Home]
) -> dg.RunRequest | dg.SkipReason:
    """Ask for one run that reads all workbooks which arrived and settled since the last look."""
    cursor = json.loads(context.cursor or '{"seen": {}, "asked": {}}')
    seen = look(home.inbox)
    asked: Seen = {path: state for path, state in cursor["asked"].items() if path in seen}
    fresh = [path for path in settled(seen, cursor["seen"]) if asked.get(path) != seen[path]]
    asked |= {path: seen[path] for path in fresh}
    context.update_cursor(json.dumps({"seen": seen, "asked": asked}))
    if not fresh:
        return dg.SkipReason("書き込みの終わった新しいブックはありません")
    return dg.RunRequest(
        run_key=run_key(home.inbox, referred(home.inbox, fresh)),
        run_config={"ops": {"landing": {"config": {"paths": sorted(fresh)}}}},
        tags=run_tags(home, who="sensor inbox_sensor", why=f"受付箱に届いた{len(fresh)}冊"),
    )


@dg.sensor(
    jobs=report_jobs,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="公開用データが入れ替わったら、残高報告の下書きを作り直す",
)
def drafts_sensor(home: dg.ResourceParam[Home]) -> list[dg.RunRequest] | dg.SkipReason:
    """Ask for a draft of each date whose draft was made from an older generation, or none."""
    if not home.current.exists():
        return NOTHING_BUILT
    generation = home.current.resolve().stem
    return [
        dg.RunRequest(
            job_name=report_job_of(as_of),
            run_key=f"{as_of.isoformat()} {generation}",
            partition_key=as_of.isoformat(),
            tags=run_tags(home, who="sensor drafts_sensor", why=f"新しい公開用データ {generation}"),
        )
        for as_of in releases.stale(home)
    ]


@dg.sensor(
    job=postgres_job,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="公開用データが入れ替わったら、PostgreSQLに写す",
)
def postgres_sensor(
    home: dg.ResourceParam[Home], postgres: dg.ResourceParam[Target]
) -> dg.RunRequest | dg.SkipReason:
    """Ask once for a copy of each new generation, where there is a server to copy it to."""
    if postgres.dsn is None:
        return dg.SkipReason(f"環境変数 {DSN_VARIABLE} がありません")
    if not home.current.exists():
        return NOTHING_BUILT
    generation = home.current.resolve().stem
    tags = run_tags(home, who="sensor postgres_sensor", why=f"新しい公開用データ {generation}")
    return dg.RunRequest(run_key=generation, tags=tags)


every_sensor = [inbox_sensor, drafts_sensor, postgres_sensor]
