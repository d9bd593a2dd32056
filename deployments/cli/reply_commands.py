"""``shouwang messages replies``, ``seen``, ``stop``, ``start``: what people sent back, and how they want to be told."""

from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from deployments.cli.message_commands import messages
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.ids import PersonId
from domain.rules.refusals import Refusal
from domain.sheets.people import tidy_mail
from domain.sheets.phones import tidy_phone
from domain.store.contact_changes import NewContact, change_contact
from domain.store.contacts import start_again, stop
from domain.store.engine import reading, writing
from domain.store.people import identities
from domain.store.replies import ReplyLine, known_numbers, mark_seen, read_replies
from domain.store.replies import replies as found_replies

By = Annotated[str, Parameter(help="who does so: the id of a person")]
Way = Annotated[Literal["mail", "sms"], Parameter(name="--reach", help="mail, or text messages (sms)")]
Most = Annotated[int, Parameter(validator=Number(gte=1, lte=10_000), help="how many at most, the newest first")]


def add(_app: App) -> None:
    """Put these commands into the group of ``message_commands.py``."""
    for command in (replies, seen, stop_, start, contact):
        messages.command(command, name=command.__name__.rstrip("_"))


def replies(
    *,
    unread: Annotated[bool, Parameter(help="only what somebody should read and nobody has", negative="")] = False,
    person: str | None = None,
    words: Annotated[bool, Parameter(help="with their words; that they were read is recorded", negative="")] = False,
    by: Annotated[str | None, Parameter(help="who reads the words: the id of a person")] = None,
    most: Most = 50,
    where: Where = Where(),
) -> int:
    """Text messages people sent back: what each meant and what came of it; with ``--words`` what it said."""
    where.people(*filter(None, (person, by)))
    of = PersonId(person) if person else None
    seal, engine = where.store.seal, where.store.engine
    if not words:
        with reading(engine) as connection:
            found = found_replies(connection, seal, unread=unread, person=of, most=most)
    elif by is None:
        raise BadInput(where.say("cli.who-reads"))
    else:
        with writing(engine) as connection:
            found = read_replies(
                connection, seal, by=PersonId(by), now=where.moment, unread=unread, person=of, most=most
            )
    lines = "\n".join(_line(each, where) for each in found)
    where.show([_data(each, words=words) for each in found], lines or where.say("cli.no-replies"))
    return FINDINGS if unread and found else DONE


def _data(each: ReplyLine, *, words: bool) -> dict[str, Any]:
    data = each._asdict()
    if not words:
        del data["text"]
    return data


def _line(each: ReplyLine, where: Where) -> str:
    line = where.say(
        "cli.reply", id=each.id, at=where.local(each.at), channel=each.channel,
        person=each.person or where.say("cli.reply-nobody"), meant=where.say(f"cli.meant-{each.meant}"),
        outcome=where.say(f"cli.reply-{each.outcome}"), duty=each.duty or "",
    ).rstrip()  # fmt: skip
    if each.seen_by is not None:
        line += where.say("cli.reply-seen", by=each.seen_by)
    return f"{line}\n  {each.text}" if each.text is not None else line


def seen(*numbers: int, by: By, where: Where = Where()) -> int:
    """Note that somebody has read text messages, by their numbers: they are no finding any more."""
    if not numbers:
        raise BadInput(where.say("cli.which-replies"))
    where.people(by)
    with writing(where.store.engine) as connection:
        strange = sorted(set(numbers) - known_numbers(connection, numbers))
        if strange:
            raise BadInput(where.say("cli.no-such-reply", number=strange[0]))
        count = mark_seen(connection, numbers, PersonId(by), where.moment)
    where.show({"seen": count}, where.say("cli.replies-seen", count=count))
    return DONE


def stop_(person: str, *, reach: Way, by: By, where: Where = Where()) -> int:
    """Note that somebody wants no more mail, or no more text messages. The duties stay."""
    where.people(person, by)
    with writing(where.store.engine) as connection:
        fresh = stop(connection, PersonId(person), reach, where.moment, by)
    said = "cli.told-no-more" if fresh else "cli.told-no-more-already"
    where.show({"person": person, "reach": reach, "changed": fresh}, where.say(said, person=person, reach=reach))
    return DONE


def start(person: str, *, reach: Way, where: Where = Where()) -> int:
    """Take that back: he or she wants to be told this way again."""
    where.people(person)
    with writing(where.store.engine) as connection:
        changed = start_again(connection, PersonId(person), reach)
    said = "cli.told-again" if changed else "cli.told-all-along"
    where.show({"person": person, "reach": reach, "changed": changed}, where.say(said, person=person, reach=reach))
    return DONE


def contact(
    person: str,
    *,
    by: By,
    phone: Annotated[str | None, Parameter(help="the new telephone; as it was where it is not given")] = None,
    email: Annotated[str | None, Parameter(help="the new mail address; as it was where it is not given")] = None,
    where: Where = Where(),
) -> int:
    """Change the telephone or mail by which a volunteer or coordinator is told; it is recorded who did so."""
    where.people(person, by)
    with writing(where.store.engine) as connection:
        known = identities(connection, where.store.seal, [PersonId(person)]).get(PersonId(person))
        number, address = (known.phone or "", known.email or "") if known else ("", "")
        if phone is not None:
            number = _tidied(tidy_phone(phone), where, "not-a-phone")
        if email is not None:
            address = _tidied(tidy_mail(email), where, "not-a-mail")
        new = NewContact(PersonId(person), number, address, by)
        if not (new.phone or new.email):
            raise BadInput(where.say("cli.contact-none"))
        try:
            changed = change_contact(connection, where.store.seal, new, where.moment)
        except Refusal as refusal:
            raise where.refused(refusal) from None
    where.show(
        {"person": person, "changed": changed},
        where.say(f"cli.contact-{'changed' if changed else 'same'}", person=person),
    )
    return DONE


def _tidied(tidied: str | None, where: Where, trouble: str) -> str:
    if tidied is None:
        raise BadInput(where.say(f"console_volunteers.{trouble}"))
    return tidied
