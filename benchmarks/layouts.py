"""`python -m benchmarks.layouts`: what a home's layouts cost forms that are of none of them."""

import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.forms import write_forms
from benchmarks.sample import processor_seconds, seconds

FORMS, RUNS = 300, 7
COUNTS = (0, 8, 24)  # layouts in the home
_LAYOUTS = Path(__file__).resolve().parent.parent / "tests" / "data" / "layouts"


def measure(folder: Path) -> Mapping[int, float]:
    """Seconds of the processor that `check` takes with so many layouts: medians.

    All homes take turns, after a warm-up of each.
    """
    folder.mkdir()
    write_forms(folder / "forms", FORMS)
    homes = {count: _home(folder / f"home-{count}", count) for count in COUNTS}
    for home in homes.values():
        _check(home, folder / "forms")
    runs = [[_check(home, folder / "forms") for home in homes.values()] for _ in range(RUNS)]
    return dict(zip(homes, map(statistics.median, zip(*runs, strict=True)), strict=True))


def _check(home: Path, forms: Path) -> float:
    before = processor_seconds()
    seconds([sys.executable, "-m", "cli", "--home", str(home), "check", str(forms)], {})
    return processor_seconds() - before


def _home(folder: Path, count: int) -> Path:
    """A home with the layouts of the tests, which come again under other names."""
    layouts = folder / "config" / "layouts"
    layouts.mkdir(parents=True)
    sources = sorted(_LAYOUTS.glob("*.yml"))
    for number in range(count):
        again, at = divmod(number, len(sources))
        name = f"{sources[at].stem}-{again}.yml"
        (layouts / name).write_bytes(sources[at].read_bytes())
    return folder


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="mishukin-bench-") as folder:
        took = measure(Path(folder) / "layouts")
    for count, of_processor in took.items():
        print(f"{count} layouts: {of_processor:.2f} s, {of_processor / took[0]:.2f} ×")


if __name__ == "__main__":
    main()
