"""Parts of sentences that mails and text messages share: how late something is, on which day, at which level."""

from datetime import date
from typing import NamedTuple

from domain.words import say
from domain.words.places import units
from notifiers.channels import Filled
from notifiers.matters import Matter


class Wording(NamedTuple):
    """A message as it is to be read; ``filled``: a text message as a filed template and its values."""

    subject: str
    text: str
    html: str | None = None
    filled: Filled | None = None


def state(matter: Matter, language: str) -> str:
    """How late it is, or how long there is time."""
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


def short_state(matter: Matter, language: str) -> str:
    """The day itself where there is still time: a text message may be read days later."""
    if matter.days_late > 0:
        return state(matter, language)
    return say(language, "messages.sms-due-in", date=day_in_words(matter.due_on, language, "date-short"))


def own_words(words: str, matter: Matter, language: str) -> str:
    """A programme's own words with their values; nothing for a reader who only sees to it that others do it."""
    if not matter.owed:
        return ""
    day = day_in_words(matter.due_on, language, "date-short")
    return words.format(title=matter.title, case=matter.case, date=day)


def shortened(text: str, most: int) -> str:
    """A text cut to so many UTF-16 units, which its last sign says; whole where it fits."""
    if units(text) <= most:
        return text
    while units(text) >= most:
        text = text[:-1]
    return f"{text.rstrip()}…"


def day_in_words(day: date, language: str, form: str) -> str:
    """A day, with its year (``date``) or without (``date-short``)."""
    month = say(language, "messages.months").split()[day.month - 1]
    return say(language, f"messages.{form}", year=day.year, month=month, day=day.day)


def level_name(level: str, language: str) -> str:
    """What a level of the tree is called."""
    return say(language, f"messages.level-{level}")
