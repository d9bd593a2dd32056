"""A provider's codes as a table: what each means, and how long to wait; shared by providers with codes of their own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from notifiers.channels.http_line import Answer
from notifiers.outcomes import Outcome, OutcomeKind, unknown

CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,79}")
ID: Final = re.compile(r"[!-~]{1,100}")

# Where no code can be read. Whoever answered with success or broke down may have taken the message; 429 and 503 say
# that it was not even looked at; any other 3xx or 4xx did not come from the provider's own service.
BY_STATUS: Final = (
    (r"429", OutcomeKind.THROTTLED),
    (r"503", OutcomeKind.TEMPORARY),
    (r"2..|5..", OutcomeKind.UNKNOWN),
    (r"...", OutcomeKind.MISCONFIGURED),
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for; ``wait`` where its documentation says how long it lasts."""

    kind: OutcomeKind
    wait: timedelta | None = None


ACCEPTED: Final = Meaning(OutcomeKind.ACCEPTED)
TEMPORARY: Final = Meaning(OutcomeKind.TEMPORARY)
THROTTLED: Final = Meaning(OutcomeKind.THROTTLED)
PERMANENT: Final = Meaning(OutcomeKind.PERMANENT)
MISCONFIGURED: Final = Meaning(OutcomeKind.MISCONFIGURED)
UNKNOWN: Final = Meaning(OutcomeKind.UNKNOWN)


def meaning_of(code: str, table: Mapping[str, Meaning]) -> Meaning | None:
    """The code's own entry, else that of its family: ``A.B.C``, then ``A.B``, then ``A``; None for a strange one."""
    while code:
        if code in table:
            return table[code]
        code = code.rpartition(".")[0]
    return None


def outcome_of(meaning: Meaning, code: str, detail: str, answer: Answer, provider_id: str | None = None) -> Outcome:
    """The outcome a code stands for; a wait the server names itself goes before that of the table."""
    waits = meaning.kind in (OutcomeKind.THROTTLED, OutcomeKind.TEMPORARY)
    wait = (answer.retry_after or meaning.wait) if waits else None
    said = "" if meaning.kind is OutcomeKind.ACCEPTED else detail
    return Outcome(kind=meaning.kind, code=code, provider_id=provider_id, retry_after=wait, detail=said)


def without_code(answer: Answer) -> Outcome:
    """The outcome of an answer in which no code can be read."""
    kind = next(kind for statuses, kind in BY_STATUS if re.fullmatch(statuses, str(answer.status)))
    return outcome_of(Meaning(kind), str(answer.status), answer.body, answer)


def still_in_doubt(outcome: Outcome) -> Outcome:
    """What it means for an earlier attempt that asking about it did not work: nothing is known yet."""
    return unknown(outcome.code, outcome.detail)


def document(body: str | bytes) -> Any:
    """The JSON in a body; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def code_in(found: Any) -> str | None:
    """A code as it may be kept; None where something else stands in its place."""
    return found if isinstance(found, str) and CODE.fullmatch(found) else None


def id_in(found: Any) -> str | None:
    """A provider's name for a message, None where there is none."""
    return found if isinstance(found, str) and ID.fullmatch(found) else None
