"""What a mail server's answer means: the table, and how to read the rest of the line."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from notifiers.outcomes import Outcome, OutcomeKind, accepted, unknown


class Step(StrEnum):
    """Where in the conversation an answer came."""

    GREETING = "greeting"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    LETTER = "letter"
    """After the dot that ends the letter: from here on the server may have taken it."""


SETTING_UP: Final = frozenset({Step.GREETING, Step.TLS, Step.LOGIN, Step.SENDER})
ANYWHERE: Final = frozenset(Step)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the table; the first that fits decides. ``words`` are looked for in code and text."""

    steps: frozenset[Step]
    codes: str
    words: str
    kind: OutcomeKind


# Codes by RFC 5321 §4.2 and RFC 3463; the words in capitals are NetEase's own (163.com). NetEase and Tencent
# say "too fast" with 4xx and 5xx alike. Greylisting asks for patience, not for a slower channel.
VERDICTS: Final = (
    Verdict(frozenset({Step.LOGIN}), "5", "", OutcomeKind.MISCONFIGURED),
    Verdict(ANYWHERE, "530|534|535|538", "", OutcomeKind.MISCONFIGURED),
    Verdict(ANYWHERE, "4", r"gr[ae]y-?list", OutcomeKind.TEMPORARY),
    Verdict(
        ANYWHERE,
        "4|5",
        r"too (many (?!hops)|fast|frequent|much mail)|\brate\b|throttl|frequency limit|sending (quota|limit)"
        r"|(daily|hourly) .{0,20}(quota|limit)|HL:I[CF]C|MI:(DMC|SFQ|QMC)|RP:(DRC|QRC)",
        OutcomeKind.THROTTLED,
    ),
    Verdict(ANYWHERE - {Step.TLS, Step.LOGIN}, "4", r"^4\d\d 4\.7\.", OutcomeKind.THROTTLED),
    Verdict(ANYWHERE, "4", "", OutcomeKind.TEMPORARY),
    Verdict(ANYWHERE, "552", "", OutcomeKind.PERMANENT),
    Verdict(ANYWHERE, "5", r"^5\d\d 5\.3\.4", OutcomeKind.PERMANENT),
    Verdict(SETTING_UP, "5", "", OutcomeKind.MISCONFIGURED),
    Verdict(
        ANYWHERE,
        "5",
        r"\brelay|authenticat|\bsender\b|mail from|\b(spf|dkim|dmarc|rbl)\b|dnsbl|block ?list|blocked using"
        r"|client host|\bip\b.{0,30}(reject|den|block)|DT:SUM|HL:IPB",
        OutcomeKind.MISCONFIGURED,
    ),
    Verdict(frozenset({Step.DATA, Step.LETTER}), "5", r"^5\d\d 5\.7\.", OutcomeKind.MISCONFIGURED),
    Verdict(ANYWHERE, "5", "", OutcomeKind.PERMANENT),
)

ENHANCED: Final = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}")
QUEUE_NAME: Final = re.compile(r"\bqueued as ([^\s<>;,]{1,100})|\bid=([^\s<>;,]{1,100})", re.IGNORECASE)
WAIT: Final = re.compile(r"(\d{1,5}) ?(s|sec|seconds?|min|minutes?|h|hours?)\b", re.IGNORECASE)
LONGEST_WAIT: Final = timedelta(days=1)
# Names a recipient may have must not be read as the server's own words.
ADDRESSES: Final = re.compile(r"<[^>]*>|\S+@\S+")


def judged(step: Step, code: int, text: str) -> Outcome:
    """The outcome of the answer ``code text`` to ``step``."""
    if step is Step.LETTER and 200 <= code < 300:
        return accepted(_short(code, text), _queue_name(text))
    kind = _kind(step, f"{code}", f"{code} {ADDRESSES.sub('', text)}")
    if kind is None:
        return unknown("answer-unread", text) if step is Step.LETTER else _unread(text)
    waits = kind in (OutcomeKind.TEMPORARY, OutcomeKind.THROTTLED)
    return Outcome(kind=kind, code=_short(code, text), detail=text, retry_after=_wait(text) if waits else None)


def _kind(step: Step, code: str, line: str) -> OutcomeKind | None:
    for verdict in VERDICTS:
        if step in verdict.steps and re.match(verdict.codes, code) and re.search(verdict.words, line, re.IGNORECASE):
            return verdict.kind
    return None


def _unread(text: str) -> Outcome:
    return Outcome(kind=OutcomeKind.TEMPORARY, code="answer-unread", detail=text)


def _short(code: int, text: str) -> str:
    enhanced = ENHANCED.match(text)
    return f"{code} {enhanced[0]}" if enhanced else f"{code}"


def _queue_name(text: str) -> str | None:
    found = QUEUE_NAME.search(text)
    return (found[1] or found[2]) if found else None


def _wait(text: str) -> timedelta | None:
    found = WAIT.search(ADDRESSES.sub("", text))
    if not found:
        return None
    unit = {"s": "seconds", "m": "minutes", "h": "hours"}[found[2][0].lower()]
    return min(timedelta(**{unit: int(found[1])}), LONGEST_WAIT)
