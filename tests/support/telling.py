"""Telling people in tests: settings, a channel that does what it is told, and what the outbox holds."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import func, select, update
from support.office import BEGIN, LIU, SUN, ZHOU, open_case, open_office, pair

from domain.ids import NudgeId, PersonId
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.people import change_identity, identities
from domain.store.rounds import run_round
from domain.store.store import Store
from notifiers.channels import Channel, Doubt, Message
from notifiers.dispatch import deliver_all
from notifiers.outcomes import Outcome, accepted, unknown
from notifiers.planner import PlanReport, plan
from notifiers.reports import DeliveryReport
from notifiers.settings import ChannelSetting, Telling
from notifiers.worker import Point

BASE: Final = "https://shouwang.example"
VOLUNTEERS: Final = ((ZHOU, "female"), (LIU, "female"), (SUN, "male"))


@dataclass
class ScriptedChannel:
    """A channel by hand: answers as ordered, in order; accepts when nothing is ordered. Keeps what it was given."""

    answers: deque[Outcome | Callable[[], Outcome]] = field(default_factory=deque)
    doubt: Doubt = Doubt.ONE
    can_ask: bool = False
    hears: bool = False
    longest_value: int | None = None
    known: Outcome = field(default_factory=lambda: unknown("not-found"))
    sent: list[Message] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Outcome:
        """Keep it and answer."""
        self.sent.append(message)
        answer = self.answers.popleft() if self.answers else accepted("ok", f"id-{len(self.sent)}")
        return answer() if callable(answer) else answer

    def ask(self, message: Message, _provider_id: str | None = None) -> Outcome:
        """What is ``known``."""
        self.asked.append(message)
        return self.known

    def then(self, *answers: Outcome | Callable[[], Outcome]) -> "ScriptedChannel":
        """Order the next answers."""
        self.answers.extend(answers)
        return self


def opened(**channels: ScriptedChannel) -> Mapping[str, Channel]:
    """Scripted channels as the worker takes them."""
    return cast("Mapping[str, Channel]", channels)


def telling(*names: str, **more: Any) -> Telling:
    """Settings with channels of these names in order of preference; their URLs are opened by nobody."""
    channels = tuple(ChannelSetting(name=cast("Any", name), url=f"{name}://") for name in names or ("mail", "sms"))
    return Telling(base_url=BASE, channels=channels, **more)


MAIL: Final = telling("mail")
SMS: Final = telling("sms")


class Killed(BaseException):
    """The process is gone; nothing of the worker runs any more."""


def killed_at(point: Point) -> Callable[[Point], None]:
    """Ends the worker at a point."""

    def watch(reached: Point) -> None:
        if reached is point:
            raise Killed

    return watch


def with_nudges(url: str, count: int = 1, settings: Telling = MAIL) -> Store:
    """As many volunteers asked for a first visit, each with a nudge planned."""
    store = open_office(url)
    for number, (volunteer, sex) in enumerate(VOLUNTEERS[:count], 1):
        pair(store, open_case(store, number, sex=sex), volunteer, BEGIN)
    plan(store, settings, BEGIN)
    return store


def tell(
    store: Store, settings: Telling, channels: Mapping[str, Channel], now: datetime, worker: str = "w1"
) -> tuple[PlanReport, DeliveryReport]:
    """A round, planning and delivery, as the flows do them."""
    run_round(store, now)
    return plan(store, settings, now), deliver_all(store, settings, channels, now, worker)


def nudges(store: Store, **where: Any) -> list[Any]:
    """Nudges as they stand, oldest first."""
    statement = select(t.nudge).order_by(t.nudge.c.id)
    for name, value in where.items():
        statement = statement.where(t.nudge.c[name] == value)
    with reading(store.engine) as connection:
        return list(connection.execute(statement))


def notices(store: Store, **where: Any) -> list[Any]:
    """Notices as they stand, oldest first."""
    statement = select(t.notice).order_by(t.notice.c.id)
    for name, value in where.items():
        statement = statement.where(t.notice.c[name] == value)
    with reading(store.engine) as connection:
        return list(connection.execute(statement))


def facts_named(store: Store, name: str) -> int:
    """How many facts of a name the journal holds."""
    with reading(store.engine) as connection:
        counting = select(func.count()).select_from(t.journal).where(t.journal.c.name == name)
        return connection.execute(counting).scalar_one()


def let_lease_run_out(store: Store, nudge: NudgeId, now: datetime) -> None:
    """As if the worker that holds it had died long ago."""
    before = (now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with writing(store.engine) as connection:
        connection.execute(update(t.nudge).where(t.nudge.c.id == nudge).values(claimed_until=before))


def contacts(store: Store, person: PersonId, **changes: Any) -> None:
    """Change how a person can be reached."""
    with writing(store.engine) as connection:
        known = identities(connection, store.seal, [person])[person]
        merged = {name: getattr(known, name) for name in known.__struct_fields__} | changes
        change_identity(connection, store.seal, person, type(known)(**merged))


def speak(store: Store, person: PersonId, language: str) -> None:
    """Set the language a person reads."""
    with writing(store.engine) as connection:
        connection.execute(update(t.person).where(t.person.c.id == person).values(language=language))
