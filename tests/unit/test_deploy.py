"""The deployment names commands, ports and addresses that are there; all on loopback."""

import configparser
import re
from pathlib import Path

import pytest
import typer
import yaml

from orchestration import cli  # noqa: F401 - every room adds its commands
from orchestration.cli.app import app

DEPLOY = Path(__file__).parents[2] / "deploy"
OPERATIONS = DEPLOY.parent / "docs" / "operations.md"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
LOOPBACK = "127.0.0.1"


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_no_root_listens_on_loopback_and_writes_below_the_home(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(unit.read_text(encoding="utf-8"))
    service = parser["Service"]
    assert (service["User"], service["ProtectSystem"]) == ("mishukin", "strict")
    assert set(re.findall(r"--host (\S+)", service["ExecStart"])) <= {LOOPBACK}


def test_every_command_of_the_deployment_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*UNITS, OPERATIONS)]
    named = {name for text in texts for name in re.findall(r"(?:bin/|`)mishukin ([a-z-]+)", text)}
    assert {"prepare", "doctor", "backup"} <= named
    assert named <= set(typer.main.get_group(app).commands)


def test_containers_are_reached_from_their_machine_only() -> None:
    services = yaml.safe_load((DEPLOY / "compose" / "compose.yml").read_text())["services"]
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith(f"{LOOPBACK}:") for port in ports)


def test_nginx_asks_who_it_is_and_leads_to_where_the_units_listen() -> None:
    listening = {
        port for unit in UNITS for port in re.findall(r"--port (\d+)", unit.read_text("utf-8"))
    }
    config = (DEPLOY / "nginx" / "mishukin.conf").read_text(encoding="utf-8")
    locations = re.findall(r"location [^{]+\{([^}]*)\}", config)
    assert len(locations) == 2
    for location in locations:
        assert "auth_basic_user_file" in location
        (port,) = re.findall(rf"proxy_pass http://{re.escape(LOOPBACK)}:(\d+);", location)
        assert port in listening
