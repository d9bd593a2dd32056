"""The words of a message: by language, by channel, by what it is about. Case numbers only, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from domain.rules.ways import Way
from domain.words import say
from notifiers.matters import Matter
from notifiers.phrases import Wording, day_in_words, level_name, own_words, state
from notifiers.settings import Telling

MOST_IN_FULL: Final = 40
"""Matters a mail tells of one by one; of more than that the rest is named by case numbers."""


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
    letter = _letter(about, language, settings, _closing(about, language, settings, nudge))
    return Wording(letter.subject, letter.text, _template().render(letter=letter))


def chat_wording(about: Sequence[Matter], language: str, settings: Telling, nudge: int) -> Wording:
    """A message in a desk's group: others read it too, so it holds no link of one's own."""
    letter = _letter(about, language, settings, (say(language, "messages.chat-why", nudge=nudge),))
    return Wording(letter.subject, letter.text)


def _letter(about: Sequence[Matter], language: str, settings: Telling, closing: tuple[str, ...]) -> _Letter:
    full, rest = about[:MOST_IN_FULL], about[MOST_IN_FULL:]
    return _Letter(
        language=language,
        subject=_subject(about, language),
        opening=_opening(about, language),
        blocks=tuple(_block(matter, language, settings) for matter in full),
        rest=_rest(rest, language),
        closing=closing,
    )


def _subject(about: Sequence[Matter], language: str) -> str:
    subject = _subject_of_one(about[0], language) if len(about) == 1 else _subject_of_many(about, language)
    urgent = any(matter.urgent for matter in about)
    return say(language, "messages.subject-urgent", subject=subject) if urgent else subject


def _subject_of_one(matter: Matter, language: str) -> str:
    title, case, late = matter.title, matter.case, state(matter, language)
    if matter.climbed_to is None:
        return say(language, "messages.subject-one", title=title, case=case, state=late)
    level = level_name(matter.climbed_to, language)
    return say(language, "messages.subject-climbed", title=title, case=case, state=late, level=level)


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
    own = own_words(matter.own_mail, matter, language)
    lines = (*([own] if own else []), *_standing(matter, language), *_what_to_do(matter, language, settings))
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
    day, late = day_in_words(matter.due_on, language, "date"), state(matter, language)
    lines = [
        say(language, "messages.case-number", case=matter.case),
        say(language, "messages.due-day", date=day, state=late),
    ]
    if matter.climbed_to is not None:
        lines.append(say(language, "messages.climbed", level=level_name(matter.climbed_to, language)))
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


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = PackageLoader("notifiers")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("mail.html")
