"""What Prefect is told before it is loaded, and who its server answers."""

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from deployments.prefect.environment import AUTH_FILE, Ports, auth_string, own_origins, prefect_environment
from deployments.prefect.server import Message, Receive, Send, closed_to_others, led_home
from web.console.flows import HERE

PORTS = Ports(4301, 8701)
AUTH = "shouwang:secret"
GOOD = b"Basic c2hvdXdhbmc6c2VjcmV0"
OWN = own_origins(PORTS.prefect)


def test_nothing_prefect_does_by_itself_leaves_the_machine(tmp_path: Path) -> None:
    told = prefect_environment(tmp_path, PORTS, AUTH)
    assert told["DO_NOT_TRACK"] == "1"
    for name in (
        "PREFECT_SERVER_ANALYTICS_ENABLED",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE",
    ):
        assert told[name] == "false"


def test_all_that_prefect_keeps_is_in_the_data_folder_and_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    told = prefect_environment(tmp_path, PORTS, AUTH)
    assert Path(told["PREFECT_HOME"]).parent == tmp_path
    assert told["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert told["PREFECT_API_URL"] == told["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4301/api"
    assert told["PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED"] == "true"
    assert "*" not in told["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]


def test_every_setting_is_one_that_prefect_knows_and_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name would be passed over in silence."""
    from prefect.settings import Settings

    told = prefect_environment(tmp_path, PORTS, AUTH)
    assert {name for name in told if name.startswith("PREFECT_")} <= names_of(Settings)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.server.services.scheduler.loop_seconds == 20
    assert settings.server.services.db_vacuum.enabled_vacuum_types >= {"events", "flow_runs"}
    assert settings.server.services.pause_expirations.enabled is False
    assert settings.runner.poll_frequency == 3


def test_the_dashboard_is_prepared_for_the_path_it_has_among_the_pages_and_for_this_install_alone(
    tmp_path: Path,
) -> None:
    told = prefect_environment(tmp_path, PORTS, AUTH, "https://office.example/care/")
    assert told["PREFECT_UI_SERVE_BASE"] == "/care/console/flows"
    assert told["PREFECT_UI_URL"] == "https://office.example/care/console/flows/v2"
    assert Path(told["PREFECT_UI_STATIC_DIRECTORY"]).parent == Path(told["PREFECT_HOME"])
    alone = prefect_environment(tmp_path, PORTS, AUTH)
    assert alone["PREFECT_UI_SERVE_BASE"] == HERE
    assert alone["PREFECT_UI_URL"] == f"{OWN[0]}{HERE}/v2"


def test_the_bare_address_leads_to_the_dashboard() -> None:
    async def nothing(_scope: Message, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(led_home(nothing, f"{HERE}/")({"type": "http", "path": "/"}, nothing, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 307
    assert (b"location", f"{HERE}/".encode()) in sent[0]["headers"]


def names_of(model: Any) -> set[str]:
    """Every name a setting may be given in the environment."""
    found: set[str] = set()
    for name, setting in model.model_fields.items():
        if hasattr(setting.annotation, "model_fields"):
            found |= names_of(setting.annotation)
        choices = getattr(setting.validation_alias, "choices", [])
        found |= {choice.upper() for choice in choices if isinstance(choice, str)}
        found.add(f"{model.model_config['env_prefix']}{name}".upper())
    return found


def test_the_password_is_made_once_even_by_many_at_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(auth_string, [tmp_path] * 64))
    assert len(found) == 1
    assert len(found.pop().partition(":")[2]) >= 32
    assert stat.S_IMODE((tmp_path / AUTH_FILE).stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / AUTH_FILE).parent.iterdir()] == [AUTH_FILE.name]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/health", {}, 200),
        ("/api/flow_runs/filter", {}, 401),
        ("/api/flow_runs/filter", {"authorization": b"Basic \xff"}, 401),
        ("/api/flow_runs/filter", {"authorization": GOOD}, 200),
        ("/api/flow_runs/filter", {"authorization": GOOD, "origin": b"http://somewhere.example"}, 403),
        ("/api/flow_runs/filter", {"authorization": GOOD, "origin": b"null"}, 403),
        ("/api/flow_runs/filter", {"authorization": GOOD, "origin": OWN[1].encode()}, 200),
        ("/api/variables/name/health", {}, 401),
        ("/v2/runs", {}, 200),
        ("/v2/runs", {"origin": b"http://somewhere.example"}, 403),
    ],
)
def test_the_server_answers_its_own_pages_and_those_who_sign_in(
    path: str, headers: dict[str, bytes], status: int
) -> None:
    scope = {"type": "http", "method": "POST", "path": path, "headers": pairs(headers)}
    answer = asyncio.run(asked(scope))
    assert answer[0]["status"] == status


def test_a_foreign_page_opens_no_web_socket() -> None:
    scope = {"type": "websocket", "path": "/api/events/in", "headers": pairs({"origin": b"http://somewhere.example"})}
    assert asyncio.run(asked(scope)) == [{"type": "websocket.close", "code": 1008}]


def test_the_dashboards_code_may_call_no_other_server() -> None:
    scope = {"type": "http", "method": "GET", "path": "/v2/runs", "headers": []}
    policy = dict(asyncio.run(asked(scope))[0]["headers"])[b"content-security-policy"].decode()
    assert policy.startswith("connect-src 'self' http://127.0.0.1:4301 ")
    assert "frame-ancestors 'none'" in policy


def pairs(headers: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    """As a server passes them on."""
    return [(name.encode(), value) for name, value in headers.items()]


async def asked(scope: Message) -> list[Message]:
    """What comes back for a request."""
    sent: list[Message] = []

    async def application(_scope: Message, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    await closed_to_others(application, OWN, AUTH)(scope, receive, send)
    return sent
