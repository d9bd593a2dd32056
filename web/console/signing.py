"""Signing in: name and password, then a one-time code where one is asked for; the address that is good once."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.ids import LoginId
from domain.rules.access import Right
from domain.store.console import signing
from domain.store.console.signing import Login, NameTaken, WeakPassword
from domain.store.logins import LONGEST, SHORTEST, plain_name
from domain.words import LANGUAGES
from web.attempts import WITHIN
from web.console.desk import COOKIE, Desk, console, desk_of
from web.console.shown import outside_page
from web.posted import Given, read_posted
from web.site import Site, site_of
from web.throttle import KNOWN_FOR, known_device, new_mark

DEVICE: Final = "shouwang_browser"
HOME: Final = "/console"
CODE_WITHIN: Final = timedelta(minutes=5)
LONGEST_NAME: Final = 80
_WAIT: Final = {"Retry-After": str(int(WITHIN.total_seconds()))}


async def sign_in(request: Request) -> Response:
    """The form; with the right name and password the console, or the question for a one-time code."""
    given = await read_posted(request) if request.method == "POST" else None
    return await run_in_threadpool(_sign_in, request, given)


async def one_time_code(request: Request) -> Response:
    """The second step, for those who use one-time codes."""
    given = await read_posted(request) if request.method == "POST" else {}
    return await run_in_threadpool(_code, request, given)


async def welcome(request: Request) -> Response:
    """The address that is good once: a name for the very first sign-in, a password for any."""
    given = await read_posted(request) if request.method == "POST" else None
    return await run_in_threadpool(_welcome, request, given)


@console(None)
def sign_out(_request: Request, desk: Desk, _given: Given) -> Response:
    """End the session."""
    signing.sign_out(desk.site.store, desk.session)
    gone = RedirectResponse(f"{desk.root}/sign-in", HTTPStatus.SEE_OTHER)
    leave(gone, desk.site)
    return gone


def leave(answer: Response, site: Site) -> None:
    """Let the browser forget its session."""
    answer.delete_cookie(COOKIE, path=site.root or "/")


def keep_session(answer: Response, site: Site, secret: str) -> None:
    """Let the browser keep a session that has begun."""
    _keep(answer, site, COOKIE, secret, signing.LONGEST)


@console(Right.SEE_NAMES)
def names(request: Request, desk: Desk, given: Given) -> Response:
    """Show names for a quarter of an hour, or hide them; then back to the page."""
    shown = _one(given, "shown") == "yes" and request.method == "POST"
    signing.show_names(desk.site.store, desk.session, desk.now, shown=shown)
    return desk.to(safe_path(_one(given, "back")))


def safe_path(path: str) -> str:
    """A page of the console to go back to; its first page where something else was named."""
    parts = urlsplit(path)
    own = not parts.scheme and not parts.netloc and path.startswith(HOME) and "\\" not in path
    return path if own and not any(sign in path for sign in "\r\n\t") else HOME


def _sign_in(request: Request, given: Given | None) -> Response:
    site = site_of(request)
    back = safe_path(request.query_params.get("next", "") if given is None else _one(given, "next"))
    if given is None:
        return RedirectResponse(f"{site.root}{back}", HTTPStatus.SEE_OTHER) if desk_of(request) else _form(site, back)
    name, now = plain_name(_one(given, "name"))[:LONGEST_NAME], site.now()
    trying = (name, _device(request, site, name), _address(request))
    if site.throttle.too_many(*trying, now):
        return _form(site, back, HTTPStatus.TOO_MANY_REQUESTS, "sign-in-too-many", name, _WAIT)
    with site.throttle.turn:
        login = signing.right_password(site.store, name, _one(given, "password"))
    if login is None:
        site.throttle.note(*trying, now)
        return _form(site, back, HTTPStatus.UNPROCESSABLE_ENTITY, "sign-in-wrong", name)
    if login.has_code:
        return one_time_question(site, login, back)
    return signed_in(site, login.id, login.name, back)


def one_time_question(site: Site, login: Login, back: str) -> Response:
    """Ask for a one-time code, the second step."""
    return outside_page("console/code.html", login.language, site.root, ticket=_ticket(site, login, back), wrong="")


def _code(request: Request, given: Given) -> Response:
    site = site_of(request)
    try:
        ticket = _one(given, "ticket")
        login, name, language, back = _tickets(site).loads(ticket, max_age=int(CODE_WITHIN.total_seconds()))
    except (BadSignature, ValueError):
        return _form(site, HOME, HTTPStatus.UNPROCESSABLE_ENTITY, "sign-in-again")
    now, trying = site.now(), (f"code {name}", _device(request, site, name), _address(request))
    if site.throttle.too_many(*trying, now):
        return _form(site, back, HTTPStatus.TOO_MANY_REQUESTS, "sign-in-too-many", name, _WAIT)
    if signing.right_code(site.store, LoginId(login), _one(given, "code"), now):
        return signed_in(site, LoginId(login), name, back)
    site.throttle.note(*trying, now)
    return outside_page(
        "console/code.html", language, site.root, HTTPStatus.UNPROCESSABLE_ENTITY, ticket=ticket, wrong="code-wrong"
    )


def _welcome(request: Request, given: Given | None) -> Response:
    site, secret, now = site_of(request), request.path_params["secret"], site_of(request).now()
    if site.throttle.by_place.too_many(_address(request), now):
        return _form(site, HOME, HTTPStatus.TOO_MANY_REQUESTS, "sign-in-too-many", "", _WAIT)
    found = signing.invited(site.store, secret, now)
    if found is None:
        site.throttle.by_place.note(_address(request), now)
        return _form(site, HOME, HTTPStatus.GONE, "welcome-used-up")
    whose = found[1]
    if given is None:
        return _greeting(site, whose)
    return _set_up(site, secret, whose, given)


def _set_up(site: Site, secret: str, whose: Login | None, given: Given) -> Response:
    name = whose.name if whose else plain_name(_one(given, "name"))[:LONGEST_NAME]
    password, language = _one(given, "password"), _one(given, "language")
    problem = "" if name else "name-missing"
    problem = problem or ("" if password == _one(given, "again") else "passwords-differ")
    if not problem:
        try:
            spoken = language if language in LANGUAGES else site.language
            login = signing.welcome(site.store, secret, name, password, spoken, site.now())
            if login is None:
                return _form(site, HOME, HTTPStatus.GONE, "welcome-used-up")
            return signed_in(site, login.id, login.name, HOME)
        except NameTaken:
            problem = "name-taken"
        except WeakPassword:
            problem = "password-weak"
    return _greeting(site, whose, problem, name)


def _greeting(site: Site, whose: Login | None, problem: str = "", name: str = "") -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return outside_page(
        "console/welcome.html", whose.language if whose else site.language, site.root, status, whose=whose,
        problem=problem, name=name, shortest=SHORTEST, longest=LONGEST,
    )  # fmt: skip


def _form(
    site: Site, back: str, status: int = 200, problem: str = "", name: str = "", headers: dict[str, str] | None = None
) -> Response:
    shown = outside_page(
        "console/sign-in.html", site.language, site.root, status, back=back, problem=problem, name=name,
        set_up=signing.is_set_up(site.store), office=site.provider is not None,
        minutes=int(WITHIN.total_seconds()) // 60,
    )  # fmt: skip
    shown.headers.update(headers or {})
    return shown


def signed_in(site: Site, login: LoginId, name: str, back: str) -> Response:
    """Begin a session in this browser and go on."""
    secret = signing.sign_in(site.store, login, site.now())
    gone = RedirectResponse(f"{site.root}{back}", HTTPStatus.SEE_OTHER)
    mark = new_mark(site.store.seal.signing_key, name)
    keep_session(gone, site, secret)
    _keep(gone, site, DEVICE, mark, KNOWN_FOR)
    return gone


def _keep(answer: Response, site: Site, name: str, value: str, age: timedelta) -> None:
    answer.set_cookie(
        name, value, max_age=int(age.total_seconds()), path=site.root or "/", httponly=True, samesite="lax",
        secure=site.settings.base_url.startswith("https://"),
    )  # fmt: skip


def _ticket(site: Site, login: Login, back: str) -> str:
    return str(_tickets(site).dumps([login.id, login.name, login.language, back]))


def _tickets(site: Site) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(site.store.seal.signing_key, salt="second step")


def _device(request: Request, site: Site, name: str) -> str:
    return known_device(site.store.seal.signing_key, request.cookies.get(DEVICE, ""), name)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _one(given: Given, name: str) -> str:
    return "".join(given.get(name, ())[:1])
