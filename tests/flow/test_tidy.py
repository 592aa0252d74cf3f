"""What nobody needs any more goes, and nothing else does."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from flow.city import mishukin

from orchestration.history import prune
from orchestration.instance import open_instance
from services.exits import Exit
from services.home import Home
from services.records import truth

NOW = datetime.now(UTC)


@dg.op
def works() -> None:
    """Ends well."""


@dg.op
def fails() -> None:
    """Does not."""
    raise dg.Failure


@dg.job
def well() -> None:
    works()


@dg.job
def badly() -> None:
    fails()


def runs(instance: dg.DagsterInstance) -> list[str]:
    return sorted(run.job_name for run in instance.get_runs())


def test_old_runs_go_and_failures_stay_longer(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    with open_instance(home) as instance:
        for job in (well, badly):
            job.execute_in_process(instance=instance, raise_on_error=False)
        databases = home.dagster / "history" / "runs"
        assert prune(home, instance, NOW + timedelta(days=364)) == 0
        assert prune(home, instance, NOW + timedelta(days=366)) == 1
        assert runs(instance) == ["badly"]
        (home.config / "city.yml").write_text("failed_history_days: 400\n", encoding="utf-8")
        assert prune(home, instance, NOW + timedelta(days=401)) == 1
        assert runs(instance) == []
        assert [file.stem for file in databases.glob("*.db")] == ["index"]
        well.execute_in_process(instance=instance)
        assert runs(instance) == ["well"]


def test_what_a_kill_left_half_written_goes_after_a_day(built: Home) -> None:
    before = {name: path.read_bytes() for name, path in truth.present(built, *truth.PARTS).items()}
    left = [
        built.landing / ".20200820T000000000000Z-0123456789ab.tmp" / "cell.parquet",
        built.archive / ".0123.xlsx.tmp",
        built.marts / ".new.tmp",
        built.root / ".again-x1" / "home" / "landing" / "cell.parquet",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        top = next(each for each in (path, *path.parents) if each.name.startswith("."))
        os.utime(top, (0, 0))
    fresh = built.archive / ".4567.xlsx.tmp"
    fresh.write_bytes(b"being written")
    done = mishukin(built, "tidy")
    assert done.code == Exit.DONE, done.err
    assert not any(path.exists() for path in left)
    assert fresh.exists()
    after = {name: path.read_bytes() for name, path in truth.present(built, *truth.PARTS).items()}
    assert after == before
    assert mishukin(built, "doctor", "--deep").out.count("×") == 0
