"""Volunteers by the thousand for the benchmarks, each bound to a child just now and to be told so."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import Engine, bindparam, delete, insert, select, update

from domain.calendar import Calendar
from domain.ids import CaseId, DutyId, NudgeId, PersonId, UnitId, duty_id
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.moments import stamp
from domain.store.outbox import claimed_of
from domain.store.people import Identity, NewPerson, add_people
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.units import ensure_units, seat
from domain.store.writing import carry_out
from notifiers.channels import Channel, Message
from notifiers.letters import read_letters
from notifiers.planner import plan
from notifiers.settings import ChannelSetting, Telling

COUNTY, TOWNSHIP = UnitId("371302"), UnitId("371302001")
COORDINATOR: Final = PersonId("p000000001")
BEGIN: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Nine in the morning in Linyi, twelve hours before anybody wants to sleep."""

SEALED_WITH: Final = bytes(32)
AT_A_TIME: Final = 500
Number = TypeVar("Number", bound=int)

_VOLUNTEERS_FROM: Final = 100_000_000
_CHILDREN_FROM: Final = 200_000_000


def telling(*channels: ChannelSetting) -> Telling:
    """Settings with these channels, in order of preference."""
    return Telling(base_url="https://watch.example.org", channels=channels)


def gather(engine: Engine, programme: Programme, settings: Telling, messages: int) -> Store:
    """An office in which so many messages wait to be sent, one a volunteer, through the first channel."""
    store = opened(engine, programme)
    bound(store, programme, messages)
    plan(store, settings, BEGIN)
    return store


def bound(store: Store, programme: Programme, count: int, at: datetime = BEGIN) -> dict[str, DutyId]:
    """So many volunteers in an empty office, each bound to a child; the first duty each of them owes, by person."""
    _staff(store, programme, count)
    for some in batches(range(count), AT_A_TIME):
        for outcome in carry_out(store, [each for number in some for each in _paired(number, programme)], at):
            if isinstance(outcome, Exception):
                raise outcome
    statement = select(t.diary).where(t.diary.c.owed_by.is_not(None), t.diary.c.number > 0)
    with reading(store.engine) as connection:
        rows = connection.execute(statement.order_by(t.diary.c.due_on.desc(), t.diary.c.number.desc())).all()
    return {row.owed_by: duty_id(row.case, row.number) for row in rows}


def opened(engine: Engine, programme: Programme) -> Store:
    """The store of a database that is still empty."""
    with writing(engine) as connection:
        t.metadata.create_all(connection)
    return Store(engine, {programme.name: programme}, Calendar(), Seal(SEALED_WITH))


def reopened(engine: Engine, programme: Programme) -> Store:
    """The same store once more, as another process opens it."""
    return Store(engine, {programme.name: programme}, Calendar(), Seal(SEALED_WITH))


def volunteers(numbers: Sequence[int]) -> list[NewPerson]:
    """Volunteers who can be told by mail and by telephone."""
    return [
        NewPerson(
            volunteer(number), "volunteer", TOWNSHIP,
            Identity(name="—", email=f"v{number}@example.org", phone=f"+86138{number:08d}"), (),
        )
        for number in numbers
    ]  # fmt: skip


def open_ones(store: Store, channel: str) -> list[NudgeId]:
    """The messages for a channel that are not settled yet, in the order in which they were planned."""
    statement = select(t.nudge.c.id).where(t.nudge.c.channel == channel, t.nudge.c.settled_at.is_(None))
    with reading(store.engine) as connection:
        return list(connection.scalars(statement.order_by(t.nudge.c.id)))


def put_off(store: Store, nudges: Sequence[NudgeId], until: datetime) -> None:
    """Let messages wait until a moment."""
    with writing(store.engine) as connection:
        connection.execute(_PUT_OFF, [{"of_nudge": nudge, "until": stamp(until)} for nudge in nudges])


def queue_again(store: Store, channel: str, nudges: Sequence[NudgeId] | None = None) -> None:
    """Let messages, or all of them, wait once more, for this channel, as if they had never been tried."""
    fresh = dict.fromkeys(("settled_at", "outcome", "code", "provider_id", "dated", "claimed_by", "claimed_until"))
    anew = {"state": "queued", "channel": channel, "tries": 0, "repeats": 0, "in_doubt": False}
    these = t.nudge.c.replaces.is_(None) if nudges is None else t.nudge.c.id.in_(nudges)
    with writing(store.engine) as connection:
        connection.execute(update(t.nudge).where(these).values(**anew, **fresh, not_before=stamp(BEGIN)))
        connection.execute(delete(t.gateway))


def messages_of(
    store: Store, settings: Telling, channels: Mapping[str, Channel], nudges: Sequence[NudgeId]
) -> dict[NudgeId, Message]:
    """What is going to be sent, in words, without anything being sent."""
    with reading(store.engine) as connection:
        rows = {row.id: claimed_of(row) for row in connection.execute(select(t.nudge))}
    sorting = read_letters(store, settings, channels, "nobody", [rows[nudge] for nudge in nudges], BEGIN)
    written = {each.nudge.id: each.write() for each in sorting.letters}
    return {nudge: message for nudge, message in written.items() if message is not None}


_PUT_OFF: Final = update(t.nudge).where(t.nudge.c.id == bindparam("of_nudge")).values(not_before=bindparam("until"))


def _staff(store: Store, programme: Programme, count: int) -> None:
    papers = "{" + ", ".join(f'"{paper}": null' for paper in programme.papers) + "}"
    helper = {
        "kind": "elder", "unit": TOWNSHIP, "sex": "female", "capacity": 1, "load": 0, "serving": True, "skills": "[]",
        "papers": papers,
    }  # fmt: skip
    with writing(store.engine) as connection:
        ensure_units(connection, [(TOWNSHIP, "")])
        add_people(connection, store.seal, [NewPerson(COORDINATOR, "coordinator", TOWNSHIP, Identity(name="—"), ())])
        seat(connection, TOWNSHIP, COORDINATOR)
        children = [NewPerson(_child(number), "child", TOWNSHIP, Identity(name="—"), ()) for number in range(count)]
        add_people(connection, store.seal, [*volunteers(range(count)), *children])
        connection.execute(insert(t.helper), [{"person": volunteer(number), **helper} for number in range(count)])


def _paired(number: int, programme: Programme) -> list[c.Command]:
    case = CaseId(f"{COUNTY}-{number + 1:05d}")
    kind = next(iter(programme.eligible.kinds))
    return [
        c.OpenCase(case=case, programme=programme.name, subject=_child(number), unit=TOWNSHIP, county=COUNTY, kind=kind,
                   sex="female", born=date(2015, 5, 5), admit=True, by=COORDINATOR),
        c.ProposeHelper(case=case, person=volunteer(number), score=1, why=()),
        c.DecideProposal(case=case, by=COORDINATOR, accept=True),
        c.AnswerProposal(case=case, by=volunteer(number), accept=True),
    ]  # fmt: skip


def volunteer(number: int) -> PersonId:
    """The id of a volunteer, counted from 0."""
    return PersonId(f"p{_VOLUNTEERS_FROM + number}")


def _child(number: int) -> PersonId:
    return PersonId(f"p{_CHILDREN_FROM + number}")


def batches(numbers: Sequence[Number], size: int) -> Iterator[list[Number]]:
    """Numbers in lists of one size, the last one shorter."""
    left = iter(numbers)
    while some := list(islice(left, size)):
        yield some
