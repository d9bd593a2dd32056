"""What an SMS gateway's answer means: by the words declared for it, else by its HTTP status."""

import json
import re
from dataclasses import dataclass
from typing import Final

from notifiers.channels.http_line import Answer
from notifiers.channels.post_fields import pointed
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, OutcomeKind, accepted

ANSWER_SETTINGS: Final = frozenset(
    {
        "ok_status",
        "ok_match",
        "ok_pointer",
        "ok_value",
        "id_match",
        "id_pointer",
        "code_match",
        "code_pointer",
    }
    | {
        "repeat_match",
        "misconfigured_match",
        "permanent_match",
        "throttled_match",
        "temporary_match",
        "unknown_match",
    }
)
WORDED: Final = (
    OutcomeKind.MISCONFIGURED,
    OutcomeKind.PERMANENT,
    OutcomeKind.THROTTLED,
    OutcomeKind.TEMPORARY,
    OutcomeKind.UNKNOWN,
)

# By RFC 9110 §15. A 504 says that somebody behind the gateway had the request and did not answer in time; a
# 2xx that does not keep the declared rule says nothing that can be relied upon.
BY_STATUS: Final = (
    (r"429", OutcomeKind.THROTTLED),
    (r"504|2..", OutcomeKind.UNKNOWN),
    (r"408|425|5..", OutcomeKind.TEMPORARY),
    (r"400|409|413|414|422", OutcomeKind.PERMANENT),
    (r"...", OutcomeKind.MISCONFIGURED),
)
LONGEST_ID: Final = 100
POINTER: Final = re.compile(r"(/[^/]+)+")
STATUSES: Final = re.compile(r"\d(\d\d|xx)(,\d(\d\d|xx))*")


@dataclass(frozen=True, slots=True)
class Finder:
    """Where a value stands in an answer: the first group of a pattern, or a place in a JSON document."""

    pattern: re.Pattern[str] | None
    pointer: str

    def found(self, answer: Answer) -> str | None:
        """The value as text; None when it is not there."""
        if self.pointer:
            return _found_in(answer.body, self.pointer)
        match = self.pattern.search(answer.body) if self.pattern else None
        return None if match is None else match[1] if match.re.groups else match[0]


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """How to read one gateway's answers."""

    ok_status: re.Pattern[str]
    ok: Finder
    ok_value: str
    provider_id: Finder
    code: Finder
    repeat: re.Pattern[str] | None
    words: tuple[tuple[OutcomeKind, re.Pattern[str]], ...]


def answer_rules(settings: UrlSettings) -> AnswerRules:
    """Read the rules from settings that already hold their preset's."""
    statuses = settings.text("ok_status", "2xx").replace(" ", "")
    settings.refuse_if(not STATUSES.fullmatch(statuses), "setting-not-status", "ok_status")
    patterns = ((kind, settings.pattern(f"{kind}_match")) for kind in WORDED)
    return AnswerRules(
        ok_status=re.compile(re.escape(statuses).replace("x", ".").replace(",", "|")),
        ok=_finder(settings, "ok"),
        ok_value=settings.text("ok_value", ""),
        provider_id=_finder(settings, "id"),
        code=_finder(settings, "code"),
        repeat=settings.pattern("repeat_match"),
        words=tuple((kind, pattern) for kind, pattern in patterns if pattern),
    )


def judged(answer: Answer, rules: AnswerRules) -> Outcome:
    """The outcome of one answer."""
    code = " ".join(filter(None, (str(answer.status), _short(rules.code.found(answer)))))
    if rules.repeat and rules.repeat.search(answer.body):
        return accepted(f"{code} repeat", _short(rules.provider_id.found(answer)))
    if _is_ok(answer, rules):
        return accepted(code, _short(rules.provider_id.found(answer)))
    kind = _kind(answer, rules)
    wait = answer.retry_after if kind in (OutcomeKind.THROTTLED, OutcomeKind.TEMPORARY) else None
    return Outcome(kind=kind, code=code, detail=answer.body, retry_after=wait)


def _is_ok(answer: Answer, rules: AnswerRules) -> bool:
    if not rules.ok_status.fullmatch(str(answer.status)):
        return False
    if rules.ok.pattern is None and not rules.ok.pointer:
        return True
    found = rules.ok.found(answer)
    return found is not None and (not rules.ok_value or found == rules.ok_value)


def _kind(answer: Answer, rules: AnswerRules) -> OutcomeKind:
    for kind, pattern in rules.words:
        if pattern.search(answer.body):
            return kind
    return next(kind for statuses, kind in BY_STATUS if re.fullmatch(statuses, str(answer.status)))


def _finder(settings: UrlSettings, name: str) -> Finder:
    pointer = settings.text(f"{name}_pointer", "")
    settings.refuse_if(bool(pointer) and not POINTER.fullmatch(pointer), "setting-not-a-place", f"{name}_pointer")
    return Finder(settings.pattern(f"{name}_match"), pointer)


def _found_in(body: str, pointer: str) -> str | None:
    try:
        return pointed(json.loads(body), pointer)
    except (ValueError, RecursionError):
        return None


def _short(text: str | None) -> str | None:
    return text.strip()[:LONGEST_ID] or None if text else None
