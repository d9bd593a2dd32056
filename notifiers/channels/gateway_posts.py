"""What an SMS gateway posts to us, by declaration: reports of delivery at ``…/report``, replies at ``…/reply``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from notifiers.channels.gateway_answers import LONGEST_ID, POINTER
from notifiers.channels.incoming import Delivered, Incoming, Posted, PostRefused, Receipt, Reply
from notifiers.channels.message import PLAIN_ID
from notifiers.channels.post_fields import CHARSETS, PostFields, decoded, fields_of
from notifiers.channels.url_settings import UrlSettings

PLACES: Final = ("report_message", "report_id", "report_state", "report_code")
REPLY_PLACES: Final = ("reply_number", "reply_text", "reply_hex", "reply_charset", "reply_id", "reply_time")
LISTS: Final = ("report_list", "reply_list")
WORDED: Final = {
    Delivered.YES: "report_delivered",
    Delivered.NO: "report_undelivered",
    Delivered.NOT_YET: "report_waiting",
}
POST_SETTINGS: Final = frozenset(
    {"hears", "allow", "answer", "charset", "report_url", "report_code_match", "report_permanent"}
    | {*PLACES, *REPLY_PLACES, *LISTS, *WORDED.values()}
)
EPOCH: Final = re.compile(r"\d{9,10}|\d{12,13}")
HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class PostRules:
    """How to read one gateway's posts; ``places`` by the names of their settings."""

    places: dict[str, str]
    states: tuple[tuple[Delivered, re.Pattern[str]], ...]
    code: re.Pattern[str] | None
    permanent: re.Pattern[str] | None
    charset: str
    answer: str
    allowed: tuple[IPv4Network | IPv6Network, ...]


def post_rules(settings: UrlSettings) -> PostRules:
    """Read the rules from settings that already hold their preset's."""
    places = {name: settings.text(name, "") for name in (*PLACES, *REPLY_PLACES, *LISTS)}
    for name, place in places.items():
        wrong = bool(place) and not POINTER.fullmatch(place) and (place.startswith("/") or name in LISTS)
        settings.refuse_if(wrong, "setting-not-a-place", name)
    patterns = ((state, settings.pattern(name)) for state, name in WORDED.items())
    return PostRules(
        places=places,
        states=tuple((state, pattern) for state, pattern in patterns if pattern),
        code=settings.pattern("report_code_match"),
        permanent=settings.pattern("report_permanent"),
        charset=settings.choice("charset", CHARSETS, "utf-8"),
        answer=settings.text("answer", ""),
        allowed=settings.networks("allow"),
    )


def read(posted: Posted, rules: PostRules, zone: tzinfo | None) -> Incoming:
    """Everything the post says; ``zone`` is the one of moments written without theirs.

    PostRefused: not-allowed, not-expected, unreadable. In a list, items nobody can read are passed over.
    """
    if rules.allowed and not _is_allowed(posted.peer, rules):
        raise PostRefused("not-allowed")
    kind = posted.path.strip("/")
    if kind not in ("report", "reply"):
        raise PostRefused("not-expected")
    items = fields_of(posted).items(rules.places[f"{kind}_list"])
    answer_type = "application/json" if rules.answer[:1] in ("{", "[") else "text/plain; charset=utf-8"
    answer = rules.answer.encode()
    if kind == "report":
        receipts = tuple(one for item in items if (one := _receipt(item, rules)))
        return _something(Incoming(receipts=receipts, answer=answer, answer_type=answer_type))
    replies = tuple(_replies(items, rules, zone))
    return _something(Incoming(replies=replies, answer=answer, answer_type=answer_type))


def _something(incoming: Incoming) -> Incoming:
    if not incoming.receipts and not incoming.replies:
        raise PostRefused("unreadable")
    return incoming


def _is_allowed(peer: str, rules: PostRules) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    # A server that listens on both families sees an IPv4 peer as one of IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in rules.allowed)


def _receipt(item: PostFields, rules: PostRules) -> Receipt | None:
    """What one report says. A state that nobody has declared decides nothing yet."""
    message = item.text(rules.places["report_message"])
    provider_id = item.text(rules.places["report_id"])[:LONGEST_ID]
    state = item.text(rules.places["report_state"])
    message = message if PLAIN_ID.fullmatch(message) else ""
    if not state or not (message or provider_id):
        return None
    reason = item.text(rules.places["report_code"])
    known = next((known for known, pattern in rules.states if pattern.fullmatch(state)), Delivered.NOT_YET)
    permanent = rules.permanent is not None and rules.permanent.search(f"{state} {reason}") is not None
    return Receipt(
        message=message or None,
        provider_id=provider_id or None,
        state=known,
        code=" ".join(filter(None, (state, _code(reason, rules))))[:LONGEST_ID],
        permanent=known is Delivered.NO and permanent,
    )


def _code(reason: str, rules: PostRules) -> str:
    """The reason without the beginning of the message, which SMPP centres put beside it."""
    if rules.code is None:
        return reason
    found = rules.code.search(reason)
    return "" if found is None else found[1] if rules.code.groups else found[0]


def _replies(items: Iterator[PostFields], rules: PostRules, zone: tzinfo | None) -> Iterator[Reply]:
    for item in items:
        try:
            text = _words(item, rules)
        except PostRefused:
            if not rules.places["reply_list"]:
                raise
            continue
        number, time = item.text(rules.places["reply_number"]), item.text(rules.places["reply_time"])
        if number and text:
            key = item.text(rules.places["reply_id"])[:LONGEST_ID] or _digest(number, text, time)
            yield Reply(key=key, number=number, text=text, at=_moment(time, zone))


def _words(item: PostFields, rules: PostRules) -> str | None:
    charset = (item.text(rules.places["reply_charset"]) or rules.charset).lower()
    digits = item.text(rules.places["reply_hex"])
    if not digits:
        return item.words(rules.places["reply_text"], charset)
    if not HEX.fullmatch(digits):
        raise PostRefused("unreadable")
    return decoded(bytes.fromhex(digits), charset)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _moment(time: str, zone: tzinfo | None) -> datetime | None:
    """Seconds or milliseconds since 1970, or an ISO moment; None when it is neither."""
    try:
        if EPOCH.fullmatch(time):
            return datetime.fromtimestamp(int(time) / (1000 if len(time) > 10 else 1), UTC)
        moment = datetime.fromisoformat(time)
    except (ValueError, OverflowError, OSError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)).astimezone(UTC)
