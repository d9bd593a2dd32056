"""The last channel: whom nothing reaches becomes a fact, and with it a duty on a coordinator's desk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from domain.ids import NudgeId
from domain.rules.commands import ReportTellingFailed
from domain.store.engine import reading
from domain.store.outbox import Claimed, Line
from domain.store.settling import Unreached, not_yet_reported
from domain.store.store import Store
from domain.store.writing import carry_out


def report_unreached(store: Store, nudges: Mapping[Claimed, Sequence[Line]], now: datetime) -> dict[NudgeId, str]:
    """Put it on record about each duty that its person was not told; given again after a kill it writes nothing twice.

    Nudges whose report failed are returned with the kind of error; all others may be settled.
    """
    try:
        _report(store, _unreached(nudges), now)
    except Exception:  # noqa: BLE001 - one case that cannot be written must not hold up the others' reports
        return _one_by_one(store, nudges, now)
    return {}


def _one_by_one(store: Store, nudges: Mapping[Claimed, Sequence[Line]], now: datetime) -> dict[NudgeId, str]:
    failed: dict[NudgeId, str] = {}
    for nudge, lines in nudges.items():
        try:
            _report(store, _unreached({nudge: lines}), now)
        except Exception as error:  # noqa: BLE001 - the same
            failed[nudge.id] = type(error).__name__
    return failed


def _report(store: Store, unreached: Iterable[Unreached], now: datetime) -> None:
    with reading(store.engine) as connection:
        fresh = not_yet_reported(connection, list(unreached))
    # A duty that ended in this very moment is refused by the rules, and rightly: nobody has to hear of it any more.
    commands = [ReportTellingFailed(case=each.case, duty=each.duty, person=each.person) for each in fresh]
    if commands:
        carry_out(store, commands, now)


def _unreached(nudges: Mapping[Claimed, Sequence[Line]]) -> list[Unreached]:
    newest: dict[tuple[str, int, str], Unreached] = {}
    for nudge, lines in nudges.items():
        for line in sorted(lines, key=lambda line: line.position):
            key = (line.case, line.duty, nudge.person)
            newest[key] = Unreached(line.case, line.duty, nudge.person, line.position)
    return list(newest.values())
