"""The data dictionary of a home: of its current generation, as the project describes it."""

from exports import dictionary
from exports.errors import GenerationTooOld
from exports.marts import LACKING
from services.city import CityUnknownError, read_city
from services.home import Home
from services.query import connect


def files_of(home: Home) -> dict[str, bytes]:
    """The dictionary as files, by name. Raises NoGenerationError, GenerationTooOld."""
    from services.warehouse.build import Warehouse  # dbt
    from services.warehouse.contracts import contracts

    whose, manifest = _whose(home), Warehouse(home).manifest()
    with connect(home) as connection:
        try:
            read = dictionary.read_dictionary(connection, manifest, contracts(manifest), whose)
        except (KeyError, *LACKING) as problem:
            raise GenerationTooOld from problem
    return dictionary.files(read)


def _whose(home: Home) -> str:
    """The city's name; empty where neither config/city.yml nor the data tell."""
    try:
        return read_city(home).settings.municipality_name
    except CityUnknownError:
        return ""
