"""Tags of a run: whose city, who asked for it and why. The UI shows them and finds runs by them."""

from collections.abc import Mapping

from services.city import CitySettings
from services.home import Home

MUNICIPALITY = "mishukin/municipality"
WHO = "mishukin/who"
WHY = "mishukin/why"
# What the year's calendar asks once: the step and its fiscal year.
STEP = "mishukin/step"
# A run with this tag has somebody who waits for it at the terminal.
COMMAND = "mishukin/command"


def run_tags(home: Home, *, who: str, why: str = "", **more: str) -> Mapping[str, str]:
    """The tags of a run; what is not known is left out. `more` as `step`, `command`."""
    city = CitySettings.of(home).municipality_code or ""
    told = {MUNICIPALITY: city, WHO: who, WHY: why, **{f"mishukin/{k}": v for k, v in more.items()}}
    return {name: value for name, value in told.items() if value}
