"""How many statements reach the database while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from domain.store.store import Store


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Each statement as it was sent, in order."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def queries(sent: list[str]) -> list[str]:
    """Those that ask for something; the rest begins and ends transactions or writes."""
    return [each for each in sent if each.lstrip().upper().startswith(("SELECT", "WITH"))]
