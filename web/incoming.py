"""Where providers post reports and replies: one address a channel, with a part nobody can guess."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from notifiers.channels import Channel, Posted, open_channel
from notifiers.channels.incoming import MOST_BYTES
from notifiers.incoming import Taken, take_post
from notifiers.settings import telling
from web.posted import read_whole
from web.site import Site, site_of


async def incoming(request: Request) -> Response:
    """Take one post: written down, read, dealt with; answered as its provider wants it."""
    body = await read_whole(request, MOST_BYTES)
    posted = Posted(
        method=request.method, path=request.path_params["rest"], query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()}, body=body,
        peer=request.client.host if request.client else "",
    )  # fmt: skip
    name, secret = request.path_params["channel"], request.path_params["secret"]
    taken = await run_in_threadpool(_take, site_of(request), _channels(request), name, secret, posted)
    return Response(taken.body, HTTPStatus(taken.status), media_type=taken.kind)


def _take(site: Site, channels: Mapping[str, Channel], name: str, secret: str, posted: Posted) -> Taken:
    return take_post(site.store, telling(site.settings), channels, name, secret, posted, site.now())


def _channels(request: Request) -> Mapping[str, Channel]:
    """Opened when the first post comes: opening connects to nothing, and most installs never need it."""
    state = request.app.state
    if not hasattr(state, "channels"):
        how = telling(site_of(request).settings)
        state.channels = {channel.name: open_channel(channel.url) for channel in how.channels}
    channels: Mapping[str, Channel] = state.channels
    return channels
