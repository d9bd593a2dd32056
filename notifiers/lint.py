"""Whether messages keep what is promised of them: no place for a name, two text messages, values a provider takes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from domain.ids import CaseId, duty_id
from domain.programme.schema import Level, OwnWords, Programme
from domain.rules.ways import Way
from domain.store.reply_codes import FIRST, LAST
from domain.words import LANGUAGES, say, sentences
from domain.words.places import IN_MESSAGES, LINK, places, units
from notifiers.channels.aliyun import AliyunChannel
from notifiers.matters import Matter
from notifiers.phrases import Wording, level_name
from notifiers.replies import MOST_LISTED
from notifiers.settings import LONGEST_IN_SMS, Telling
from notifiers.wording_sms import MOST_PARTS, said_wording, sms_parts, sms_wording

LONGEST_VALUE: Final = AliyunChannel.longest_value
"""What words are written for; a service that takes less gets the shorter forms."""

AREAS: Final = ("messages", "replies")
CODE: Final = "00000000"
CASE: Final = CaseId("000000-00000")
LONG_DAY: Final = date(2026, 12, 25)
LONG_LATE: Final = 365
LATE_IN_TWO_DIGITS: Final = 99
"""One digit less may just fit where the longest gives way to a shorter form."""

OPT_OUT: Final = re.compile(r"退订|拒收|回\s*T|\bTD\b|unsubscribe|opt.?out", re.IGNORECASE)

# The longest signature and the longest address that settings allow.
_SETTINGS: Final = Telling(base_url=f"https://{'x' * (LONGEST_IN_SMS - 8)}", channels=(), signature="守" * 8)


class Fault(NamedTuple):
    """Words that do not keep the promise: a key of ``preview.*.yaml`` without ``fault-``, and its values."""

    problem: str
    values: Mapping[str, str]

    def sentence(self, language: str) -> str:
        """What is wrong with which words, and what to write instead."""
        return say(language, f"preview.fault-{self.problem}", **self.values)


def lint_messages(programmes: Iterable[Programme], languages: Sequence[str] = LANGUAGES) -> tuple[Fault, ...]:
    """Everything wrong with the words of messages and of these programmes; each fault of a form once."""
    found: dict[tuple[str, str, str], Fault] = {}
    faults = [*_of_sentences(languages)]
    for programme in programmes:
        for language in languages:
            faults += _of_texts(programme, language)
    for fault in faults:
        found.setdefault((fault.problem, fault.values["where"], fault.values.get("name", "")), fault)
    return tuple(found.values())


def worst_texts(programme: Programme, language: str, longest_value: int | None) -> Iterator[Wording]:
    """Text messages with the longest titles, days, levels, codes, addresses and signature there can be."""
    for about in _longest(programme, language):
        code = CODE if any(matter.has_page for matter in about) else None
        yield sms_wording(about, language, _SETTINGS, code, again=True, longest_value=longest_value)
    values = _longest_said(programme, language)
    for says, text in sentences("replies", language).items():
        if says != "subject":
            given = {name: values[name] for name in places(text) if name in values}
            yield said_wording(says, given, language, _SETTINGS, longest_value=longest_value)


def _of_sentences(languages: Sequence[str]) -> Iterator[Fault]:
    for area in AREAS:
        for language in languages:
            for key, text in sentences(area, language).items():
                where = f"{area}.{language}.yaml: {key}"
                for name in places(text):
                    if name not in IN_MESSAGES:
                        yield Fault("place", {"where": where, "name": name})
                if OPT_OUT.search(text):
                    yield Fault("opt-out", {"where": where, "text": text})


def _of_texts(programme: Programme, language: str) -> Iterator[Fault]:
    if any(fault.problem == "place" for fault in _of_sentences([language])):
        return  # What has no value cannot be written.
    for longest in (None, LONGEST_VALUE):
        for wording in worst_texts(programme, language, longest):
            yield from _of_text(wording, f"{programme.name} {language}", longest)


def _of_text(wording: Wording, where: str, longest: int | None) -> Iterator[Fault]:
    if wording.filled is None:
        return
    said = {"where": f"{where} {wording.filled.key}", "text": wording.text}
    if sms_parts(wording.text) > MOST_PARTS:
        yield Fault("too-long", {**said, "length": str(units(wording.text)), "most": str(MOST_PARTS)})
    for name, value in wording.filled.values.items():
        if longest is not None and units(value) > longest:
            length = str(units(value))
            yield Fault(
                "value-too-long", {**said, "name": name, "value": value, "length": length, "most": str(longest)}
            )
        if not value.strip():
            yield Fault("value-empty", {**said, "name": name})
        if LINK.search(value):
            yield Fault("value-link", {**said, "name": name, "value": value})


def _longest(programme: Programme, language: str) -> Iterator[tuple[Matter, ...]]:
    """What messages may be about at their longest: each kind of duty, and very many."""
    matters = [_matter(programme, kind, language) for kind in programme.duties]
    late = [replace(matter, days_late=LONG_LATE) for matter in matters]
    for matter in (*matters, *late):
        yield (matter,)
        for code in (None, FIRST, LAST):
            yield (replace(matter, digits="123", reply_code=code),)
        yield (replace(matter, way=Way.PROPOSAL, digits="13", reply_code=LAST),)
    level = max((level.value for level in Level), key=lambda level: units(level_name(level, language)))
    for matter in (*late, replace(late[0], days_late=LATE_IN_TWO_DIGITS)):
        climbed = replace(matter, climbed_to=level, way=Way.NOT_YOURS)
        yield (climbed,)
        yield (replace(climbed, empty=("-",)),)
        yield (replace(climbed, way=Way.ACKNOWLEDGE, digits="1", reply_code=LAST),)
        yield (replace(matter, way=Way.NOT_YOURS),)
    coded = [replace(matter, digits="123", reply_code=LAST) for matter in (*matters, *late)]
    for many in (coded, late, [replace(matter, way=Way.ACKNOWLEDGE) for matter in late]):
        yield tuple(many)
        yield tuple(many[:2])
    yield tuple(replace(matter, climbed_to=level, way=Way.NOT_YOURS) for matter in late)
    yield tuple(replace(matter, way=Way.NOT_YOURS) for matter in matters)


def _matter(programme: Programme, kind: str, language: str) -> Matter:
    own = programme.messages.duties.get(kind, OwnWords())
    return Matter(
        duty=duty_id(CASE, 1), case=CASE, title=programme.duties[kind].title.say(language), due_on=LONG_DAY,
        days_late=-30, urgent=True, way=Way.FORM, own_sms=own.sms.say(language) if own.sms else "",
    )  # fmt: skip


def _longest_said(programme: Programme, language: str) -> Mapping[str, str]:
    title = max((duty.title.say(language) for duty in programme.duties.values()), key=units)
    one = say(language, "messages.sms-coded", code=LAST, title=title, case=CASE.rpartition("-")[2])
    return {
        "code": "000000", "title": title, "case": CASE, "count": "99", "example": f"{LAST} 1",
        "listed": say(language, "messages.sms-comma").join([one] * MOST_LISTED),
    }  # fmt: skip
