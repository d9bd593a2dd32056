"""What changes from one programme to another, in plain words: added, gone, or other than it was."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from domain.programme.aspects import SECTIONS, Section, steps
from domain.programme.plain import Plain
from domain.programme.schema import Programme

How = Literal["added", "removed", "changed"]

_SUMMARY: Final = 3
"""So many aspects stand beside something that is new."""


class Change(NamedTuple):
    """One change. ``key`` is the thing's key in the file, ``about`` what it is called; ``aspect`` is what of it.

    ``before`` and ``after`` are phrases, one of them empty where an aspect was added or taken out.
    """

    section: str
    key: str
    about: str
    how: How
    aspect: str
    before: str
    after: str
    sentence: str


def differences(old: Programme, new: Programme, language: str) -> tuple[Change, ...]:
    """Every change from ``old`` to ``new``, section by section, in the order of the new file."""
    before, after = Plain(old, language), Plain(new, language)
    return tuple(change for section in SECTIONS for change in _of_section(section, before, after))


def _of_section(section: Section, before: Plain, after: Plain) -> Iterator[Change]:
    was, now = section.things(before.programme), section.things(after.programme)
    for key in (*now, *(key for key in was if key not in now)):
        if key not in was:
            yield _whole(section, key, after, now, "added")
        elif key not in now:
            yield _whole(section, key, before, was, "removed")
        else:
            yield from _changed(section, key, before, after, was[key], now[key])


def _whole(section: Section, key: str, plain: Plain, things: Mapping[str, Any], how: How) -> Change:
    about = _called(section, key, plain)
    said = list(section.aspects(plain, key, things[key]))
    told = [plain.say("aspect", label=label, phrase=phrase) for label, phrase in said if phrase != about]
    summary = plain.say("semicolon").join(told[:_SUMMARY])
    sentence = plain.say(how, what=about, summary=summary)
    phrases = (summary, "") if how == "removed" else ("", summary)
    return Change(section.key, key, about, how, "", *phrases, sentence)


def _changed(section: Section, key: str, before: Plain, after: Plain, was: Any, now: Any) -> Iterator[Change]:
    old, new = dict(section.aspects(before, key, was)), dict(section.aspects(after, key, now))
    if section.key == "duties":
        _add_ladders(old, new, before, after, (was.ladder, now.ladder))
    about = _called(section, key, after)
    for label in (*new, *(label for label in old if label not in new)):
        told = (old.get(label, ""), new.get(label, ""))
        if told[0] != told[1]:
            sentence = _sentence(after, label, *told)
            yield Change(section.key, key, about, "changed", label, *told, sentence)


def _add_ladders(
    old: dict[str, str], new: dict[str, str], before: Plain, after: Plain, ladders: tuple[str, str]
) -> None:
    """Another ladder is told with the duty; the same one that has changed is told once, with the ladders."""
    if ladders[0] != ladders[1]:
        old.update(steps(before, ladders[0], "late-step"))
        new.update(steps(after, ladders[1], "late-step"))


def _sentence(plain: Plain, label: str, before: str, after: str) -> str:
    if not before:
        return plain.say("aspect-added", label=label, after=after)
    if not after:
        return plain.say("aspect-removed", label=label, before=before)
    return plain.say("aspect-changed", label=label, before=before, after=after)


def _called(section: Section, key: str, plain: Plain) -> str:
    """What a thing is called. A ladder has no name: it is called by the duties that are on it."""
    things = section.things(plain.programme)
    if section.key == "ladders":
        return plain.say("ladder-of", what=plain.duties(_on(plain.programme, key)))
    return plain.titled(things, key) if key else plain.say(f"section-{section.key}")


def _on(programme: Programme, ladder: str) -> list[str]:
    return [key for key, duty in programme.duties.items() if duty.ladder == ladder]


def as_text(changes: tuple[Change, ...], old: Programme, new: Programme, language: str) -> str:
    """The changes as a text: a heading for each section, a line for each thing, what of it below."""
    plain = Plain(new, language)
    title = plain.say("heading", old=old.name, new=new.name)
    if not changes:
        return plain.say("nothing", old=old.name, new=new.name)
    lines = [title]
    for section in SECTIONS:
        found = [change for change in changes if change.section == section.key]
        if found:
            lines += ["", plain.say(f"section-{section.key}"), *_lines(found)]
    return "\n".join(lines)


def _lines(changes: list[Change]) -> Iterator[str]:
    last = ""
    for change in changes:
        if change.how != "changed":
            yield f"  {change.sentence}"
            continue
        if change.key and change.key != last:
            yield f"  {change.about}"
        last = change.key
        yield f"{'    ' if change.key else '  '}{change.sentence}"
