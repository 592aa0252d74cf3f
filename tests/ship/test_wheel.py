"""An installed wheel works from any folder: dbt project, templates and layouts travel with it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import duckdb
import pytest
from support.workbooks import OSAKA

ROOT = Path(__file__).parents[2]
PACKAGES = ["terms", "cli", "services", "ingest", "exports", "orchestration", "dbt_project"]
SHIPPED = [*PACKAGES, "pyproject.toml", "README.md"]


@pytest.fixture(scope="module", name="installed")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel and, by path, the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in [*SHIPPED, "LICENSE"]:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, source],
        check=True,
    )
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    library = next(environment.glob("lib/python*/site-packages"))
    (library / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    subprocess.run(
        [
            *(*pip, "--python", environment / "bin" / "python", "install", "--no-deps"),
            *("--no-index", *folder.glob("mishukin-*.whl")),
        ],
        check=True,
    )
    shutil.rmtree(source)
    return environment / "bin"


def test_a_real_form_goes_from_file_to_mart(installed: Path, tmp_path: Path) -> None:
    def mishukin(*arguments: str) -> str:
        done = subprocess.run(
            [installed / "mishukin", "--home", tmp_path / "home", *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = "import orchestration, sys; sys.exit('site-packages' not in orchestration.__file__)"
    subprocess.run([installed / "python", "-c", where], cwd=tmp_path, check=True)
    mishukin("load", str(OSAKA / "010.xlsx"), "--municipality", "271004")
    mishukin("build")
    year = ("--fiscal-year", "2025", "--municipality", "271004")
    mishukin("template", "annual", *year, "-o", "blank.xlsx")
    with duckdb.connect(str(tmp_path / "home/marts/current.duckdb"), read_only=True) as marts:
        (balance,) = marts.execute(
            "select balance from marts.fct_collection"
            " where fiscal_year = 2019 and scenario = 'actual'"
        ).fetchone() or (None,)
    assert balance == 143_000


def test_documents_and_fonts_travel_with_it(installed: Path) -> None:
    (library,) = installed.parent.glob("lib/python*/site-packages")
    needed = {
        path.relative_to(ROOT)
        for folder in ("html", "typst", "fonts")
        for path in (ROOT / "exports").rglob(f"{folder}/**/*")
        if path.is_file()
    }
    assert len(needed) > 10
    assert [path for path in sorted(needed) if not (library / path).is_file()] == []
