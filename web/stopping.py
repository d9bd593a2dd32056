"""No more mail: the page behind a mail's own button. The duties stay, and the coordinator learns of it."""

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from domain.store.contacts import start_again, stop
from domain.store.engine import reading, writing
from domain.store.people import language_of
from notifiers.links import read_stop_token
from web.posted import read_posted
from web.showing import page
from web.site import Site, site_of


async def stopping(request: Request) -> Response:
    """Ask, or take the wish: one press is enough (RFC 8058), and it can be taken back on the same page."""
    given = await read_posted(request) if request.method == "POST" else None
    again = given is not None and given.get("again") == ["yes"]
    return await run_in_threadpool(
        _stopping, site_of(request), request.path_params["token"], wish=given is not None, again=again
    )


def _stopping(site: Site, token: str, *, wish: bool, again: bool) -> Response:
    claim = read_stop_token(site.store.seal.signing_key, token)
    if claim is None:
        return page("closed.html", site.language, HTTPStatus.NOT_FOUND, why="tampered", root=site.root)
    person, reach = claim
    if again:
        with writing(site.store.engine) as connection:
            start_again(connection, person, reach)
    elif wish:
        with writing(site.store.engine) as connection:
            stop(connection, person, reach, site.now(), "link")
    with reading(site.store.engine) as connection:
        language = language_of(connection, person) or site.language
    state = "again" if again else "done" if wish else "ask"
    return page("stop.html", language, state=state)
