"""The data dictionary of a home: of its current generation, as the project describes it."""

from pathlib import Path

from exports import dictionary
from exports.marts import LACKING
from exports.press.files import write_file
from services.city import read_city
from services.exits import Stop
from services.home import Home
from services.municipalities import CityUnknownError
from services.query import GenerationTooOldError, connect


def files_of(home: Home) -> dict[str, bytes]:
    """The dictionary as files, by name. Raises NoGenerationError, GenerationTooOldError."""
    from services.warehouse.build import Warehouse  # dbt
    from services.warehouse.contracts import contracts

    whose, manifest = _whose(home), Warehouse(home).manifest()
    with connect(home) as connection:
        try:
            read = dictionary.read_dictionary(connection, manifest, contracts(manifest), whose)
        except (KeyError, *LACKING) as problem:
            raise GenerationTooOldError from problem
    return dictionary.files(read)


def write(home: Home, folder: Path) -> list[Path]:
    """Write the dictionary into a folder; the paths written. Raises Stop where it cannot."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files_of(home).items():
            write_file(folder / name, content)
            written.append(folder / name)
    except OSError as problem:
        raise Stop(f"{folder} に書き出せません({problem.strerror})。") from None
    return written


def _whose(home: Home) -> str:
    """The city's name; empty where neither config/city.yml nor the data tell."""
    try:
        return read_city(home).settings.municipality_name
    except CityUnknownError:
        return ""
