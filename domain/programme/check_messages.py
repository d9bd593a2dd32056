"""Rules about a programme's own words in messages: what they may name, and how long they may be."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from domain.programme.check import Rule
from domain.programme.messages import OwnWords
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import Programme
from domain.words import LANGUAGES
from domain.words.places import LINK, places, units

OWN_PLACES: Final = ("title", "case", "date")
"""Values that words of a programme's own may name."""

MOST_OWN: Final[Mapping[str, Mapping[str, int]]] = {"sms": {"zh": 20, "en": 35}, "mail": {"zh": 80, "en": 160}}
"""UTF-16 units with the longest values: what stands for a title leaves room for the rest of two text messages."""

LONGEST: Final[Mapping[str, str]] = {"case": "371302-00412", "date": "12月25日"}
_ENDS: Final = re.compile(r"[。．.!！?？；;，,]\s*$")


def check_messages(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with a programme's own words."""
    for rule in _RULES:
        yield from rule(programme)


def own_words_say_something(programme: Programme) -> Iterator[Finding]:
    """Where a duty is named there are words for it."""
    for name, own in programme.messages.duties.items():
        if own.sms is None and own.mail is None:
            yield found(("messages", "duties", name), "own-words-nothing", name=name)


def own_words_name_no_person(programme: Programme) -> Iterator[Finding]:
    """Only a title, a case number and a day have a place in them, and no address stands there."""
    for path, text, _ in _written(programme):
        try:
            named = places(text)
        except ValueError:
            yield found(path, "own-braces")
            continue
        for place in named:
            if place not in OWN_PLACES:
                yield found(path, "own-place", name=place)
        if path[-2] == "sms" and LINK.search(text):
            yield found(path, "own-link")


def own_words_are_one_line(programme: Programme) -> Iterator[Finding]:
    """They are one line; those of a text message stand in the middle of a sentence."""
    for path, text, _ in _written(programme):
        if not text.isprintable():
            yield found(path, "own-lines")
        elif path[-2] == "sms" and _ENDS.search(text):
            yield found(path, "own-stop")


def own_words_are_short(programme: Programme) -> Iterator[Finding]:
    """With the longest values they still leave room for the rest of the message."""
    for path, text, title in _written(programme):
        most = MOST_OWN[str(path[-2])][str(path[-1])]
        length = units(_filled(text, title))
        if length > most:
            yield found(path, "own-too-long", length=length, most=most)


def _filled(text: str, title: str) -> str:
    for name, value in {**LONGEST, "title": title}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _written(programme: Programme) -> Iterator[tuple[Path, str, str]]:
    """Every text of its own, where it stands, and the title of its duty in the same language."""
    for name, own in programme.messages.duties.items():
        duty = programme.duties.get(name)
        for channel, words in _of(own):
            for language in LANGUAGES:
                title = duty.title.say(language) if duty else ""
                yield ("messages", "duties", name, channel, language), getattr(words, language), title


def _of(own: OwnWords) -> Iterator[tuple[str, object]]:
    yield from ((channel, words) for channel in ("sms", "mail") if (words := getattr(own, channel)) is not None)


_RULES: Final[tuple[Rule, ...]] = (
    own_words_say_something,
    own_words_name_no_person,
    own_words_are_one_line,
    own_words_are_short,
)
