"""Waivers as the city writes them: config/waivers.yml."""

from ingest.waivers import Waiver, WaiversFaulty, read_waivers
from orchestration.exits import Stop
from orchestration.home import Home


def waivers_of(home: Home) -> tuple[Waiver, ...]:
    """The waivers of the home, also expired ones. Raises Stop with a line for each fault."""
    file = home.config / "waivers.yml"
    if not file.exists():
        return ()
    try:
        return read_waivers(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Stop("config/waivers.yml を読めません。UTF-8で保存してください。") from None
    except WaiversFaulty as faulty:
        lines = "\n".join(f"  {fault}" for fault in faulty.faults)
        raise Stop(
            f"承認の一覧(config/waivers.yml)を読めません。直してからやり直してください。\n{lines}"
        ) from None
