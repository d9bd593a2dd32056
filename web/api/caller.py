"""Who asks: a program with a token, or somebody who has signed in at the console and only reads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from domain.rules.access import NotAllowed, Right, Viewer
from domain.store.console import signing
from domain.store.console.looking import Looking, looking
from domain.store.console.programs import program
from web.api.trouble import Trouble, told
from web.console.desk import COOKIE
from web.site import Site, site_of

TOKEN: Final = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token (`swt_…`) made on the page 我的账号 (`/console/me`)."
)
SESSION: Final = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="session", description="The console's own cookie; for GET only."
)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whoever asks, at the moment of one request. ``sees_names``: whether names may be asked for this way."""

    site: Site
    viewer: Viewer
    now: datetime
    sees_names: bool

    @property
    def language(self) -> str:
        """The language of what is said."""
        return self.viewer.language

    def look(self, right: Right) -> AbstractContextManager[Looking]:
        """Look at what is kept, by one right."""
        return looking(self.site.store, self.viewer, right, self.now)

    def must_see_names(self) -> None:
        """NotAllowed where names cannot be asked for: without the right, or while the console hides them."""
        if not (self.sees_names and self.viewer.may(Right.SEE_NAMES)):
            raise NotAllowed(Right.SEE_NAMES)


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(TOKEN)]


def by_token(request: Request, given: Bearer) -> Caller:
    """A program with a token; Trouble (401, 429)."""
    found = _program(request, given)
    if found is None:
        raise Trouble(HTTPStatus.UNAUTHORIZED)
    return _known(request, found)


def by_either(request: Request, given: Bearer, cookie: Annotated[str | None, Depends(SESSION)]) -> Caller:
    """A program with a token, or a browser in which somebody has signed in; Trouble (401, 429)."""
    if request.headers.get("authorization") is None and cookie:
        site = site_of(request)
        now = site.now()
        session = signing.session_of(site.store, cookie, now)
        if session is not None:
            return _known(
                request, Caller(site=site, viewer=session.viewer, now=now, sees_names=session.shows_names)
            )  # fmt: skip
    return by_token(request, given)


Reading = Annotated[Caller, Depends(by_either)]
Acting = Annotated[Caller, Depends(by_token)]


def _program(request: Request, given: HTTPAuthorizationCredentials | None) -> Caller | None:
    """Whose token it is. A right one is never made to wait: nobody can be shut out by others who guess."""
    site = site_of(request)
    now, address = site.now(), request.client.host if request.client else ""
    viewer = program(site.store, given.credentials, now) if given else None
    if viewer is not None:
        return Caller(site=site, viewer=viewer, now=now, sees_names=True)
    if given is not None:
        if site.wrong_tokens.too_many(address, now):
            raise Trouble(HTTPStatus.TOO_MANY_REQUESTS)
        site.wrong_tokens.note(address, now)
    return None


def _known(request: Request, caller: Caller) -> Caller:
    # What goes wrong later is told in the owner's language.
    request.state.language = caller.language
    return caller


Endpoint = Callable[..., Any]


def endpoint(
    router: APIRouter, method: str, path: str, right: Right, *statuses: int, **more: Any
) -> Callable[[Endpoint], Endpoint]:
    """One address of the API. Its right is declared here and nowhere else; this is the outer lock.

    ``statuses``: what it may answer beside what every address may.
    """
    who: Any = by_either if method == "GET" else by_token

    def check(caller: Annotated[Caller, Depends(who)]) -> None:
        if not caller.viewer.may(right):
            raise NotAllowed(right)

    def added(function: Endpoint) -> Endpoint:
        router.add_api_route(
            path, function, methods=[method], dependencies=[Depends(check)],
            responses=told(401, 403, *statuses, 422, 429, 503), openapi_extra={"x-right": right.value},
            operation_id=function.__name__.replace("_", "-"), **more,
        )  # fmt: skip
        return function

    return added
