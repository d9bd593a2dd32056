"""Prefect's own dashboard behind this sign-in: ops in full, coordinators for reading, nobody else."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from domain.rules.access import Right
from web.console.desk import Desk, Needs, declaring, desk_of, to_sign_in
from web.posted import read_whole
from web.prefect_api import PrefectApi
from web.static import static_address

HERE: Final = "/console/flows"
FIRST: Final = f"{HERE}/v2/"
MOST_BYTES: Final = 1024 * 1024
SECONDS: Final = 30.0

READING: Final = frozenset({"GET", "HEAD"})
_LISTS: Final = re.compile(
    r"(ui/)?(flows|flow_runs|task_runs|deployments|artifacts|logs|events|automations|work_pools|work_queues"
    r"|concurrency_limits|v2/concurrency_limits|flow_run_states|block_types|saved_searches)"
    r"(/latest|/count-by/[a-z-]+|/[^/]+/queues)?"
    r"/(filter|count|paginate|history|lateness|count-task-runs|average_lateness|next-runs)"
)
"""What only reads although it is posted."""

_SEEN: Final = re.compile(
    r"(ui/)?(flows|flow_runs|task_runs|deployments|artifacts|logs|events|automations|work_pools|work_queues"
    r"|concurrency_limits|v2/concurrency_limits|flow_run_states|saved_searches|collections|templates)(/.*)?"
    r"|health|ready|version|hello|csrf-token|admin/version"
)
"""What may be read by those who only read: no blocks, variables and settings, in which secrets may stand."""

_NEVER: Final = re.compile(r"admin/database(/.*)?")
"""Emptying Prefect's database is no button for a page."""

_BRINGS: Final = ("accept", "content-type", "prefect-csrf-token", "prefect-csrf-client", "if-none-match", "range")
_TAKES: Final = ("content-type", "content-encoding", "content-length", "etag", "last-modified", "location", "vary")

_PLAIN_SETTINGS: Final = {"server": {"ui": {"show_promotional_content": False}}}
"""All the dashboard's code wants to know of the settings: whether to advertise."""

POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob: data:; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Its code draws with styles of its own and works in workers; nothing outside is loaded or called."""

KEPT: Final = "private, max-age=86400"
"""Files whose name changes with their content."""


@declaring(Needs(Right.SEE_FLOWS, Right.SEE_FLOWS))
async def flows(request: Request) -> Response:
    """The dashboard and its API, for whoever may see them."""
    desk = await run_in_threadpool(desk_of, request)
    if desk is None:
        return _signed_out(request)
    path = str(request.path_params.get("rest", ""))
    if not desk.may(Right.SEE_FLOWS):
        return desk.page("console/trouble.html", HTTPStatus.FORBIDDEN, code=403)
    if desk.site.prefect is None:
        return desk.page("console/flows.html", HTTPStatus.SERVICE_UNAVAILABLE)
    if not path:
        return RedirectResponse(f"{desk.root}{FIRST}", HTTPStatus.SEE_OTHER)
    if path == "api/admin/settings" and not desk.may(Right.RUN):
        return JSONResponse(_PLAIN_SETTINGS)
    if _strange(path) or not _allowed(desk, request.method, path):
        return JSONResponse({"detail": "not allowed here"}, HTTPStatus.FORBIDDEN)
    try:
        return await _passed_on(request, desk, desk.site.prefect, path)
    except httpx.HTTPError:
        return desk.page("console/flows.html", HTTPStatus.BAD_GATEWAY)


def _signed_out(request: Request) -> Response:
    """A page asks to sign in; what the dashboard's code asks for is refused, which it understands."""
    if "text/html" in request.headers.get("accept", ""):
        return to_sign_in(request)
    return JSONResponse({"detail": "sign in first"}, HTTPStatus.UNAUTHORIZED)


def _strange(path: str) -> bool:
    """Whether a path might mean another one to somebody down the line."""
    parts = path.split("/")
    return any(part in {".", ".."} for part in parts) or any(sign in path for sign in "\\%?#\0\r\n")


def _allowed(desk: Desk, method: str, path: str) -> bool:
    if not path.startswith("api/"):
        return method in READING
    called = path.removeprefix("api/").rstrip("/")
    if _NEVER.fullmatch(called):
        return False
    return desk.may(Right.RUN) or reads(method, called)


def reads(method: str, called: str) -> bool:
    """Whether a call of Prefect's API only reads, and nothing in which secrets may stand."""
    if method in READING:
        return _SEEN.fullmatch(called) is not None
    return method == "POST" and _LISTS.fullmatch(called) is not None


async def _passed_on(request: Request, desk: Desk, prefect: PrefectApi, path: str) -> Response:
    if path in {"ui-settings", "v2/ui-settings"}:
        return await _settings(desk, prefect)
    body = await read_whole(request, MOST_BYTES) if request.method not in READING else b""
    client = httpx.AsyncClient(timeout=SECONDS, trust_env=False)
    sent = client.build_request(
        request.method, _address(desk, prefect, path), params=str(request.query_params), content=body,
        headers={**_brought(request), **prefect.headers},
    )  # fmt: skip
    try:
        answer = await client.send(sent, stream=True)
    except httpx.HTTPError:
        await client.aclose()
        raise
    if answer.headers.get("content-type", "").startswith("text/html"):
        return await _page(desk, answer, client)
    return StreamingResponse(
        _pieces(answer), answer.status_code, _headers(answer, path), background=BackgroundTask(_close, answer, client)
    )


def _address(desk: Desk, prefect: PrefectApi, path: str) -> str:
    """The API stands at its root, the dashboard below the path it was prepared for."""
    before = "" if path.startswith("api/") else f"{desk.root}{HERE}"
    return f"{prefect.address}{before}/{quote(path)}"


def _brought(request: Request) -> dict[str, str]:
    packed = {"Accept-Encoding": request.headers.get("accept-encoding", "identity")}
    return packed | {name: request.headers[name] for name in _BRINGS if name in request.headers}


def _headers(answer: httpx.Response, path: str) -> dict[str, str]:
    kept = {"Cache-Control": KEPT} if "/assets/" in path and answer.is_success else {}
    taken = {name: answer.headers[name] for name in _TAKES if name in answer.headers}
    return {**taken, **kept, "Content-Security-Policy": POLICY}


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for piece in answer.aiter_raw():
        yield piece


async def _close(answer: httpx.Response, client: httpx.AsyncClient) -> None:
    await answer.aclose()
    await client.aclose()


async def _page(desk: Desk, answer: httpx.Response, client: httpx.AsyncClient) -> Response:
    """The dashboard's one page, with a way back into the console."""
    text = (await answer.aread()).decode()
    await _close(answer, client)
    style = f'<link rel="stylesheet" href="{desk.root}{static_address("flows.css")}">'
    note = "" if desk.may(Right.RUN) else f" · {desk.say('console_schedule.read-only')}"
    back = f'<a class="shouwang-back" href="{desk.root}/console/schedule">← {desk.say("web.name")}{note}</a>'
    text = text.replace("</head>", f"{style}</head>", 1).replace("<body>", f"<body>{back}", 1)
    return Response(text, answer.status_code, {"Content-Security-Policy": POLICY}, "text/html")


async def _settings(desk: Desk, prefect: PrefectApi) -> Response:
    """What the dashboard's code is told: its API is here, and it need not ask for Prefect's password."""
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
        answer = await client.get(_address(desk, prefect, "ui-settings"), headers=dict(prefect.headers))
        told: Mapping[str, Any] = json.loads(answer.raise_for_status().content)
    here = {"api_url": f"{desk.root}{HERE}/api", "auth": None, "available_uis": ["v2"], "v1_base_url": None}
    return JSONResponse({**told, **here})
