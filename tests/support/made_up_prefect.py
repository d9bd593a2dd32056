"""A Prefect by hand on loopback: it knows two deployments, keeps what it is told, and asks for its password."""

import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web.prefect_api import PrefectApi

AUTH: Final = "shouwang:a password of tests"
ROUND, PAIRING, SCHEDULE = "d-round", "d-pairing", "s-round"
PAGE: Final = "<html><head><title>Prefect</title></head><body><div id=root></div></body></html>"
_EXPECTED: Final = f"Basic {b64encode(AUTH.encode()).decode()}"


@dataclass
class MadeUpPrefect:
    """What it was asked (method, path, body), what its runs are, and whether its round is active."""

    address: str = ""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    active: bool = True
    cron: str = "*/10 * * * *"
    runs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def api(self) -> PrefectApi:
        """As the pages know it."""
        return PrefectApi(self.address, AUTH)

    def changes(self) -> list[tuple[str, str, Any]]:
        """What it was told to do; looking is left out."""
        return [each for each in self.asked if each[0] != "GET" and not each[1].endswith("/filter")]

    async def api_call(self, request: Request) -> Response:
        """One call of the API."""
        path, method = f"/{request.path_params['rest']}", request.method
        if request.headers.get("authorization") != _EXPECTED:
            return JSONResponse({}, 401)
        if path == "/csrf-token":
            return JSONResponse({"token": "t", "client": request.query_params["client"]})
        if method != "GET" and request.headers.get("prefect-csrf-token") != "t":
            return JSONResponse({"detail": "Missing CSRF token."}, 403)
        body = await request.json() if await request.body() else None
        self.asked.append((method, path, body))
        self.cookies.append(request.headers.get("cookie", ""))
        return JSONResponse(self._answer(method, path, body or {}))

    def _answer(self, method: str, path: str, body: Any) -> Any:
        if path == "/deployments/filter":
            return self._deployments(body)
        if path == "/flow_runs/filter":
            planned = "any_" in body["flow_runs"]["state"]["type"]
            return [run for run in self.runs if (run["state_type"] == "SCHEDULED") is planned]
        if method == "PATCH":
            self.active = body.get("active", self.active)
            self.cron = body.get("schedule", {}).get("cron", self.cron)
        return {"id": "r-new"}

    def _deployments(self, body: Any) -> list[dict[str, Any]]:
        wanted = body.get("deployments", {}).get("name", {}).get("any_")
        schedule = {"id": SCHEDULE, "active": self.active, "schedule": {"cron": self.cron, "timezone": "Asia/Shanghai"}}
        known = [
            {"id": ROUND, "name": "round", "paused": False, "schedules": [schedule]},
            {"id": PAIRING, "name": "pairing", "paused": False, "schedules": []},
            {"id": "d-other", "name": "somebody-elses", "paused": False, "schedules": []},
        ]
        return [each for each in known if wanted is None or each["name"] in wanted]

    async def page(self, request: Request) -> Response:
        """The dashboard, prepared for the path below which the console shows it."""
        rest = request.path_params["rest"]
        if rest == "ui-settings":
            told = {"api_url": f"{self.address}/api", "csrf_enabled": True, "auth": "BASIC", "default_ui": "v2"}
            return JSONResponse(told)
        if rest.startswith("v2/assets/"):
            return Response("code()", media_type="text/javascript")
        return Response(PAGE, media_type="text/html", headers={"Content-Security-Policy": "connect-src *"})


def run(
    name: str, state: str, deployment: str = ROUND, at: str = "2026-09-21T01:00:00Z", **more: Any
) -> dict[str, Any]:
    """A run as Prefect tells of it."""
    moment = "next_scheduled_start_time" if state == "SCHEDULED" else "start_time"
    return {
        "id": f"r-{name}", "name": name, "deployment_id": ROUND, "state_type": state, "state_name": state.title(),
        moment: at, "total_run_time": 4.2, "tags": [], **more,
    }  # fmt: skip


@contextmanager
def made_up_prefect() -> Iterator[MadeUpPrefect]:
    """It answers as long as this lasts."""
    prefect = MadeUpPrefect()
    every = ["GET", "POST", "PATCH", "DELETE", "PUT"]
    app = Starlette(routes=[
        Route("/api/{rest:path}", prefect.api_call, methods=every),
        Route("/console/flows/{rest:path}", prefect.page, methods=every),
    ])  # fmt: skip
    listening = socket.create_server(("127.0.0.1", 0))
    prefect.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield prefect
    finally:
        server.should_exit = True
        thread.join(10)
