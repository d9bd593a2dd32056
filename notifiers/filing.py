"""The sheet by which templates are filed with an SMS service: one template a key, derived from the words themselves."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from domain.programme.check_messages import MOST_OWN
from domain.programme.schema import Programme
from domain.words import say, sentences
from domain.words.places import places, units
from notifiers.lint import LONGEST_VALUE, worst_texts
from notifiers.samples import Samples
from notifiers.settings import Telling
from notifiers.wording_sms import ADDRESS, FORMS, Form, said_wording, signed, sms_parts, sms_wording

CODE_GOES_HERE: Final = "CODE"
"""What stands in the field of a URL until the service has approved the template and given its code."""


MOST_COUNTED: Final = 3
"""Digits of how many duties one message is about."""


class Place(NamedTuple):
    """A value of a template: its name, what it means, how long it gets, and a value filled in."""

    name: str
    meaning: str
    longest: int
    sample: str


class Filing(NamedTuple):
    """One template to be filed. ``aliyun`` and ``tencent`` are the same text in each service's notation.

    ``sample`` is the whole message with its signature, of ``signs`` UTF-16 units and ``parts`` text messages; ``field``
    is what the channel's URL says once there is a code.
    """

    key: str
    aliyun: str
    tencent: str
    places: tuple[Place, ...]
    sample: str

    @property
    def signs(self) -> int:
        """How long the sample is, signature included."""
        return units(self.sample)

    @property
    def parts(self) -> int:
        """How many text messages the sample is."""
        return sms_parts(self.sample)

    @property
    def field(self) -> str:
        """``:KEY=CODE,value,value``, as ``filed_templates.py`` reads it."""
        return f":{self.key}={','.join((CODE_GOES_HERE, *(place.name for place in self.places)))}"


def filings(programmes: Iterable[Programme], language: str, settings: Telling, today: date) -> tuple[Filing, ...]:
    """Every template that messages of these programmes can ask for, and none besides.

    The fixed address is written out: among the values services refuse it.
    """
    known = tuple(programmes)
    longest = _longest(known, language)
    found = (*_of_duties(known, language, settings, today), *_of_answers(known, language, settings, today))
    return tuple(_filing(each, longest, language, settings) for each in found)


Text = Callable[[Mapping[str, str]], str]
"""The words of a template with its values put in, without the signature."""


class _Found(NamedTuple):
    key: str
    text: Text
    names: tuple[str, ...]
    values: Mapping[str, str]


def _of_duties(programmes: tuple[Programme, ...], language: str, settings: Telling, today: date) -> Iterator[_Found]:
    samples: dict[str, Mapping[str, str]] = {}
    for programme in programmes:
        for sample in Samples(programme, language, settings, today).of_any():
            wording = sms_wording(sample.about, language, settings, sample.code, longest_value=LONGEST_VALUE)
            if wording.filled is not None:
                samples.setdefault(wording.filled.key, wording.filled.values)
    for form in FORMS:
        if form.key in samples:

            def text(values: Mapping[str, str], form: Form = form) -> str:
                return form.text(language, {**values, ADDRESS: settings.answer_address})

            yield _Found(form.key, text, form.places(language), samples[form.key])


def _of_answers(programmes: tuple[Programme, ...], language: str, settings: Telling, today: date) -> Iterator[_Found]:
    samples = Samples(programmes[0], language, settings, today)
    for says, sentence in sentences("replies", language).items():
        if says == "subject":
            continue
        filled = said_wording(says, samples.said(says), language, settings, longest_value=LONGEST_VALUE).filled
        if filled is not None:

            def text(values: Mapping[str, str], says: str = says) -> str:
                return say(language, f"replies.{says}", **values)

            yield _Found(filled.key, text, places(sentence), filled.values)


def _filing(found: _Found, longest: Mapping[tuple[str, str], int], language: str, settings: Telling) -> Filing:
    return Filing(
        key=found.key,
        aliyun=found.text({name: f"${{{name}}}" for name in found.names}),
        tencent=found.text({name: f"{{{number}}}" for number, name in enumerate(found.names, 1)}),
        places=tuple(_place(found, name, longest, language) for name in found.names),
        sample=signed(found.text(found.values), language, settings),
    )


def _place(found: _Found, name: str, longest: Mapping[tuple[str, str], int], language: str) -> Place:
    of_many = f"value-{found.key.partition('-')[0]}-{name}"
    meaning = of_many if of_many in sentences("preview", language) else f"value-{name}"
    most = longest[found.key.partition("-")[0], name]
    return Place(name, say(language, f"preview.{meaning}"), most, found.values[name])


def _longest(programmes: tuple[Programme, ...], language: str) -> Mapping[tuple[str, str], int]:
    """How long each value gets at most: of one, of many, of an answer. Where the words set no bound the rules do."""
    bounds = {"title": MOST_OWN["sms"][language], "how": LONGEST_VALUE, "listed": LONGEST_VALUE, "count": MOST_COUNTED}
    found = {(about, name): most for about in ("one", "many", "says") for name, most in bounds.items()}
    for programme in programmes:
        for wording in worst_texts(programme, language, LONGEST_VALUE):
            if wording.filled is not None:
                about = wording.filled.key.partition("-")[0]
                for name, value in wording.filled.values.items():
                    found[about, name] = max(found.get((about, name), 0), units(value))
    return found
