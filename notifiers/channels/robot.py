"""What the robots of group chats have in common: one document posted to a group, one answer with a code in it."""

import json
import re
import ssl
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

import httpx

from domain import clock
from domain.words import LANGUAGES, say
from notifiers.channels.channel import ChannelPlugin, Doubt
from notifiers.channels.gateway_answers import BY_STATUS
from notifiers.channels.http_line import Answer, HttpLine
from notifiers.channels.message import Message
from notifiers.channels.shortening import shortened
from notifiers.channels.trust import trusted
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, OutcomeKind, accepted, permanent, throttled
from notifiers.reaching import Reach

ROBOT_SETTINGS: Final = frozenset({"mention", "language", "mode", "ca"})
HEADERS: Final = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "content-type": "application/json; charset=utf-8",
    "user-agent": "shouwang",
}
MAINLAND_MOBILE: Final = re.compile(r"(?:\+?86)?(1\d{10})")
TOO_FAST: Final = re.compile(r"too (fast|many)|freq(uency)? (out of )?limit|rate limit|over limit|限流", re.IGNORECASE)
"""Providers have said this under codes of several numbers; the words changed less than the numbers."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a robot's answer says of itself: its code, its words, and the rest of the document."""

    code: int | None
    words: str
    document: Mapping[str, Any]


class RobotChannel(ChannelPlugin):
    """The robot of one group. The user's place in its URL holds its key, the password's the secret it signs with.

    A repeat stands in the group a second time, and no robot can be asked what it has posted.
    """

    reach = Reach.CHAT
    doubt = Doubt.ONE
    title_maxlen = 0
    user_is_secret = True
    known_settings: ClassVar[frozenset[str]] = ROBOT_SETTINGS

    path: ClassVar[str]
    """Where the provider's own server takes messages; a path in the URL goes before it."""
    longest: ClassVar[int]
    """Bytes, of what ``weight`` weighs."""
    pause: ClassVar[timedelta] = timedelta(minutes=1)
    """How long the provider shuts out who was too quick, where it does not say."""
    signs: ClassVar[bool] = True
    code_names: ClassVar[tuple[str, ...]] = ("errcode",)
    words_names: ClassVar[tuple[str, ...]] = ("errmsg",)
    meanings: ClassVar[Mapping[int, OutcomeKind]]
    """Codes by the provider's documents, 0 left out. Any other was not taken either, and is tried again."""

    def configure(self, settings: UrlSettings) -> None:
        """Read key, secret and the few settings."""
        settings.refuse_if(not self.user, "robot-key-missing")
        settings.refuse_if(bool(self.password) and not self.signs, "robot-without-secret")
        self._mentions = settings.choice("mention", ("yes", "no"), "yes") == "yes"
        self.language = settings.choice("language", LANGUAGES, "zh")
        mode = settings.choice("mode", ("tls", "plain"), "tls")
        port = f":{self.port}" if self.port else ""
        path = self.fullpath.rstrip("/") or self.path
        self.address = f"{'https' if mode == 'tls' else 'http'}://{self.host}{port}{quote(path)}"
        trust = trusted(settings) if mode == "tls" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._line = HttpLine(trust, self.socket_connect_timeout, self.socket_read_timeout)

    def deliver(self, message: Message) -> Outcome:
        """Post the text to the group, calling the recipient where there is one."""
        called = mainland_mobile(message.to) if self._mentions and message.to else ""
        if called is None:
            return permanent("not-a-mainland-mobile")
        # The signature is for this moment's request, whatever moment the message was planned for.
        now = clock.now()
        text = shortened(
            message.text,
            lambda part: self.weight(self.worded(part, called), called, now) <= self.longest,
            say(self.language, "channels.robot-shortened"),
        )
        document = self.document(self.worded(text, called), called, now)
        request = httpx.Request("POST", self.target(now), headers=HEADERS, content=written(document))
        answer = self._line.exchange(request)
        return answer if isinstance(answer, Outcome) else self.judged(answer)

    @abstractmethod
    def target(self, now: datetime) -> str:
        """The address with the key, and with a signature where it stands there."""

    @abstractmethod
    def document(self, text: str, called: str, now: datetime) -> dict[str, Any]:
        """What is posted; ``called`` is eleven digits, or empty where nobody is called."""

    def worded(self, text: str, _called: str) -> str:
        """The text as this provider's groups are to see it."""
        return text

    def weight(self, text: str, called: str, now: datetime) -> int:
        """What the provider's limit counts: the whole document, in bytes."""
        return len(written(self.document(text, called, now)))

    def judged(self, answer: Answer) -> Outcome:
        """The outcome of one answer: its code decides; HTTP 200 alone says nothing."""
        said = self._said(answer)
        if said.code == 0 and answer.status // 100 == 2:
            return accepted("0")
        if not said.code:
            return self.without_code(answer, said)
        return self.refused(said.code, said.words)

    def refused(self, code: int, words: str) -> Outcome:
        """The outcome of an answer with a code that is not 0."""
        if TOO_FAST.search(words):
            return throttled(str(code), words, self.pause)
        kind = self.meanings.get(code, OutcomeKind.TEMPORARY)
        wait = self.pause if kind is OutcomeKind.THROTTLED else None
        return Outcome(kind=kind, code=str(code), detail=words, retry_after=wait)

    def without_code(self, answer: Answer, _said: Said) -> Outcome:
        """The outcome of an answer that is not the provider's own document: by its HTTP status."""
        kind = next(kind for statuses, kind in BY_STATUS if re.fullmatch(statuses, str(answer.status)))
        wait = answer.retry_after or self.pause if kind is OutcomeKind.THROTTLED else answer.retry_after
        return Outcome(kind=kind, code=f"http {answer.status}", detail=answer.body, retry_after=wait)

    def close(self) -> None:
        """Close the kept connections."""
        self._line.close()

    def _said(self, answer: Answer) -> Said:
        try:
            document = json.loads(answer.body)
        except ValueError:
            document = None
        found: dict[str, Any] = document if isinstance(document, dict) else {}
        codes = (found[name] for name in self.code_names if type(found.get(name)) is int)
        words = (found[name] for name in self.words_names if isinstance(found.get(name), str))
        return Said(next(codes, None), next(words, ""), found)


def mainland_mobile(number: str) -> str | None:
    """The eleven digits by which robots call somebody; None for any other number."""
    found = MAINLAND_MOBILE.fullmatch(re.sub(r"[\s().-]", "", number))
    return found[1] if found else None


def written(document: Mapping[str, Any]) -> bytes:
    """The document as it goes over the line."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
