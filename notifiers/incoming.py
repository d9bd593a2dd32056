"""What providers post to us: written down first, then read, then dealt with, once however often it is repeated.

A post that cannot be dealt with yet (its message is still in a worker's hands) stays and is tried again by the next
delivery; so is one that was cut off in the middle.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple

from domain.store.acting import in_one_act
from domain.store.contacts import contacts_of
from domain.store.engine import Connection, reading, writing
from domain.store.moments import whole
from domain.store.posts import Kept, forget_posts, keep_post, post_of, settle_post, unsettled_posts
from domain.store.receipts import Noted, Reported, note_receipt, reported_about
from domain.store.sealing import Seal
from domain.store.store import Store
from notifiers.channels import Channel, Incoming, Posted, PostRefused, Receipt
from notifiers.letters import nudge_of
from notifiers.reach import channel_for
from notifiers.replies import Desk
from notifiers.settings import Telling

IN_PATH: Final = "/in"
SECRET_LENGTH: Final = 32
AT_ONCE: Final = 200
WORTH_WAITING: Final = timedelta(days=1)
"""So long a report about a message nobody knows is kept: its message may just be on its way to us."""

KEPT: Final = timedelta(days=30)
_PLAIN: Final = "text/plain; charset=utf-8"


class Taken(NamedTuple):
    """What a post came to: the answer the provider waits for."""

    status: HTTPStatus
    body: bytes
    kind: str


def secret_of(seal: Seal, channel: str) -> str:
    """The part of a channel's address that nobody can guess; it follows from the master key."""
    return seal.blind("incoming", channel)[:SECRET_LENGTH]


def address_of(seal: Seal, base_url: str, channel: str) -> str:
    """Where a channel's provider posts to; ``/report`` or ``/reply`` follows."""
    return f"{base_url.rstrip('/')}{IN_PATH}/{channel}/{secret_of(seal, channel)}"


def take_post(
    store: Store,
    settings: Telling,
    channels: Mapping[str, Channel],
    name: str,
    secret: str,
    posted: Posted,
    now: datetime,
) -> Taken:
    """Take one post. Nothing is kept of what does not know the secret (404); all else is written down first.

    403 for what is not from the provider, 400 for what cannot be read: it has been kept and need not come again.
    """
    channel, moment = channels.get(name), whole(now)
    if channel is None or not hmac.compare_digest(secret.encode(), secret_of(store.seal, name).encode()):
        return Taken(HTTPStatus.NOT_FOUND, b"", _PLAIN)
    with writing(store.engine) as connection:
        number = keep_post(connection, store.seal, name, _written(posted), moment)
    try:
        incoming = channel.read_post(posted)
    except PostRefused as refused:
        with writing(store.engine) as connection:
            settle_post(connection, number, refused.code, moment)
        foreign = refused.code in {"bad-signature", "not-allowed"}
        return Taken(HTTPStatus.FORBIDDEN if foreign else HTTPStatus.BAD_REQUEST, refused.code.encode(), _PLAIN)
    in_one_act(store, lambda connection: _deal_with(connection, store, settings, number, incoming, moment))
    return Taken(HTTPStatus.OK, incoming.answer, incoming.answer_type)


def settle_posts(store: Store, settings: Telling, channels: Mapping[str, Channel], now: datetime) -> int:
    """Deal with posts that were left; how many are done with now."""
    moment, done = whole(now), 0
    with reading(store.engine) as connection:
        left = unsettled_posts(connection, store.seal, AT_ONCE)
    for kept in left:
        done += _again(store, settings, channels, kept, moment)
    with writing(store.engine) as connection:
        forget_posts(connection, moment - KEPT)
    return done


def _again(store: Store, settings: Telling, channels: Mapping[str, Channel], kept: Kept, now: datetime) -> bool:
    channel = channels.get(kept.channel)
    try:
        incoming = channel.read_post(_read(kept.plain)) if channel is not None else None
    except PostRefused:
        incoming = None
    if incoming is None:
        with writing(store.engine) as connection:
            settle_post(connection, kept.id, "unreadable", now)
        return True
    found = incoming
    return in_one_act(store, lambda connection: _deal_with(connection, store, settings, kept.id, found, now))


def _deal_with(
    connection: Connection, store: Store, settings: Telling, number: int, incoming: Incoming, now: datetime
) -> bool:
    """All of one post in one transaction; no, when it has to wait."""
    kept = post_of(connection, store.seal, number)
    if kept is None:
        return False
    noted = [_note(connection, store, settings, kept.channel, receipt, now) for receipt in incoming.receipts]
    desk = Desk(connection, store, kept.channel, now, settings.confirm_replies)
    outcomes = [desk.take(reply) for reply in incoming.replies]
    waits = Noted.LATER in noted or (Noted.UNKNOWN in noted and kept.at > now - WORTH_WAITING)
    if waits:
        return False
    settle_post(connection, number, " ".join(dict.fromkeys([*(each.value for each in noted), *outcomes])), now)
    return True


def _note(
    connection: Connection, store: Store, settings: Telling, channel: str, receipt: Receipt, now: datetime
) -> Noted:
    nudge = nudge_of(store.seal, receipt.message) if receipt.message else None
    report = Reported(channel, nudge, receipt.provider_id, receipt.state.value, receipt.code)
    about = reported_about(connection, report)
    if about is None:
        return Noted.UNKNOWN
    contact = contacts_of(connection, store.seal, [about.person]).get(about.person)
    next_channel = channel_for(settings.channels, contact, after=about.channel)
    return note_receipt(connection, about.id, report, next_channel, now)


def _written(posted: Posted) -> bytes:
    plain = {
        "method": posted.method, "path": posted.path, "query": dict(posted.query), "headers": dict(posted.headers),
        "body": posted.body.hex(), "peer": posted.peer,
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False).encode()


def _read(plain: bytes) -> Posted:
    kept = json.loads(plain)
    return Posted(
        method=kept["method"], path=kept["path"], query=kept["query"], headers=kept["headers"],
        body=bytes.fromhex(kept["body"]), peer=kept["peer"],
    )  # fmt: skip
