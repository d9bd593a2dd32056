"""What can be seen of a case from outside: its facts, its ladders, its due days."""

from datetime import date

from domain import facts as f
from domain.ids import CaseId
from domain.store.engine import reading
from domain.store.journal import journal_of, snapshot_of
from domain.store.store import Store


def facts_of(store: Store, case: CaseId) -> list[f.Fact]:
    """All facts of a case, in order."""
    with reading(store.engine) as connection:
        return [entry.fact for entry in journal_of(connection, case)]


def ladder_of(store: Store, case: CaseId, kind: str) -> list[tuple[int, str | None]]:
    """The rungs reached by the first duty of a kind, with the level each stood at."""
    facts = facts_of(store, case)
    number = next(fact.duty for fact in facts if isinstance(fact, f.DutyOpened) and fact.kind == kind)
    return [(fact.rung, fact.climbed_to) for fact in facts if isinstance(fact, f.RungReached) and fact.duty == number]


def due_days(store: Store, case: CaseId) -> list[tuple[str, date]]:
    """What is open and when it is due."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return sorted((duty.kind, duty.due_on) for duty in found.duties.values())
