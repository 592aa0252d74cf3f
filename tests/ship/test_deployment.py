"""What deploy/ describes, run from its own files: four services, PostgreSQL and nginx."""

import re
import socket
import subprocess
from collections.abc import Iterator

import pytest
from support.deployment import CODE, LOOPBACK, NGINX, READONLY, WEB, Deployment, system_program
from support.postgres import Database, Server

TEAM, VIEWER = "kanri:team-secret", "hokano:viewer-secret"
ASSETS = """
{
  repositoriesOrError {
    ... on RepositoryConnection { nodes { assetNodes { assetKey { path } } } }
  }
}
"""
LAUNCH = """
mutation Launch($run: ExecutionParams!) {
  launchRun(executionParams: $run) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
  }
}
"""
STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
RUN = {
    "selector": {
        "repositoryLocationName": "mishukin",
        "repositoryName": "__repository__",
        "jobName": "publish",
    },
    "runConfigData": "{}",
}


@pytest.fixture(scope="module", name="database")
def _database() -> Iterator[Database]:
    server = Server()
    server.start()
    yield server.database()
    server.stop()


@pytest.fixture(scope="module", name="deployment")
def _deployment(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Everything runs, and both instances know the code."""
    deployment = Deployment(tmp_path_factory.mktemp("machine"), database.url)
    deployment.sign_up(*TEAM.split(":"), "mishukin.team")
    deployment.sign_up(*VIEWER.split(":"), "mishukin.viewers")
    try:
        deployment.start()
        for path, login in (("/graphql", TEAM), ("/view/graphql", VIEWER)):
            deployment.until(lambda path=path, login=login: assets(deployment, path, login))
        yield deployment
    finally:
        deployment.stop()


def assets(deployment: Deployment, path: str, login: str) -> set[str] | None:
    """The assets an instance knows, or None while it knows none."""
    data = deployment.query(path, login, ASSETS)
    nodes = data and data["repositoriesOrError"].get("nodes")
    found = {"/".join(asset["assetKey"]["path"]) for n in nodes or () for asset in n["assetNodes"]}
    return found or None


@pytest.mark.parametrize(
    ("path", "login"),
    [
        ("/", ""),
        ("/graphql", ""),
        ("/view", ""),
        ("/view/graphql", ""),
        ("/", "kanri:wrong"),
        ("/", VIEWER),
        ("/graphql", VIEWER),
    ],
)
def test_nobody_gets_in_without_the_password_of_the_place(
    deployment: Deployment, path: str, login: str
) -> None:
    answer, _ = deployment.get(path, login)
    assert answer.status == 401


@pytest.mark.parametrize(("path", "login"), [("/", TEAM), ("/view/", VIEWER)])
def test_the_page_comes_with_its_scripts_and_the_headers_of_the_recipe(
    deployment: Deployment, path: str, login: str
) -> None:
    page, content = deployment.get(path, login)
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "/" not in page.headers["Server"]
    script = re.search(rb'<script src="([^"]+)"', content)
    assert script
    answer, _ = deployment.get(script[1].decode(), login)
    assert (answer.status, answer.headers.get_content_subtype()) == (200, "javascript")


def test_a_redirect_leads_back_to_nginx(deployment: Deployment) -> None:
    answer, _ = deployment.get("/view", VIEWER)
    assert answer.headers["Location"] == f"http://127.0.0.1:{deployment.ports[NGINX]}/view/"


@pytest.mark.parametrize(("path", "login"), [("/graphql", TEAM), ("/view/graphql", VIEWER)])
def test_whoever_is_in_sees_the_assets(deployment: Deployment, path: str, login: str) -> None:
    found = assets(deployment, path, login)
    assert found
    assert {"landing", "generation", "website", "marts/fct_collection"} <= found


def test_the_ui_follows_a_run_through_nginx(deployment: Deployment) -> None:
    answer, _ = deployment.get(
        "/graphql", TEAM, **{
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "MDEyMzQ1Njc4OTAxMjM0NQ==",
            "Sec-WebSocket-Protocol": "graphql-ws",
            "Origin": f"http://{LOOPBACK}:{deployment.ports[NGINX]}",
        },
    )  # fmt: skip
    assert answer.status == 101


@pytest.mark.parametrize("service", [WEB, READONLY])
def test_nobody_on_the_machine_goes_round_nginx(deployment: Deployment, service: str) -> None:
    assert deployment.beside_nginx(service) == 401
    assert deployment.beside_nginx(service, Authorization="Bearer wrong") == 401


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "evil.example"}),
        ("/graphql", {"Origin": "http://evil.example"}),
        ("/graphql", {"Origin": "null"}),
        ("/server_info", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}),
        ("/graphql?query=mutation{terminateRun(runId:%22x%22){__typename}}", {}),
        ("/view/graphql?query={version}", {}),
    ],
)
def test_what_a_foreign_page_asks_by_the_browser_of_somebody_signed_in_is_refused(
    deployment: Deployment, path: str, headers: dict[str, str]
) -> None:
    login = VIEWER if path.startswith("/view") else TEAM
    answer, _ = deployment.get(path, login, **headers)
    assert answer.status == 403


def test_viewers_start_nothing(deployment: Deployment, database: Database) -> None:
    count = "select count(*) from runs"
    before = database.ask(count)
    data = deployment.query("/view/graphql", VIEWER, LAUNCH, run=RUN)
    assert data["launchRun"] == {"__typename": "UnauthorizedError"}
    assert database.ask(count) == before


def test_what_the_team_starts_succeeds_and_viewers_see_it(
    deployment: Deployment, database: Database
) -> None:
    run = deployment.query("/graphql", TEAM, LAUNCH, run=RUN)["launchRun"]["run"]["runId"]

    def ended() -> str | None:
        data = deployment.query("/view/graphql", VIEWER, STATUS, id=run)
        status = data["runOrError"]["status"] if data else None
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    assert deployment.until(ended) == "SUCCESS"
    assert ("SUCCESS",) in database.ask(f"select status from runs where run_id = '{run}'")  # noqa: S608


@pytest.mark.parametrize("service", [CODE, WEB, READONLY, NGINX])
def test_only_this_machine_is_listened_to(deployment: Deployment, service: str) -> None:
    port = int(deployment.ports[service])
    socket.create_connection(("127.0.0.1", port)).close()
    # Another of this machine's own addresses: whoever listens on all of them answers here, too.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port))


def test_nginx_writes_on_when_its_log_was_rotated(deployment: Deployment) -> None:
    log = deployment.folder / "log" / "access.log"
    deployment.get("/view", VIEWER)
    recipe = deployment.set_up("logrotate/mishukin", "logrotate.conf")
    recipe.chmod(0o644)
    done = subprocess.run(
        [system_program("logrotate"), "--force", "--state", recipe.with_suffix(".state"), recipe],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert " hokano " in log.with_name("access.log.1").read_text()
    deployment.until(lambda: log.stat().st_size or (deployment.get("/", TEAM) and None))


def test_what_the_timers_start_succeeds(deployment: Deployment) -> None:
    assert "×" not in deployment.run_once("mishukin-doctor")
    backup = deployment.run_once("mishukin-backup").strip()
    assert (deployment.folder / "backups" / f"{backup}.json").exists()


def test_what_an_operator_runs_knows_the_home_of_the_services(deployment: Deployment) -> None:
    command = deployment.set_up("mishukin", "mishukin.sh")
    told = deployment.run(["env", "-u", "MISHUKIN_HOME", "sh", command, "doctor"])
    assert f"○ フォルダ: {deployment.folder / 'home'}\n" in told


def test_systemd_understands_every_unit(deployment: Deployment) -> None:
    verify = ["systemd-analyze", "verify", "--man=no", *deployment.units()]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    # An unknown setting is told and ignored: the exit code alone says nothing.
    assert (done.returncode, done.stderr) == (0, "")
