"""What may be chosen for an act: helpers of the area, places, versions, activities, reasons; each in words."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select

from domain.case import Duty, Tie
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level
from domain.rules.access import NotAllowed, Right
from domain.rules.fitness import check_fit
from domain.rules.office import Standing
from domain.rules.refusals import Refusal
from domain.rules.ways import Way
from domain.store import tables as t
from domain.store.activities import Activity, activities
from domain.store.console.act_fields import Choice, Options, Scene
from domain.store.console.looking import Looking, NotFound
from domain.store.offices import standing_of
from domain.store.people import identities
from domain.words import say

MOST: Final = 200
"""So many helpers a form lists: those with room, the nearest first."""

PLACES: Final = (Level.TOWNSHIP, Level.VILLAGE)
"""Where a case may stand."""


def reasons(*keys: str) -> Options:
    """Reasons, each a key: a fact holds no free words."""

    def said(scene: Scene) -> list[Choice]:
        return [Choice(key, say(scene.language, f"story.reason-{key}")) for key in keys]

    return said


def yes_or_no(scene: Scene) -> list[Choice]:
    """Yes and no."""
    return [Choice(key, say(scene.language, f"web.{key}")) for key in ("yes", "no")]


def other_risks(scene: Scene) -> list[Choice]:
    """Every level of risk but the one there is."""
    risks = scene.programme.risks.items()
    return [Choice(key, words.say(scene.language)) for key, words in risks if key != scene.case.risk]


def _role(scene: Scene, role: str) -> str:
    return scene.programme.roles[role].title.say(scene.language) if role in scene.programme.roles else role


def filled_roles(scene: Scene) -> list[Choice]:
    """The roles in which somebody is bound."""
    return [Choice(role, _role(scene, role)) for role in dict.fromkeys(tie.role for tie in scene.case.ties)]


def roles_with_room(scene: Scene) -> list[Choice]:
    """The roles in which there is room for one more, or for the successor of somebody who will leave."""
    roles, case = scene.programme.helper_roles(scene.case.kind), scene.case
    found = []
    for role, helper in roles.items():
        tied = case.all_tied(role)
        room = len(tied) < helper.most if helper.tie == "several" else not tied or tied[-1].serves_until is not None
        if room:
            found.append(Choice(role, _role(scene, role)))
    return found


def _tied(scene: Scene, tie: Tie) -> Choice:
    words = f"{_role(scene, tie.role)} {scene.names.get(tie.person, tie.person)}"
    return Choice(f"{tie.role} {tie.person}", words)


def bound_helpers(scene: Scene) -> list[Choice]:
    """Everybody who is bound, with the role."""
    return [_tied(scene, tie) for tie in scene.case.ties]


def staying_helpers(scene: Scene) -> list[Choice]:
    """Those whose last day nobody has announced."""
    return [_tied(scene, tie) for tie in scene.case.ties if tie.serves_until is None]


def leaving_helpers(scene: Scene) -> list[Choice]:
    """Those whose last day is known."""
    return [_tied(scene, tie) for tie in scene.case.ties if tie.serves_until is not None]


def excusable(scene: Scene) -> list[Choice]:
    """The open duties of those who work within the viewer's units."""
    return _open_duties(scene, scene.seen.answers_for)


def answerable(scene: Scene) -> list[Choice]:
    """The open duties whose forms the viewer may fill in now."""
    return _open_duties(scene, scene.seen.may_answer)


def waiting(way: Way) -> Options:
    """The open duties that wait for the viewer in one way: to be decided, to be acknowledged."""
    return lambda scene: _open_duties(scene, lambda duty: scene.seen.way(duty) is way)


def _open_duties(scene: Scene, wanted: Callable[[Duty], bool]) -> list[Choice]:
    asks, language = scene.programme.duties, scene.language
    return [
        Choice(str(duty.number), f"{asks[duty.kind].title.say(language)} #{duty.number}")
        for duty in sorted(scene.case.duties.values(), key=lambda each: each.due_on)
        if wanted(duty)
    ]


def is_duty(scene: Scene, number: str) -> bool:
    """Whether a duty of this number was ever opened: of one that has ended, the rules say so."""
    return number.isascii() and number.isdecimal() and 0 < int(number[:9]) <= scene.case.opened_duties


def other_programmes(scene: Scene) -> list[Choice]:
    """The versions and programmes that know such a case and its risk."""
    case = scene.case
    return [
        Choice(name, f"{each.title.say(scene.language)} {name}")
        for name, each in sorted(scene.look.store.programmes.items())
        if name != case.programme and case.kind in each.eligible.kinds and case.risk in each.risks
    ]


def helpers_nearby(scene: Scene) -> list[Choice]:
    """Helpers the viewer may see, who serve and have room: those who may be bound first, of these the nearest."""
    try:
        look = scene.look.also(Right.SEE_PEOPLE)
    except NotAllowed:
        return []
    bound = {tie.person for tie in scene.case.ties}
    near = _nearness(scene)
    rows = [row for row in _rows(look, scene) if row.person not in bound]
    fit = _fit(scene, {row.person: standing_of(row) for row in rows})
    rows.sort(key=lambda row: (row.person not in fit, near.get(row.unit, len(near)), row.load, row.person))
    shown = rows[:MOST]
    names = identities(look.connection, look.store.seal, [row.person for row in shown])
    return [
        Choice(row.person, _helper(scene, row, names[row.person].name, fits=row.person in fit))
        for row in shown
        if row.person in names
    ]


def _fit(scene: Scene, helpers: Mapping[PersonId, Standing]) -> set[PersonId]:
    """Those who may take one of the roles around the case: by kind, sex and papers."""
    around = replace(scene.seen.around, office=replace(scene.seen.around.office, helpers=helpers))
    found = set[PersonId]()
    for role in scene.programme.helper_roles(scene.case.kind):
        for person in helpers.keys() - found:
            with suppress(Refusal):
                found.add(check_fit(scene.case, person, around, scene.today, role).person)
    return found


def _rows(look: Looking, scene: Scene) -> Sequence[Row[Any]]:
    helper, day = t.helper.c, scene.today.isoformat()
    statement = select(t.helper).where(
        helper.serving, helper.load < helper.capacity, (helper.serves_until.is_(None)) | (helper.serves_until >= day),
        *look.within(helper.unit, _area(look, scene)),
    )  # fmt: skip
    return look.connection.execute(statement).all()


def _area(look: Looking, scene: Scene) -> UnitId | None:
    """The county of the case where the viewer may look into all of it; else wherever he or she may look."""
    county = next((each.id for each in look.office.upward(scene.case.unit) if each.level is Level.COUNTY), None)
    return county if county is not None and look.sees(county) else None


def _nearness(scene: Scene) -> dict[str, int]:
    """Every unit by how far up one must go from the case to find it below."""
    near: dict[str, int] = {}
    for steps, above in enumerate(scene.look.office.upward(scene.case.unit)):
        if above.level in (Level.CITY, Level.PROVINCE):
            break
        for unit in scene.look.office.below(above.id):
            near.setdefault(unit, steps)
    return near


def _helper(scene: Scene, row: Row[Any], name: str, *, fits: bool) -> str:
    kind, language = scene.programme.helpers.get(row.kind), scene.language
    choice = say(
        language, "console_case.helper-choice", name=name, kind=kind.title.say(language) if kind else row.kind,
        sex=say(language, f"console_pairing.helper-{row.sex}"), unit=scene.look.unit_name(row.unit), load=row.load,
        capacity=row.capacity,
    )  # fmt: skip
    return choice if fits else say(language, "console_case.helper-not-yet", choice=choice)


def is_helper_in_sight(scene: Scene, person: str) -> bool:
    """Whether somebody is one the viewer may see."""
    try:
        scene.look.also(Right.SEE_PEOPLE).person_unit(PersonId(person))
    except (NotFound, NotAllowed):
        return False
    return True


def looked_under(scene: Scene) -> UnitId:
    """The unit whose parts the form lists: the one asked for, else the county of the case."""
    asked = UnitId(scene.under)
    if asked in scene.look.office.units:
        return asked
    return county_above(scene, scene.case.unit) or scene.case.unit


def places(scene: Scene) -> list[Choice]:
    """The units directly below the one that is looked under, and that one itself."""
    office, under = scene.look.office, looked_under(scene)
    found = [under, *office.children.get(under, ())]
    return [Choice(each, office.units[each].name) for each in found if is_place(scene, each)]


def is_place(scene: Scene, unit: str) -> bool:
    """Whether a case may stand in a unit: a village or township below some county, or a body in one."""
    found = scene.look.office.units.get(UnitId(unit))
    return found is not None and found.level in PLACES and county_above(scene, UnitId(unit)) is not None


def county_above(scene: Scene, unit: UnitId) -> UnitId | None:
    """The county a unit lies in."""
    above = scene.look.office.upward(unit)
    return next((each.id for each in above if each.level is Level.COUNTY), None)


def coming_activities(scene: Scene) -> list[Choice]:
    """The activities still ahead within the viewer's units that such a case may be invited to."""
    found = [each for each in _activities(scene) if each.case != scene.case.id]
    names = identities(scene.look.connection, scene.look.store.seal, [each.subject for each in found])
    return [
        Choice(each.case, f"{each.on} {names[each.subject].name if each.subject in names else each.case}")
        for each in found
    ]


def _activities(scene: Scene) -> list[Activity]:
    today: date = scene.today
    return [
        each
        for each in activities(scene.look.connection)
        if each.ended is None and each.on >= today and scene.look.sees(each.unit)
        and f"invited:{each.kind}" in scene.programme.opened_by
    ]  # fmt: skip


def activity(scene: Scene, case: str) -> Activity:
    """One of them; NotFound."""
    found = next((each for each in _activities(scene) if each.case == case), None)
    if found is None:
        raise NotFound(CaseId(case))
    return found
