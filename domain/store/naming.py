"""People of an older install made findable by name: a few at a time, taken up again where it was broken off."""

from typing import Final

from sqlalchemy import Connection, Engine, select

from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.name_tokens import FOUND, write_name_tokens
from domain.store.people import identities
from domain.store.saving import upsert
from domain.store.store import Store

SHAPE: Final = 1
"""Which words names are found by. To be raised whenever ``rules/name_words.py`` makes others of the same names."""

AT_A_TIME: Final = 500
AT_OPENING: Final = 20_000
"""So many people within one transaction, and at most so many while somebody waits: the rest next time."""

_DONE: Final = "names"
_LEFT_OFF: Final = f"names-{SHAPE}"
_DIGITS: Final = 9


def make_findable(store: Store, most: int = AT_OPENING) -> int:
    """Write what people are found by who were taken in before names could be looked for; how many were looked at."""
    if _counted(store.engine, _DONE) == SHAPE:
        return 0
    seen = 0
    while seen < most:
        with writing(store.engine) as connection:
            some = _some(connection, store)
        seen += some
        if some < AT_A_TIME:
            break
    return seen


def _counted(engine: Engine, name: str) -> int:
    with reading(engine) as connection:
        return _count(connection, name)


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(select(t.counter.c.last).where(t.counter.c.name == name)) or 0


def _some(connection: Connection, store: Store) -> int:
    """The next few, and where it stands by then. Who was written already stays as he or she is."""
    after = f"p{_count(connection, _LEFT_OFF):0{_DIGITS}d}"
    rows = connection.execute(
        select(t.person.c.id, t.person.c.kind).where(t.person.c.id > after).order_by(t.person.c.id).limit(AT_A_TIME)
    ).all()
    kinds = {row.id: row.kind for row in rows if row.kind in FOUND}
    known = identities(connection, store.seal, kinds)
    write_name_tokens(connection, store.seal, ((each, kinds[each], who.name) for each, who in known.items()))
    if rows:
        _note(connection, _LEFT_OFF, int(rows[-1].id[1:]))
    if len(rows) < AT_A_TIME:
        _note(connection, _DONE, SHAPE)
    return len(rows)


def _note(connection: Connection, name: str, last: int) -> None:
    connection.execute(upsert(connection, t.counter), {"name": name, "last": last})
