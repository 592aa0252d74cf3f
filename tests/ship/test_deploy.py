"""The deployment names commands, ports and addresses that are there; all on loopback."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml
from support.deployment import environment_in, service_of

import cli  # noqa: F401 - every room adds its commands
from cli.app import app

DEPLOY = Path(__file__).parents[2] / "deploy"
OPERATIONS = DEPLOY.parent / "docs" / "operations.md"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENING = DEPLOY / "systemd" / "mishukin-.service.d" / "hardening.conf"
COMPOSE = DEPLOY / "compose" / "compose.yml"
INSTALLED = "/opt/mishukin"
LOOPBACK = "127.0.0.1"


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_no_root_listens_on_loopback_and_writes_below_the_home(unit: Path) -> None:
    service = service_of(unit)
    assert service["User"] == "mishukin"
    assert "ProtectSystem=strict\n" in HARDENING.read_text()
    assert set(re.findall(r"--host (\S+)", service["ExecStart"])) <= {LOOPBACK}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_little_that_a_unit_could_do_beside_its_task(
    unit: Path, tmp_path: Path
) -> None:
    shutil.copytree(DEPLOY / "systemd", tmp_path / "etc/systemd/system")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--root={tmp_path}", unit.name],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure
    assert float(exposure[1]) <= 3.0


def test_the_read_only_ui_writes_nothing_of_the_home() -> None:
    unit = service_of(DEPLOY / "systemd" / "mishukin-web-readonly.service")
    assert "ReadWritePaths" not in unit
    assert unit["ReadOnlyPaths"] == "/var/lib/mishukin"
    container = yaml.safe_load(COMPOSE.read_text())["services"]["web-readonly"]
    assert container["volumes"] == ["home:/var/lib/mishukin:ro"]


def test_every_command_of_the_deployment_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*UNITS, OPERATIONS)]
    told = r"(?m)(?:bin/|`|^|&& )mishukin ([a-z][a-z-]+)"
    named = {name for text in texts for name in re.findall(told, text)}
    assert {"prepare", "doctor", "backup", "restore", "rebuild"} <= named
    assert named <= set(typer.main.get_group(app).commands)


def test_the_compose_file_keeps_to_the_specification() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, COMPOSE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["code", "daemon", "web", "web-readonly"])
def test_a_container_runs_what_the_unit_runs(name: str) -> None:
    service = service_of(DEPLOY / "systemd" / f"mishukin-{name}.service")
    command = service["ExecStart"]
    if "ExecStartPre" in service:
        command = f'sh -c "{service["ExecStartPre"]} && exec {command}"'
    # In the image the commands are on the path; its port is open to the other containers.
    command = command.replace(f"{INSTALLED}/.venv/bin/", "").replace(LOOPBACK, "0.0.0.0")  # noqa: S104
    command = command.replace("/deploy/", "/deploy/compose/")
    container = yaml.safe_load(COMPOSE.read_text())["services"][name]
    assert container["command"] == command
    # Only the UI is published, under the unit's own address.
    port = re.search(r"webserver .*--port (\d+)", command)
    assert container.get("ports") == (port and [f"{LOOPBACK}:{port[1]}:{port[1]}"])


def test_containers_are_told_what_the_units_are_told() -> None:
    told = environment_in(DEPLOY / "mishukin.env")
    dockerfile = (DEPLOY / "compose" / "Dockerfile").read_text()
    shared = yaml.safe_load(COMPOSE.read_text())["x-mishukin"]
    image = dict(pair.split("=") for pair in re.findall(r"\w+_HOME=\S+", dockerfile))
    given = {**image, **shared["environment"]}
    for name in ("MISHUKIN_WEB_HOSTS", "MISHUKIN_WEB_SECRET"):
        assert given[name] == f"${{{name}:?}}"
        given[name] = told[name]
    given["MISHUKIN_DAGSTER_DSN"] = (
        given["MISHUKIN_DAGSTER_DSN"]
        .replace("${POSTGRES_PASSWORD:?}", "CHANGE-ME")
        .replace("@postgres:", f"@{LOOPBACK}:")
    )
    assert given == told
    assert shared["volumes"] == [f"home:{told['MISHUKIN_HOME']}"]
    assert f"WORKDIR {INSTALLED}\n" in dockerfile


def test_both_workspaces_lead_to_the_same_code() -> None:
    alone, container = (
        yaml.safe_load(path.read_text())["load_from"][0]["grpc_server"]
        for path in (DEPLOY / "workspace.yaml", COMPOSE.with_name("workspace.yaml"))
    )
    assert (alone.pop("host"), container.pop("host")) == (LOOPBACK, "code")
    assert alone == container


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
