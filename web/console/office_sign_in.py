"""Signing in at the office's own identity provider: there and back again."""

from datetime import timedelta
from http import HTTPStatus
from secrets import compare_digest
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.store.console import signing
from web.console.shown import outside_page
from web.console.signing import HOME, one_time_question, safe_path, signed_in
from web.oidc import Asked, Distrust, NotBelieved, Provider, new_question
from web.site import Site, site_of

COOKIE: Final = "shouwang_office"
BACK: Final = "/sign-in/oidc/back"
WITHIN: Final = timedelta(minutes=10)
"""So long somebody may take at the provider."""


async def go(request: Request) -> Response:
    """Send somebody to the provider."""
    return await run_in_threadpool(_go, request)


async def come_back(request: Request) -> Response:
    """Take somebody back, once the provider vouches for them."""
    return await run_in_threadpool(_come_back, request)


def _go(request: Request) -> Response:
    site, provider = site_of(request), _provider(request)
    asked = new_question(safe_path(request.query_params.get("next", "")))
    try:
        gone = RedirectResponse(provider.address(asked, _redirect(site), site.now()), HTTPStatus.SEE_OTHER)
    except Distrust as distrust:
        return _trouble(site, distrust.why.value)
    until = (site.now() + WITHIN).timestamp()
    gone.set_cookie(
        COOKIE, str(_signer(site).dumps([until, *asked])), max_age=int(WITHIN.total_seconds()),
        path=f"{site.root}/sign-in/oidc", httponly=True, samesite="lax", secure=site.settings.base_url.startswith("https://"),
    )  # fmt: skip
    return gone


def _come_back(request: Request) -> Response:
    site, provider = site_of(request), _provider(request)
    answered = _answered(request, site, provider)
    # What was asked is good once, however it ends.
    answered.delete_cookie(COOKIE, path=f"{site.root}/sign-in/oidc")
    return answered


def _answered(request: Request, site: Site, provider: Provider) -> Response:
    asked = _asked(request, site)
    given = request.query_params
    if asked is None or not compare_digest(given.get("state", "").encode(), asked.state.encode()):
        return _trouble(site, NotBelieved.FORGED.value)
    if not given.get("code"):
        return _trouble(site, NotBelieved.REFUSED.value)
    try:
        vouched = provider.vouched(asked, given["code"], _redirect(site), site.now())
    except Distrust as distrust:
        return _trouble(site, distrust.why.value)
    login = signing.vouched_for(site.store, vouched.subject, vouched.names)
    if login is None:
        return _trouble(site, "unknown", HTTPStatus.FORBIDDEN)
    back = safe_path(asked.back)
    return one_time_question(site, login, back) if login.has_code else signed_in(site, login.id, login.name, back)


def _provider(request: Request) -> Provider:
    provider = site_of(request).provider
    if provider is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return provider


def _asked(request: Request, site: Site) -> Asked | None:
    try:
        until, *asked = _signer(site).loads(request.cookies.get(COOKIE, ""))
        return Asked(*asked) if site.now().timestamp() < until else None
    except (BadSignature, ValueError, TypeError):
        return None


def _trouble(site: Site, why: str, status: int = HTTPStatus.BAD_REQUEST) -> Response:
    return outside_page("console/office-trouble.html", site.language, site.root, status, why=why, back=HOME)


def _redirect(site: Site) -> str:
    return f"{site.settings.base_url.rstrip('/')}{BACK}"


def _signer(site: Site) -> URLSafeSerializer:
    return URLSafeSerializer(site.store.seal.signing_key, salt="office sign-in")
