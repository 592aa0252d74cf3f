"""LibreOffice without a window, with a profile of its own."""

import subprocess
from pathlib import Path


def convert(files: list[Path], kind: str, folder: Path) -> list[Path]:
    """Save files in another format ("ods", "xls", "pdf", "xlsx"); returns the new files."""
    profile = (folder / "profile").as_uri()
    done = subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind),
            *("--outdir", str(folder), *map(str, files)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    made = [folder / f"{path.stem}.{kind}" for path in files]
    missing = [path.name for path in made if not path.exists()]
    assert not missing, done.stderr
    return made
