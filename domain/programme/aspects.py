"""What can be said of each part of a programme, aspect by aspect: a label and a phrase in plain words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from domain.programme.aspects_duty import duty
from domain.programme.plain import Plain
from domain.programme.schema import (
    CaseKind,
    Helper,
    Named,
    Paper,
    Programme,
    Role,
    Season,
    Setting,
    TimeOfYear,
    Words,
)
from domain.programme.spans import read_length

Aspects = Mapping[str, str]
"""Label → phrase; what a thing does not have is left out."""


class Section(NamedTuple):
    """One group of things in a programme: where they are, and what can be said of each."""

    key: str
    things: Callable[[Programme], Mapping[str, Any]]
    aspects: Callable[[Plain, str, Any], Iterator[tuple[str, str]]]


def whole(plain: Plain, _key: str, programme: Programme) -> Iterator[tuple[str, str]]:
    """The programme itself."""
    say, manners = plain.say, programme.manners
    yield say("title"), plain.words(programme.title)
    yield say("subject"), say(f"subject-{programme.subject}")
    yield say("area"), programme.area
    yield say("time-zone"), programme.time_zone.key
    yield say("valid-from"), programme.valid_from.isoformat()
    yield say("ages"), _ages(plain, programme.eligible.from_age, programme.eligible.below_age)
    yield say("risk-at-start"), plain.titled(programme.risks, programme.risk_at_start)
    yield say("quiet"), say("from-until", first=manners.quiet_from, last=manners.quiet_until)
    if manners.quiet_during:
        seasons = (programme.times_of_year[name].title for name in manners.quiet_during)
        yield say("quiet-during"), plain.listed(map(plain.words, seasons))
    if manners.digest_at is not None:
        yield say("digest"), say("digest-at", time=manners.digest_at)
    if manners.most_in_a_week is not None:
        yield say("most-in-a-week"), say("messages-a-week", count=manners.most_in_a_week)
    if programme.serving is not None:
        yield say("serving"), say("years-old", years=programme.serving.until_age)
    if programme.lateness is not None:
        late = programme.lateness
        opened = programme.opened_by.get(f"raised:{late.raises}", ())
        phrase = say("late-answers", count=late.count, length=plain.length(late.within), what=plain.duties(opened))
        yield say("lateness"), phrase


def _ages(plain: Plain, least: int | None, below: int | None) -> str:
    said = [plain.say("ages-from", years=least)] if least is not None else []
    said += [plain.say("ages-below", years=below)] if below is not None else []
    return plain.say("comma").join(said) or plain.say("any-age")


def setting(plain: Plain, _key: str, thing: Setting) -> Iterator[tuple[str, str]]:
    """A value the sources leave open."""
    yield plain.say("value"), _value(plain, str(thing.value))
    yield plain.say("source"), thing.source


def _value(plain: Plain, written: str) -> str:
    try:
        return plain.length(read_length(written))
    except ValueError:
        return written


def kind(plain: Plain, key: str, thing: CaseKind) -> Iterator[tuple[str, str]]:
    """A kind of case; where it is as the whole programme says, that is told there."""
    say = plain.say
    yield from named(plain, key, thing)
    if thing.subject is not None:
        yield say("subject"), say(f"subject-{thing.subject}")
    if thing.below_age is not None or thing.from_age is not None:
        yield say("ages"), _ages(plain, thing.from_age, thing.below_age)
    yield say("starts"), plain.stage(thing.starts)
    if thing.risk_at_start is not None:
        yield say("risk-at-start"), plain.titled(plain.programme.risks, thing.risk_at_start)


def named(plain: Plain, _key: str, thing: Named | Paper) -> Iterator[tuple[str, str]]:
    """What something is called."""
    yield plain.say("title"), plain.words(thing.title)
    if thing.also:
        yield plain.say("also"), plain.listed(thing.also)


def risk(plain: Plain, _key: str, thing: Words) -> Iterator[tuple[str, str]]:
    """A level of risk."""
    yield plain.say("title"), plain.words(thing)


def paper(plain: Plain, key: str, thing: Paper) -> Iterator[tuple[str, str]]:
    """A paper that helpers sign."""
    yield from named(plain, key, thing)
    yield plain.say("lasts"), plain.lasts(thing)
    if thing.pauses:
        yield plain.say("pauses"), plain.yes(value=True)


def role(plain: Plain, _key: str, thing: Role) -> Iterator[tuple[str, str]]:
    """A role."""
    yield plain.say("title"), plain.words(thing.title)
    yield plain.say("filled-by"), plain.filled_by(thing)
    if isinstance(thing, Helper):
        yield plain.say("needed"), plain.yes(value=thing.needed)
        yield plain.say("helpers-of"), plain.helper_kinds(thing.of)
        yield plain.say("papers-needed"), plain.papers(thing.papers)
        yield plain.say("for-kinds"), plain.kinds(thing.kinds)


def pairing(plain: Plain, _key: str, programme: Programme) -> Iterator[tuple[str, str]]:
    """How a helper is found."""
    thing, say = programme.pairing, plain.say
    if thing is None:
        return
    yield say("pairing-role"), plain.role(thing.role)
    yield say("pairing-desk"), plain.role(thing.desk)
    yield say("papers-needed"), plain.papers(thing.papers)
    yield say("papers-valid"), plain.length(thing.papers_valid_for)
    yield say("within-level"), plain.level(thing.within)
    yield say("asked-first"), plain.helper_kinds(thing.first)
    for child, helper in thing.helper_for.items():
        yield say("helper-for", sex=say(f"sex-{child}")), say(f"sex-{helper}")
    for key, skills in thing.skills_for.items():
        yield say("skills-for", kind=plain.kinds([key])), plain.listed(skills)
    for key, points in thing.weights.items():
        yield say(f"weight-{key}"), str(points)


def ladder(plain: Plain, key: str, _thing: object) -> Iterator[tuple[str, str]]:
    """A ladder, step by step."""
    yield from steps(plain, key, "rung")


def steps(plain: Plain, key: str, label: str) -> Iterator[tuple[str, str]]:
    """The steps of a ladder, each under its number."""
    for number, rung in enumerate(plain.programme.ladders[key].rungs, 1):
        yield plain.say(label, number=number), plain.rung(rung)


def season(plain: Plain, _key: str, thing: Season) -> Iterator[tuple[str, str]]:
    """A part of life."""
    yield plain.say("title"), plain.words(thing.title)
    yield plain.say("from-age"), plain.length(thing.from_age)
    if thing.on is not None:
        yield plain.say("on-day"), plain.day(thing.on)
    if thing.move is not None:
        yield plain.say("the-case"), plain.say(f"brings-{thing.move.value}")


def time_of_year(plain: Plain, _key: str, thing: TimeOfYear) -> Iterator[tuple[str, str]]:
    """A time of the year."""
    yield plain.say("title"), plain.words(thing.title)
    yield plain.say("when"), plain.time_of_year(thing)


SECTIONS: Final[tuple[Section, ...]] = (
    Section("programme", lambda programme: {"": programme}, whole),
    Section("duties", lambda programme: programme.duties, duty),
    Section("ladders", lambda programme: programme.ladders, ladder),
    Section("roles", lambda programme: programme.roles, role),
    Section("kinds", lambda programme: programme.eligible.kinds, kind),
    Section("risks", lambda programme: programme.risks, risk),
    Section("papers", lambda programme: programme.papers, paper),
    Section("helpers", lambda programme: programme.helpers, named),
    Section("pairing", lambda programme: {"": programme} if programme.pairing else {}, pairing),
    Section("life", lambda programme: programme.life, season),
    Section("times", lambda programme: programme.times_of_year, time_of_year),
    Section("settings", lambda programme: programme.settings, setting),
)
"""In the order in which a coordinator asks."""
