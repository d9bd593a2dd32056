"""What can be said of a duty: when it arises, what it asks, what follows, what messages call it."""

from collections.abc import Iterator

from domain.programme.plain import Plain
from domain.programme.schema import Cadence, Consequence, DutyKind, FieldKind, Open, Question
from domain.programme.spans import Length


def duty(plain: Plain, key: str, thing: DutyKind) -> Iterator[tuple[str, str]]:
    """A duty without its ladder, which is compared beside it."""
    say = plain.say
    yield say("title"), plain.words(thing.title)
    yield say("owner"), plain.role(thing.owed_by)
    if thing.together_with:
        yield say("together"), plain.listed(map(plain.role, thing.together_with))
    yield from rhythm(plain, thing.opens)
    yield say("stages"), plain.listed(plain.stage(stage) for stage in thing.stages)
    yield say("for-kinds"), plain.kinds(thing.kinds)
    if thing.several:
        yield say("several"), plain.yes(value=True)
    if thing.once:
        yield say("once"), plain.yes(value=True)
    if thing.met_by:
        yield say("met-by"), plain.triggers(thing.met_by)
    if thing.lapses_into is not None:
        yield say("lapses-into"), plain.duty(thing.lapses_into)
    if thing.answerable_before is not None:
        yield say("answerable-before"), plain.length(thing.answerable_before)
    if thing.handover is not None:
        yield say("handover"), plain.length(thing.handover)
    for question in thing.asks.values():
        yield say("question", title=plain.words(question.title)), _question(plain, question)
    yield from _consequences(plain, key, thing)
    yield from _replies(plain, key, thing)
    yield from _own_words(plain, key)


def rhythm(plain: Plain, opens: Open) -> Iterator[tuple[str, str]]:
    """When a duty arises: by itself, or so long after something happened."""
    say = plain.say
    if opens.after:
        yield say("begins"), plain.triggers(opens.after)
    if opens.on is not None:
        yield say("counts-from"), _counted_from(plain, opens)
    if opens.within is not None:
        yield from _cadence(plain, "within", opens.within)
    if opens.every is not None:
        yield from _cadence(plain, "every", opens.every)
    if opens.yearly is not None:
        yield say("every-year"), plain.day(opens.yearly, opens.from_festival)
    if opens.rule is not None:
        yield say("by-rule"), plain.rule(opens.rule)
    if opens.age is not None:
        yield say("at-age"), say("years-old", years=opens.age.amount)
    if opens.paper is not None:
        yield say("when-paper-ends"), plain.papers([opens.paper])
    if opens.ending is not None:
        yield say("when-service-ends"), plain.role(opens.ending)
    times = plain.programme.times_of_year
    if opens.during is not None:
        yield say("only-during"), plain.titled(times, opens.during)
    if opens.outside is not None:
        yield say("only-outside"), plain.titled(times, opens.outside)


def _counted_from(plain: Plain, opens: Open) -> str:
    key = str(opens.on)
    asks = [duty.asks[key] for duty in plain.programme.duties.values() if key in duty.asks]
    return plain.say("activity-day") if key == "on" or not asks else plain.words(asks[0].title)


def _cadence(plain: Plain, key: str, written: Length | Cadence) -> Iterator[tuple[str, str]]:
    if not isinstance(written, Cadence):
        yield plain.say(key), plain.length(written)
        return
    for risk_level, length in written.by_risk.items():
        yield plain.say(f"{key}-at-risk", risk=plain.titled(plain.programme.risks, risk_level)), plain.length(length)
    for part, length in written.by_life.items():
        yield plain.say(f"{key}-in-life", part=plain.titled(plain.programme.life, part)), plain.length(length)
    if written.otherwise is not None:
        yield plain.say(f"{key}-otherwise"), plain.length(written.otherwise)


def _question(plain: Plain, question: Question) -> str:
    said = [plain.say(f"type-{question.type.value}")]
    if question.options:
        said.append(plain.listed(plain.words(option) for option in question.options.values()))
    if question.type is FieldKind.COUNT:
        said.append(plain.say("from-until", first=question.least, last=question.most))
    said.append(plain.say("required" if question.required else "optional"))
    if question.life:
        parts = (plain.titled(plain.programme.life, part) for part in question.life)
        said.append(plain.say("asked-in", parts=plain.listed(parts)))
    return plain.say("comma").join(said)


def _consequences(plain: Plain, key: str, thing: DutyKind) -> Iterator[tuple[str, str]]:
    """By what is answered: everything that follows from it."""
    follows: dict[str, list[str]] = {}
    for consequence in thing.consequences:
        follows.setdefault(plain.conditions(key, consequence), []).append(plain.follows(consequence))
    for condition, each in follows.items():
        yield plain.say("answered", condition=condition), plain.say("comma").join(sorted(each))


def _replies(plain: Plain, key: str, thing: DutyKind) -> Iterator[tuple[str, str]]:
    """What a text message of one digit says."""
    replies = thing.replies
    if replies is None:
        return
    for word in ("done", "help"):
        answers = getattr(replies, word)
        if answers is not None:
            said = plain.conditions(key, Consequence(when=answers)) if answers else plain.say("no-answers")
            yield plain.say(f"reply-{word}"), said
    if replies.cannot is not None:
        yield plain.say("reply-cannot"), plain.duties(plain.programme.opened_by.get(f"raised:{replies.cannot}", ()))


def _own_words(plain: Plain, key: str) -> Iterator[tuple[str, str]]:
    """What messages call it instead of its title."""
    own = plain.programme.messages.duties.get(key)
    if own is not None and own.sms is not None:
        yield plain.say("own-sms"), plain.words(own.sms)
    if own is not None and own.mail is not None:
        yield plain.say("own-mail"), plain.words(own.mail)
