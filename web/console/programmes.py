"""Programmes: a file read as a page, what changes between two versions, a version tried on the cases there are."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.programme.aspects import SECTIONS, steps
from domain.programme.aspects_duty import duty as aspects_of_duty
from domain.programme.diff import Change, differences
from domain.programme.plain import Plain
from domain.programme.schema import Programme, Stage
from domain.rules.access import Right
from domain.store.console.looking import NotFound
from domain.store.console.programmes import Known
from domain.store.console.programmes import programme as one
from domain.store.console.programmes import programmes as known
from web.console.desk import Desk, console
from web.console.stage_drawing import drawing
from web.console.trials import choices, may_try
from web.posted import Given

Aspects = Sequence[tuple[str, str]]
_OF_DUTIES = frozenset({"duties", "ladders"})


class Duty(NamedTuple):
    """A kind of duty as the page tells it: in one line, then aspect by aspect, then its ladder step by step."""

    key: str
    title: str
    owner: str
    when: str
    aspects: Aspects
    ladder: Aspects


class Part(NamedTuple):
    """One section of the file: what is in it, and what is said of each."""

    key: str
    things: Sequence[tuple[str, Aspects]]


@console(Right.SEE_PROGRAMMES)
def programmes(_request: Request, desk: Desk, _given: Given) -> Response:
    """Every version this install knows."""
    with desk.look(Right.SEE_PROGRAMMES) as look:
        found = known(look)
    groups: dict[str, list[Known]] = {}
    for each in found:
        groups.setdefault(each.programme.programme, []).append(each)
    used = sorted(groups.values(), key=lambda versions: -sum(each.open_cases for each in versions))
    return desk.page("console/programmes.html", groups=used)


@console(Right.SEE_PROGRAMMES)
def programme(request: Request, desk: Desk, _given: Given) -> Response:
    """One version, read from its file."""
    with desk.look(Right.SEE_PROGRAMMES) as look:
        found = one(look, request.path_params["name"])
        others = [each for each in known(look) if each.programme.programme == found.programme.programme]
        units = choices(look) if may_try(desk) else []
    plain = Plain(found.programme, desk.language)
    return desk.page(
        "console/programme.html", found=found, programme=found.programme, title=plain.words(found.programme.title),
        others=others, stages=list(_stages(plain)), parts=list(_parts(plain)), units=units, chosen_unit="",
        chosen_months="",
        drawing=drawing(found.programme, found.cases, desk.language),
    )  # fmt: skip


@console(Right.SEE_PROGRAMMES)
def changes(request: Request, desk: Desk, _given: Given) -> Response:
    """What changes from one version to another, in words."""
    with desk.look(Right.SEE_PROGRAMMES) as look:
        new = one(look, request.path_params["name"]).programme
        old = one(look, request.query_params.get("from", "")).programme
    if old.programme != new.programme:
        raise NotFound(old.name)
    found = differences(old, new, desk.language)
    parts: dict[str, dict[str, list[Change]]] = {}
    for each in found:
        parts.setdefault(each.section, {}).setdefault(each.key, []).append(each)
    return desk.page("console/programme-changes.html", old=old, new=new, parts=parts)


def _stages(plain: Plain) -> Iterator[tuple[str, list[Duty]]]:
    """Each stage with the duties that begin in it: one of several stages stands with the first."""
    programme = plain.programme
    for stage in Stage:
        keys = [key for key, duty in programme.duties.items() if duty.stages and duty.stages[0] is stage]
        if keys:
            yield stage.value, [_duty(plain, programme, key) for key in keys]


def _duty(plain: Plain, programme: Programme, key: str) -> Duty:
    kind = programme.duties[key]
    aspects = [each for each in aspects_of_duty(plain, key, kind) if each[0] != plain.say("title")]
    when = next((phrase for label, phrase in aspects if label not in {plain.say("owner"), plain.say("together")}), "")
    return Duty(
        key, plain.words(kind.title), plain.role(kind.owed_by), when, aspects, list(steps(plain, kind.ladder, "rung"))
    )


def _parts(plain: Plain) -> Iterator[Part]:
    for section in SECTIONS:
        things = section.things(plain.programme)
        if section.key in _OF_DUTIES or not things:
            continue
        said = [(key, list(section.aspects(plain, key, thing))) for key, thing in things.items()]
        yield Part(section.key, [_titled(plain, aspects) for _, aspects in said])


def _titled(plain: Plain, aspects: Aspects) -> tuple[str, Aspects]:
    """What a thing is called, then what else is said of it."""
    title = next((phrase for label, phrase in aspects if label == plain.say("title")), "")
    return title, [each for each in aspects if each[0] != plain.say("title")]
