"""Free words of answers, sealed with the key of the one they speak of."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from domain.case import Case
from domain.ids import DutyId
from domain.store import tables as t
from domain.store.saving import upsert
from domain.store.store import Store


def keep_notes(connection: Connection, store: Store, case: Case, duty: int, notes: Mapping[str, str]) -> None:
    """Seal the words given for a duty's questions."""
    data_key = connection.scalar(select(t.person.c.data_key).where(t.person.c.id == case.subject))
    if data_key is None:
        return
    rows = [
        {
            "duty": case.duty_id(duty), "question": question, "person": case.subject,
            "sealed": store.seal.seal(data_key, words.encode(), _place(case.duty_id(duty), question, case.subject)),
        }
        for question, words in notes.items()
        if words
    ]  # fmt: skip
    if rows:
        connection.execute(upsert(connection, t.sealed_note), rows)


def read_notes(connection: Connection, store: Store, duty: DutyId) -> dict[str, str]:
    """The words kept for a duty, by question; nothing once the person's key is destroyed."""
    rows = connection.execute(
        select(t.sealed_note, t.person.c.data_key)
        .join(t.person, t.person.c.id == t.sealed_note.c.person)
        .where(t.sealed_note.c.duty == duty, t.person.c.data_key.is_not(None))
    )
    return {
        row.question: store.seal.unseal(row.data_key, row.sealed, _place(duty, row.question, row.person)).decode()
        for row in rows
    }


def _place(duty: DutyId, question: str, person: str) -> str:
    return f"sealed_note/{question}/{duty}/{person}"
