"""The words of a message: by language, by channel, by what it is about. Case numbers only, never a name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from domain.rules.ways import Way
from domain.words import say
from notifiers.matters import Matter
from notifiers.settings import Telling

ONE_PART: Final = 70
PART_OF_MANY: Final = 67
"""UTF-16 units a text message holds alone and as a part of a longer one (3GPP TS 23.040, UCS-2), signature included."""

MOST_PARTS: Final = 2
"""Text messages that one duty may take."""

MOST_IN_FULL: Final = 40
"""Matters a mail tells of one by one; of more than that the rest is named by case numbers."""

_FILLED_IN: Final = frozenset({Way.FORM, Way.PROPOSAL, Way.EARLY})


class Wording(NamedTuple):
    """A message as it is to be read."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True)
class _Block:
    heading: str
    lines: tuple[str, ...]
    pressing: bool
    link: str | None
    link_label: str
    link_line: str

    @property
    def text(self) -> str:
        """As plain text."""
        return "\n".join((self.heading, *self.lines, *((self.link_line,) if self.link else ())))


@dataclass(frozen=True)
class _Letter:
    language: str
    subject: str
    opening: str
    blocks: tuple[_Block, ...]
    rest: str
    closing: tuple[str, ...]

    @property
    def text(self) -> str:
        """As plain text."""
        parts = (self.opening, *(block.text for block in self.blocks), self.rest, "\n".join(self.closing))
        return "\n\n".join(part for part in parts if part) + "\n"


def mail_wording(about: Sequence[Matter], language: str, settings: Telling, nudge: int) -> Wording:
    """A mail about one matter or many, plain and as HTML."""
    full, rest = about[:MOST_IN_FULL], about[MOST_IN_FULL:]
    letter = _Letter(
        language=language,
        subject=_subject(about, language),
        opening=_opening(about, language),
        blocks=tuple(_block(matter, language, settings) for matter in full),
        rest=_rest(rest, language),
        closing=_closing(about, language, settings, nudge),
    )
    return Wording(letter.subject, letter.text, _template().render(letter=letter))


def sms_wording(
    about: Sequence[Matter], language: str, settings: Telling, code: str | None, *, again: bool = False
) -> Wording:
    """A text message: one matter in a sentence, many as a count; the fixed address and a code for who must answer."""
    action = _sms_action(about, language, settings, code)
    texts = [_sms_text(said + action, about, language, settings, again=again) for said in _sms_forms(about, language)]
    return Wording("", next((text for text in texts if sms_parts(text) <= MOST_PARTS), texts[-1]))


def sms_parts(text: str) -> int:
    """How many text messages a text is sent as."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= ONE_PART else -(-units // PART_OF_MANY)


def _subject(about: Sequence[Matter], language: str) -> str:
    subject = _subject_of_one(about[0], language) if len(about) == 1 else _subject_of_many(about, language)
    urgent = any(matter.urgent for matter in about)
    return say(language, "messages.subject-urgent", subject=subject) if urgent else subject


def _subject_of_one(matter: Matter, language: str) -> str:
    title, case, state = matter.title, matter.case, _state(matter, language)
    if matter.climbed_to is None:
        return say(language, "messages.subject-one", title=title, case=case, state=state)
    level = _level(matter.climbed_to, language)
    return say(language, "messages.subject-climbed", title=title, case=case, state=state, level=level)


def _subject_of_many(about: Sequence[Matter], language: str) -> str:
    late = sum(matter.days_late > 0 for matter in about)
    if late:
        return say(language, "messages.subject-many-late", count=len(about), late=late)
    return say(language, "messages.subject-many", count=len(about))


def _opening(about: Sequence[Matter], language: str) -> str:
    if any(matter.urgent for matter in about):
        return say(language, "messages.opening-urgent")
    if len(about) == 1:
        return say(language, "messages.opening-one")
    return say(language, "messages.opening-many", count=len(about))


def _block(matter: Matter, language: str, settings: Telling) -> _Block:
    lines = (*_standing(matter, language), *_what_to_do(matter, language, settings))
    pressing = matter.urgent or matter.days_late > 0
    if matter.link:
        label, line = _invitation(matter, language)
        return _Block(matter.title, lines, pressing, matter.link, label, line)
    link = settings.case_link(matter.case) if settings.console else None
    label, line = say(language, "messages.open-case"), say(language, "messages.open-case-here", link=link)
    return _Block(matter.title, lines, pressing, link, label, line)


def _invitation(matter: Matter, language: str) -> tuple[str, str]:
    """What the link is called, and the line that carries it in plain text."""
    match matter.way:
        case Way.DECISION:
            return say(language, "messages.decide"), say(language, "messages.decide-here", link=matter.link)
        case Way.ACKNOWLEDGE:
            return say(language, "messages.acknowledge"), say(language, "messages.acknowledge-here", link=matter.link)
        case _:
            return say(language, "messages.answer"), say(language, "messages.answer-here", link=matter.link)


def _standing(matter: Matter, language: str) -> list[str]:
    day, state = _day(matter.due_on, language, "date"), _state(matter, language)
    lines = [
        say(language, "messages.case-number", case=matter.case),
        say(language, "messages.due-day", date=day, state=state),
    ]
    if matter.climbed_to is not None:
        lines.append(say(language, "messages.climbed", level=_level(matter.climbed_to, language)))
    if matter.empty:
        units = say(language, "messages.list").join(matter.empty)
        lines.append(say(language, "messages.empty", units=units))
    return lines


def _what_to_do(matter: Matter, language: str, settings: Telling) -> list[str]:
    lines = [say(language, "messages.urgent")] if matter.urgent else []
    if matter.owed:
        return lines
    climbed = matter.climbed_to is not None
    lines.append(say(language, "messages.act-on-it") if climbed else say(language, "messages.see-to-it"))
    if not settings.console:
        lines.append(say(language, "messages.by-command", case=matter.case))
    return lines


def _rest(about: Sequence[Matter], language: str) -> str:
    if not about:
        return ""
    cases = say(language, "messages.list").join(dict.fromkeys(matter.case for matter in about))
    return say(language, "messages.rest", count=len(about), cases=cases)


def _closing(about: Sequence[Matter], language: str, settings: Telling, nudge: int) -> tuple[str, ...]:
    lines = [say(language, "messages.no-names"), say(language, "messages.why", nudge=nudge)]
    if any(matter.link for matter in about):
        lines.insert(0, say(language, "messages.link-lives", days=settings.links_live_days))
    return tuple(lines)


def _sms_text(text: str, about: Sequence[Matter], language: str, settings: Telling, *, again: bool) -> str:
    if any(matter.urgent for matter in about):
        text = say(language, "messages.sms-urgent", text=text)
    if again:
        text = say(language, "messages.sms-repeat", text=text)
    return say(language, "messages.sms-signed", signature=settings.signature, text=text)


def _sms_forms(about: Sequence[Matter], language: str) -> Iterator[str]:
    """What there is to say, the fullest form first; whatever a shorter one leaves out, the page tells."""
    if len(about) > 1:
        yield _sms_digest(about, language)
        return
    title, case, state = about[0].title, about[0].case, _short_state(about[0], language)
    said = brief = say(language, "messages.sms-one", title=title, case=case, state=state)
    if about[0].climbed_to is not None:
        level = _level(about[0].climbed_to, language)
        said = say(language, "messages.sms-climbed", title=title, case=case, state=state, level=level)
    yield said + (say(language, "messages.sms-empty") if about[0].empty else "")
    yield said
    yield brief


def _sms_digest(about: Sequence[Matter], language: str) -> str:
    late = sum(matter.days_late > 0 for matter in about)
    if late:
        return say(language, "messages.sms-many-late", count=len(about), late=late)
    first = min(matter.due_on for matter in about)
    return say(language, "messages.sms-many", count=len(about), date=_day(first, language, "date-short"))


def _sms_action(about: Sequence[Matter], language: str, settings: Telling, code: str | None) -> str:
    if code is not None and any(matter.way in _FILLED_IN for matter in about):
        return say(language, "messages.sms-answer", address=settings.answer_address, code=code)
    if code is not None:
        return say(language, "messages.sms-open", address=settings.answer_address, code=code)
    if any(matter.climbed_to for matter in about):
        return say(language, "messages.sms-act-on-it")
    return say(language, "messages.sms-see-to-it")


def _state(matter: Matter, language: str) -> str:
    match matter.days_late:
        case 0:
            return say(language, "messages.due-today")
        case -1:
            return say(language, "messages.due-tomorrow")
        case 1:
            return say(language, "messages.late-one")
        case late if late > 0:
            return say(language, "messages.late", days=late)
        case left:
            return say(language, "messages.due-in", days=-left)


def _short_state(matter: Matter, language: str) -> str:
    """The day itself where there is still time: a text message may be read days later."""
    if matter.days_late > 0:
        return _state(matter, language)
    return say(language, "messages.sms-due-in", date=_day(matter.due_on, language, "date-short"))


def _day(day: date, language: str, form: str) -> str:
    month = say(language, "messages.months").split()[day.month - 1]
    return say(language, f"messages.{form}", year=day.year, month=month, day=day.day)


def _level(level: str, language: str) -> str:
    return say(language, f"messages.level-{level}")


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = PackageLoader("notifiers")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("mail.html")
