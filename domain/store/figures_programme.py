"""The figures that come from programmes: kinds of cases, what was done, and every answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from domain.programme.schema import DutyKind, FieldKind, Programme, Question, Words
from domain.store.figures_columns import Column, Form, Group, Reckoned, count, share
from domain.store.figures_tally import Key, Tally
from domain.words import say

Titled = Callable[[str], str]
_CHOSEN: Final = frozenset({FieldKind.SCALE, FieldKind.CHOICE, FieldKind.CHOICES})


class Posed(NamedTuple):
    """One question of one kind of duty."""

    programme: str
    kind: str
    key: str
    duty: DutyKind
    question: Question


def programme_columns(programmes: Mapping[str, Programme], seen: Iterable[Key]) -> Iterator[Column]:
    """The figures of every programme of which something was counted (``seen``), in the order of its file."""
    known = set(seen)
    for name in sorted({key[1] for key in known if key[0] in {"kind", "done", "missed", "kept", "answer"}}):
        newest = _newest(programmes, name)
        if newest is not None:
            yield from _of(newest, known)


def _newest(programmes: Mapping[str, Programme], name: str) -> Programme | None:
    found = [each for each in programmes.values() if each.programme == name]
    return max(found, key=lambda each: each.version, default=None)


def _of(programme: Programme, seen: set[Key]) -> Iterator[Column]:
    name = programme.programme
    for kind, case in programme.eligible.kinds.items():
        if ("kind", name, kind) in seen:
            key = f"kinds.{name}.{kind}"
            yield Column(key, Group.KINDS, Form.COUNT, count("kind", name, kind), case.title.say)
    for kind, duty in programme.duties.items():
        yield from _done(name, kind, duty, seen)
    declared = [
        Posed(name, kind, key, duty, question)
        for kind, duty in programme.duties.items()
        for key, question in duty.asks.items()
    ]
    answered = {key[1:4] for key in seen if key[0] == "answer"}
    yield from _together(declared, answered)
    for posed in declared:
        if posed[:3] in answered:
            yield from _answers(posed)


def _done(name: str, kind: str, duty: DutyKind, seen: set[Key]) -> Iterator[Column]:
    key = f"{name}.{kind}"
    kept, missed, done = (("kept", name, kind), ("missed", name, kind), ("done", name, kind))
    if done in seen:
        yield Column(f"{key}.done", Group.DONE, Form.COUNT, count(*done), _joined(duty.title, "done"))
    if kept in seen or missed in seen:
        late = share([missed], [kept, missed])
        yield Column(f"{key}.late_share", Group.DONE, Form.SHARE, late, _joined(duty.title, "late-share"), True)


def _joined(title: Words, what: str) -> Titled:
    return lambda language: say(language, f"figures.of-{what}", title=title.say(language))


def _answers(asked: Posed) -> Iterator[Column]:
    where, key = ("answer", *asked[:3]), ".".join(asked[:3])
    match asked.question.type:
        case FieldKind.COUNT:
            yield _column(f"{key}.sum", Form.COUNT, count(*where, "sum"), _question(asked, "sum"))
        case FieldKind.YES_NO:
            yes = share([(*where, "yes")], [(*where, "yes"), (*where, "no")])
            yield _column(f"{key}.yes", Form.SHARE, yes, _question(asked, "yes"))
        case FieldKind.SCALE | FieldKind.CHOICE | FieldKind.CHOICES:
            yield from _options(key, [asked], _question(asked, "option"))
        case FieldKind.DATE | FieldKind.TEXT | FieldKind.ACCOUNT:
            return


def _column(key: str, form: Form, reckon: Callable[[Tally], Reckoned], title: Titled) -> Column:
    return Column(key, Group.ANSWERS, form, reckon, title)


def _question(asked: Posed, what: str) -> Titled:
    def title(language: str) -> str:
        duty, question = asked.duty.title.say(language), asked.question.title.say(language)
        return say(language, f"figures.answer-{what}", duty=duty, question=question)

    return title


def _options(key: str, asked: list[Posed], title: Titled) -> Iterator[Column]:
    """How often each option was chosen, and its share of all that was chosen."""
    options = asked[0].question.options
    keys: dict[str, list[Key]] = {
        option: [("answer", *each[:3], option) for each in asked] for option in options
    }  # fmt: skip
    everything = [each for chosen in keys.values() for each in chosen]
    for option, words in options.items():
        yield _column(f"{key}.{option}", Form.COUNT, _sum(keys[option]), _option(title, words, "times"))
        part = share(keys[option], everything)
        yield _column(f"{key}.{option}.share", Form.SHARE, part, _option(title, words, "share"))


def _sum(keys: list[Key]) -> Callable[[Tally], Reckoned]:
    return lambda tally: sum(tally.count(*key) for key in keys)


def _option(title: Titled, words: Words, what: str) -> Titled:
    return lambda language: say(
        language, f"figures.option-{what}", question=title(language), option=words.say(language)
    )  # fmt: skip


def _together(declared: list[Posed], answered: set[Key]) -> Iterator[Column]:
    """Where several duties ask the same with the same options, all of them as one: how supports are balanced."""
    alike: dict[tuple[str, tuple[str, ...]], list[Posed]] = {}
    for posed in declared:
        if posed.question.type in _CHOSEN:
            alike.setdefault((posed.key, tuple(posed.question.options)), []).append(posed)
    for (name, options), group in alike.items():
        if len(group) > 1 and any(posed[:3] in answered for posed in group):
            key, title = f"{group[0].programme}.all.{name}", _all(group[0])
            yield from _options(key, group, title)
            parts: list[list[Key]] = [[("answer", *posed[:3], option) for posed in group] for option in options]
            yield Column(f"{key}.spread", Group.ANSWERS, Form.SPREAD, _spread(parts), _spread_title(title), True)


def _all(asked: Posed) -> Titled:
    return lambda language: say(language, "figures.answer-all", question=asked.question.title.say(language))


def _spread(parts: list[list[Key]]) -> Callable[[Tally], Reckoned]:
    """How far the most chosen option is from the least chosen: 0 is perfect balance."""

    def reckon(tally: Tally) -> Reckoned:
        chosen = [sum(tally.count(*key) for key in part) for part in parts]
        return (max(chosen) - min(chosen)) / sum(chosen) if any(chosen) else None

    return reckon


def _spread_title(title: Titled) -> Titled:
    return lambda language: say(language, "figures.spread", question=title(language))
