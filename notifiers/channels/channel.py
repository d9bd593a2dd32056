"""What every channel has in common: the worker's side (Channel) and Apprise's side (ChannelPlugin)."""

import re
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import replace
from datetime import tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from apprise import AppriseAsset, NotifyBase

from domain import clock
from notifiers.channels.incoming import Incoming, Posted, PostRefused
from notifiers.channels.message import Message, fault, filled_values
from notifiers.channels.redact import redacted
from notifiers.channels.url_settings import FIELD_MARKS, ChannelUrlRefused, UrlMistake, UrlSettings
from notifiers.outcomes import Outcome, misconfigured, permanent, unknown
from notifiers.reaching import Reach

HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
TEMPLATE_ONLY: Final = re.compile(r"\{\w+\}")
MASKED: Final = "****"

# Apprise's notify() answers only yes or no, so the message goes in and the outcome comes out beside it.
message_in_hand: ContextVar[Message | None] = ContextVar("message_in_hand", default=None)
last_outcome: ContextVar[Outcome | None] = ContextVar("last_outcome", default=None)


if TYPE_CHECKING:

    class AppriseBase:
        """The part of Apprise's base class used here; its own annotations say ``None`` where text stands."""

        schema: str
        host: str
        port: int | None
        user: str | None
        password: str | None
        fullpath: str
        tzinfo: tzinfo | None

        def __init__(self, **kwargs: Any) -> None: ...
        def notify(self, body: str, title: str) -> bool: ...

else:
    AppriseBase = NotifyBase


class Doubt(StrEnum):
    """What may be repeated at most when a process dies between sending and settling, and sends again."""

    NOTHING = "nothing"
    """A repeat falls on the first one: one message in the end."""
    ONE_MARKED = "one-marked"
    """One repeat that carries the same id, so that the recipient's side can fold the two."""
    ONE = "one"
    """One repeat that the recipient sees as a second message."""


class ChannelPlugin(AppriseBase):
    """An Apprise plugin that says what happened; a channel adds ``configure`` and ``deliver``.

    ``hears``: whether providers post to it (reports of delivery, replies), read by ``read_post``.
    ``longest_value``: signs that a value of a filed template may have; nothing where whole texts are sent.
    ``user_is_secret``: whether the user's place in the URL holds a key, to be shown no more than a password.
    """

    reach: ClassVar[Reach] = Reach.MAIL
    hears: bool = False
    known_settings: ClassVar[frozenset[str]] = frozenset()
    hidden_settings: ClassVar[frozenset[str]] = frozenset({"to"})
    needs_host: ClassVar[bool] = True
    user_is_secret: ClassVar[bool] = False
    doubt: Doubt = Doubt.ONE
    can_ask: bool = False
    longest_value: int | None = None

    request_rate_per_sec = 0
    socket_connect_timeout = 10.0
    socket_read_timeout = 60.0

    def __init__(self, **kwargs: Any) -> None:
        settings = UrlSettings(_settings(kwargs))
        zone = _zone(settings)
        super().__init__(**{name: kwargs[name] for name in _APPRISE_PARTS if name in kwargs}, **zone)
        # Apprise would send again by itself after an outcome it cannot tell from a failure.
        self.retry = 0
        self._given = dict(settings.given)
        self._read_common(settings, kwargs)
        self.configure(settings)
        if settings.mistakes:
            raise ChannelUrlRefused(*settings.mistakes)

    def configure(self, settings: UrlSettings) -> None:
        """Read this channel's own settings, noting mistakes; touches no socket."""

    def deliver(self, message: Message) -> Outcome:
        """Try once, and say what came of it; never tries again by itself."""
        raise NotImplementedError

    def ask(self, message: Message, provider_id: str | None) -> Outcome:
        """What the provider knows of an earlier attempt, where ``can_ask``."""
        raise NotImplementedError

    def read_post(self, posted: Posted) -> Incoming:
        """What a provider's post says, where ``hears``; PostRefused for what is not from it or cannot be read."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what is kept open."""

    def secrets(self) -> Iterable[str]:
        """What must never be seen in a detail, beside the message and the URL's user and password."""
        return ()

    def without_secrets(self, outcome: Outcome, message: Message) -> Outcome:
        """The outcome as it may be kept."""
        if not outcome.detail:
            return outcome
        told = (message.to, message.subject, message.text, *filled_values(message))
        hidden = (*told, self.user or "", self.password or "", *self.secrets())
        return replace(outcome, detail=redacted(outcome.detail, hidden))

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        """Apprise's entry: the message in hand, or an ordinary notification to the URL's own ``to``."""
        message = message_in_hand.get() or self._notification(body, title)
        wrong = fault(message)
        outcome = permanent(wrong) if wrong else self.deliver(message)
        last_outcome.set(self.without_secrets(outcome, message))
        return outcome.is_accepted

    def url(self, privacy: bool = False, *_args: Any, **_kwargs: Any) -> str:
        """The URL this was made from; with ``privacy`` without password, recipient and fixed fields."""
        hidden = privacy and self.user_is_secret
        login = MASKED if hidden and self.user else quote(self.user or "", safe="")
        if self.password:
            login += ":" + (MASKED if privacy else quote(self.password, safe=""))
        port = f":{self.port}" if self.port else ""
        place = f"{login}@{self.host}{port}" if login else f"{self.host}{port}"
        settings = "&".join(f"{_quoted_name(name)}={self._shown(name, privacy)}" for name in self._given)
        return f"{self.schema}://{place}{quote(self.fullpath)}" + (f"?{settings}" if settings else "")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url(privacy=True)}>"

    @staticmethod
    def parse_url(url: str, **_: Any) -> dict[str, Any] | None:
        """Take the URL apart; the host is checked with the settings, so that all mistakes come together."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        return parts

    def _read_common(self, settings: UrlSettings, parts: dict[str, Any]) -> None:
        settings.refuse_unknown(self.known_settings)
        settings.refuse_if(self.needs_host and not HOST.fullmatch(self.host or ""), "host-missing")
        settings.refuse_if(parts.get("verify") is False, "certificate-check-off")
        self.socket_connect_timeout = settings.seconds("cto", self.socket_connect_timeout)
        self.socket_read_timeout = settings.seconds("rto", self.socket_read_timeout)

    def _notification(self, body: str, title: str) -> Message:
        nudge_id = f"notice-{uuid.uuid4().hex}"
        return Message(nudge_id=nudge_id, to=self._given.get("to", ""), subject=title, text=body, at=clock.now())

    def _shown(self, name: str, privacy: bool) -> str:
        value = self._given[name]
        secret = name in self.hidden_settings or (name[:1] in FIELD_MARKS and not TEMPLATE_ONLY.fullmatch(value))
        return MASKED if privacy and secret else quote(value, safe="")


class Channel:
    """A way to reach people, as the worker sees it: one message in, one outcome back."""

    def __init__(self, plugin: ChannelPlugin) -> None:
        self._plugin = plugin

    @property
    def scheme(self) -> str:
        """The kind of channel: the first word of its URL."""
        return str(self._plugin.schema)

    @property
    def doubt(self) -> Doubt:
        """What may be repeated at most when nobody could write down the outcome."""
        return self._plugin.doubt

    @property
    def can_ask(self) -> bool:
        """Whether ``ask`` can settle an unknown outcome."""
        return self._plugin.can_ask

    def send(self, message: Message) -> Outcome:
        """Try once to send; the outcome says whether trying again can help."""
        handed, emptied = message_in_hand.set(message), last_outcome.set(None)
        try:
            # The title and body given to Apprise only have to be there: the plugin takes the message in hand.
            self._plugin.notify(body="-", title="")
            return last_outcome.get() or misconfigured("switched-off-in-apprise")
        finally:
            message_in_hand.reset(handed)
            last_outcome.reset(emptied)

    def ask(self, message: Message, provider_id: str | None = None) -> Outcome:
        """What became of an earlier attempt to send ``message``; unknown where nobody can be asked."""
        if not self._plugin.can_ask:
            return unknown("cannot-be-asked", provider_id=provider_id)
        return self._plugin.without_secrets(self._plugin.ask(message, provider_id), message)

    @property
    def reach(self) -> Reach:
        """What it needs to know of a person."""
        return self._plugin.reach

    @property
    def longest_value(self) -> int | None:
        """Signs that a value of a filed template may have; nothing where whole texts are sent."""
        return self._plugin.longest_value

    @property
    def hears(self) -> bool:
        """Whether its provider posts reports and replies to us."""
        return self._plugin.hears

    def read_post(self, posted: Posted) -> Incoming:
        """What a post says; PostRefused for what is not from this provider, cannot be read or is not expected."""
        if not self._plugin.hears:
            raise PostRefused("not-expected")
        return self._plugin.read_post(posted)

    def close(self) -> None:
        """Let go of kept connections; the channel may still be used and will connect again."""
        self._plugin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def url(self, privacy: bool = True) -> str:
        """The channel's URL, by default as it may be shown; without ``privacy`` as it was given."""
        return self._plugin.url(privacy=privacy)

    def __repr__(self) -> str:
        return f"<Channel {self.url()}>"


_APPRISE_PARTS: Final = ("asset", "schema", "host", "port", "user", "password", "fullpath", "tag")


def made(plugin: type[ChannelPlugin], url: str, zone: str) -> Channel:
    """The channel for a URL whose plugin is already known; ChannelUrlRefused with every mistake otherwise."""
    parts = plugin.parse_url(url)
    if not parts:
        raise ChannelUrlRefused(UrlMistake("unreadable"))
    return Channel(plugin(**parts, asset=AppriseAsset(timezone=zone)))


def _settings(parts: dict[str, Any]) -> dict[str, str]:
    """What stands after ``?``; the names of fields and headers keep the case they were written in."""
    plain = {name: value for name, value in parts.get("qsd", {}).items() if name[:1] not in FIELD_MARKS}
    fields = {f":{name}": value for name, value in parts.get("qsd:", {}).items()}
    return plain | fields | {f"+{name}": value for name, value in parts.get("qsd+", {}).items()}


def _zone(settings: UrlSettings) -> dict[str, str]:
    """The time zone named in the URL, if any, once it is known to be one."""
    name = settings.text("tz", "")
    try:
        return {"tz": ZoneInfo(name).key} if name else {}
    except (KeyError, ValueError, OSError):
        settings.refuse_if(True, "setting-not-a-zone", "tz")
        return {}


def _quoted_name(name: str) -> str:
    return quote(name, safe=":+/-_") if name[:1] in FIELD_MARKS else quote(name, safe="")
