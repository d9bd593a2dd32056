"""Helpers outside any case: who no longer serves, and papers that those who wait for a child sign anew."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, bindparam, update

from domain.ids import PersonId
from domain.store import tables as t
from domain.store.offices import write_papers
from domain.store.store import among


def stop_serving(connection: Connection, people: Iterable[PersonId]) -> int:
    """Nobody is bound to these helpers any more; ties that stand go on until they are ended. How many."""
    wanted = list(people)
    if not wanted:
        return 0
    stopping = update(t.helper).where(among(connection, t.helper.c.person, wanted)).values(serving=False)
    return connection.execute(stopping).rowcount


def keep_papers(connection: Connection, papers: Mapping[PersonId, Mapping[str, date | None]]) -> None:
    """Replace what is known of helpers' papers: until when each is valid, nothing for ever."""
    rows = [{"of_person": person, "papers": write_papers(dict(each))} for person, each in papers.items()]
    if rows:
        statement = update(t.helper).where(t.helper.c.person == bindparam("of_person"))
        connection.execute(statement.values(papers=bindparam("papers")), rows)
