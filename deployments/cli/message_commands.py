"""``shouwang messages …``: what was sent to whom, by ids; the words themselves are in nobody's list."""

from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from deployments.cli.message_lines import cause_line, message_data, message_line, message_story
from deployments.cli.named_channel import setting_of
from deployments.cli.where import DONE, BadInput, Where
from domain.ids import PersonId
from domain.rules.refusals import Refusal
from domain.store.engine import reading
from domain.store.lists_messages import message
from domain.store.lists_messages import messages as found_messages
from notifiers.resending import send_anew
from notifiers.settings import telling

State = Literal["queued", "claimed", "sent", "failed", "doubtful", "moot"]
Most = Annotated[int, Parameter(validator=Number(gte=1, lte=10_000), help="how many at most, the newest first")]

messages = App(name="messages", help="what was sent to whom, how the channels stand, what people sent back")


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
    where.show([message_data(each, where) for each in found], "\n".join(
        message_line(each, where) for each in found
    ) or where.say("cli.no-messages"))  # fmt: skip
    return DONE


@messages.command
def show(number: str, *, where: Where = Where()) -> int:
    """One message (12 or n12): to whom, through what, how it stands, what was reported, each thing it was about."""
    wanted = _number(number, where)
    with reading(where.store.engine) as connection:
        found = message(connection, wanted)
    if found is None:
        raise BadInput(where.say("cli.nothing-like-that", what=number))
    told = [*message_story(found, where), *(cause_line(each, where) for each in found.causes)]
    lines = [message_line(found, where), *(f"  {line}" for line in told)]
    where.show(message_data(found, where), "\n".join([*lines, where.say("cli.message-why", why=found.why)]))
    return DONE


@messages.command
def resend(
    number: str,
    *,
    by: Annotated[str, Parameter(help="who decides: the id of a person")],
    channel: Annotated[str | None, Parameter(help="through this channel; else the one it failed on")] = None,
    where: Where = Where(),
) -> int:
    """Send anew what failed, never arrived or was given up in doubt, as a message of its own in the other's place."""
    where.people(by)
    how = telling(where.settings)
    if channel is not None:
        channel = setting_of(channel, where).name
    done = send_anew(where.store, how, _number(number, where), PersonId(by), where.moment, channel)
    if done is None:
        raise BadInput(where.say("cli.nothing-like-that", what=number))
    if isinstance(done, Refusal):
        raise where.refused(done)
    where.show(done._asdict(), where.say("cli.resent", **done._asdict()))
    return DONE


def _number(number: str, where: Where) -> int:
    digits = number.strip().lower().removeprefix("n")
    if not digits.isdecimal() or len(digits) > 9:
        raise BadInput(where.say("cli.nothing-like-that", what=number))
    return int(digits)
