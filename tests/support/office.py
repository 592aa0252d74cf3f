"""LibreOffice without a window, with a profile of its own."""

import csv
import subprocess
from pathlib import Path

# A Japanese office's settings: a date without a format of its own is shown as 2025/7/31.
_JAPANESE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>ja-JP</value></prop></item>
</oor:items>
"""
# Commas, UTF-8, Japanese; cells as they are shown; every sheet in a file of its own.
_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1041,false,true,true,false,false,-1"


def convert(files: list[Path], kind: str, folder: Path) -> list[Path]:
    """Save files in another format ("ods", "xls", "pdf", "xlsx"); returns the new files."""
    done = _run(files, kind, folder)
    made = [folder / f"{path.stem}.{kind}" for path in files]
    missing = [path.name for path in made if not path.exists()]
    assert not missing, done
    return made


def as_shown(files: list[Path], folder: Path) -> list[list[list[str]]]:
    """What the screen shows in each cell of workbooks of one sheet: file → row → column."""
    done = _run(files, _AS_SHOWN, folder)
    found = []
    for path in files:
        written = [each for each in folder.glob("*.csv") if each.name.startswith(f"{path.stem}-")]
        assert len(written) == 1, done
        found.append(list(csv.reader(written[0].read_text("utf-8").splitlines(keepends=True))))
    return found


def _run(files: list[Path], kind: str, folder: Path) -> str:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_JAPANESE)
    done = subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"),
            *("--convert-to", kind, "--outdir", str(folder), *map(str, files)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stderr
