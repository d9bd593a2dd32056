"""``shouwang messages …``: what was sent to whom, by ids; the words themselves are in nobody's list."""

from typing import Annotated, Final, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from deployments.cli.where import DONE, BadInput, Where
from domain.ids import PersonId
from domain.store.engine import reading
from domain.store.lists_messages import Cause, Message, message
from domain.store.lists_messages import messages as found_messages

State = Literal["queued", "claimed", "sent", "failed", "doubtful", "moot"]
Most = Annotated[int, Parameter(validator=Number(gte=1, lte=10_000), help="how many at most, the newest first")]
FEW: Final = 3
"""So many duties stand in one line of a list; all of them in ``messages show``."""

messages = App(name="messages", help="what was sent to whom")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(messages)


@messages.command(name="list")
def list_(
    *, person: str | None = None, case: str | None = None, state: State | None = None, most: Most = 50,
    where: Where = Where(),
) -> int:  # fmt: skip
    """The newest messages, to a person, about a case or in a state."""
    of = where.case(case) if case is not None else None
    if person is not None:
        where.people(person)
    with reading(where.store.engine) as connection:
        found = found_messages(connection, person=PersonId(person) if person else None, case=of, state=state, most=most)
    where.show([_data(each, where) for each in found], "\n".join(
        _line(each, where) for each in found
    ) or where.say("cli.no-messages"))  # fmt: skip
    return DONE


@messages.command
def show(number: str, *, where: Where = Where()) -> int:
    """One message (12 or n12): to whom, through what, how it stands, and each thing it was about."""
    digits = number.strip().lower().removeprefix("n")
    with reading(where.store.engine) as connection:
        found = message(connection, int(digits)) if digits.isdecimal() and len(digits) <= 9 else None
    if found is None:
        raise BadInput(where.say("cli.nothing-like-that", what=number))
    lines = [_line(found, where), *(f"  {_cause(each, where)}" for each in found.causes)]
    where.show(_data(found, where), "\n".join([*lines, where.say("cli.message-why", why=found.why)]))
    return DONE


def _data(each: Message, where: Where) -> dict[str, object]:
    causes = [
        {**cause._asdict(), "title": where.store.title(cause.kind, where.spoken, cause.programme)}
        for cause in each.causes
    ]
    return {**each._asdict(), "causes": causes}


def _line(each: Message, where: Where) -> str:
    duties = list(dict.fromkeys(cause.duty for cause in each.causes))
    about = where.say("cli.list-sign").join(duties[:FEW])
    if len(duties) > FEW:
        about = where.say("cli.and-more", some=about, count=len(duties))
    state = where.say(f"cli.state-{each.state}")
    planned = where.local(each.settled_at or each.planned_at)
    return where.say(
        "cli.message", id=each.why, person=each.person, channel=each.channel, state=state, planned=planned, about=about
    )


def _cause(each: Cause, where: Where) -> str:
    title = where.store.title(each.kind, where.spoken, each.programme)
    line = where.say("cli.message-cause", duty=each.duty, title=title, rung=each.rung, due_on=each.due_on)
    return f"{line} {where.say('cli.message-moot')}" if each.moot else line
