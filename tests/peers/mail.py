"""A mail channel and the server it speaks to, ready for a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peers.smtp import SmtpPeer, smtp_peer

from notifiers.channels import Channel, open_channel


def mail_url(port: int, mode: str = "plain", login: str = "", **settings: Any) -> str:
    """The channel's URL; ``localhost``, for that is what the peers' certificates are made out to."""
    more = "".join(f"&{name}={value}" for name, value in settings.items())
    return f"swmail://{login}localhost:{port}/?from=shouwang@example.org&mode={mode}{more}"


@contextmanager
def mail_and_peer(*, pipelining: bool = False, **settings: Any) -> Iterator[tuple[Channel, SmtpPeer]]:
    """An open channel and its server, which asks for nothing."""
    with smtp_peer(pipelining=pipelining) as peer, open_channel(mail_url(peer.port, **settings)) as channel:
        yield channel, peer
