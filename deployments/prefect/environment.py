"""Everything Prefect is told through its environment, before any process of ours imports it."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = "127.0.0.1"
USER: Final = "shouwang"
AUTH_FILE: Final = Path("keys") / "prefect.auth"
HOME: Final = "prefect"
DASHBOARD_PATH: Final = "/console/flows"
"""Where the console shows Prefect's dashboard to those who have signed in (``web/console/flows.py``)."""

_YES: Final = "true"
_NO: Final = "false"

SETTINGS: Final[Mapping[str, str]] = {
    # Nothing leaves the machine by itself.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": _NO,
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": _NO,
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": _NO,
    # As shipped, any web page open on this machine could command the server.
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": _YES,
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": _NO,
    # The dashboard is for people; what only fills the logs stays out.
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_COLORS": _NO,
    # Loops nothing of ours waits for run seldom: together they cost 1 % of a core.
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "30",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": _NO,
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED": _NO,
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT60S",
    # A schedule changed in the dashboard is noticed by this loop only.
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "20",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": _NO,
    # The journal is ours and kept for ever; Prefect's history is for looking back a month.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    # Each look costs the server 30 ms: every second would be half of what the machine may use while idle.
    "PREFECT_RUNNER_POLL_FREQUENCY": "3",
    # Results are never read back: state lives in our own store.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": _NO,
}


@dataclass(frozen=True)
class Ports:
    """Where the dashboard and the pages listen, both on loopback."""

    prefect: int
    web: int


def prefect_environment(data: Path, ports: Ports, auth: str, base_url: str = "") -> dict[str, str]:
    """What a process needs in its environment to serve or to call the Prefect of the install in ``data``.

    ``base_url``: where people reach the pages, the dashboard among them.
    """
    origins = own_origins(ports.prefect)
    api, below = f"{origins[0]}/api", dashboard_path(base_url)
    return {
        **SETTINGS,
        "PREFECT_HOME": str(data / HOME),
        "PREFECT_API_URL": api,
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(ports.prefect),
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(origins),
        "PREFECT_SERVER_UI_API_URL": api,
        # Its code is prepared for one path; beside the package it would be shared by installs with different ones.
        "PREFECT_UI_SERVE_BASE": below,
        "PREFECT_UI_STATIC_DIRECTORY": str(data / HOME / "ui"),
        "PREFECT_UI_URL": f"{base_url.rstrip('/')}{DASHBOARD_PATH}/v2" if base_url else f"{origins[0]}{below}/v2",
        "SHOUWANG_DATA": str(data),
    }


def dashboard_path(base_url: str) -> str:
    """The path of the dashboard, on Prefect's own port as well as among the pages."""
    return urlsplit(base_url).path.rstrip("/") + DASHBOARD_PATH


def own_origins(port: int) -> tuple[str, str]:
    """The origins under which a browser on this machine sees the dashboard."""
    return (f"http://{LOOPBACK}:{port}", f"http://localhost:{port}")


def auth_string(data: Path) -> str:
    """``user:password`` for the dashboard and its API, made at the first call and kept for its owner only."""
    file = data / AUTH_FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(file, f"{USER}:{secrets.token_urlsafe(24)}")
    return file.read_text(encoding="ascii").strip()


def _write_once(file: Path, text: str) -> None:
    # Linked into place whole: of two that start at once, both read the same password.
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as open_file:
        open_file.write(text)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
