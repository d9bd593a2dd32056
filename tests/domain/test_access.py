"""Roles and rights: who may do what where."""

import pytest

from domain.ids import LoginId, PersonId, UnitId
from domain.programme.schema import Level
from domain.rules.access import EVERYWHERE, RIGHTS, Grant, NotAllowed, Right, Role, Viewer, narrowed
from domain.rules.office import Office, Unit

CITY, COUNTY, TOWN, OTHER = UnitId("3713"), UnitId("371302"), UnitId("371302001"), UnitId("371321")
UNITS = (
    Unit(CITY, None, Level.CITY, "临沂市"),
    Unit(COUNTY, CITY, Level.COUNTY, "兰山区"),
    Unit(TOWN, COUNTY, Level.TOWNSHIP, "兰山街道"),
    Unit(OTHER, CITY, Level.COUNTY, "沂南县"),
)
OFFICE = Office({unit.id: unit for unit in UNITS}, {})


def viewer(*grants: Grant) -> Viewer:
    return Viewer(login=LoginId("u1"), name="wang", person=PersonId("p1"), language="zh", grants=grants)


def test_a_coordinator_may_act_in_her_unit_and_below_it_and_nowhere_else() -> None:
    wang = viewer(Grant(Role.COORDINATOR, COUNTY))
    assert [wang.may_in(Right.ACT, unit, OFFICE) for unit in (CITY, COUNTY, TOWN, OTHER)] == [False, True, True, False]


def test_what_stands_in_no_unit_is_for_those_who_look_everywhere() -> None:
    assert not viewer(Grant(Role.COORDINATOR, CITY)).may_in(Right.SEE_CASES, None, OFFICE)
    assert viewer(Grant(Role.AUDITOR, EVERYWHERE)).may_in(Right.SEE_CASES, None, OFFICE)


def test_only_coordinators_ever_learn_a_childs_name() -> None:
    assert [role for role in Role if Right.SEE_NAMES in RIGHTS[role]] == [Role.COORDINATOR]


def test_an_auditor_changes_nothing_and_an_admin_sees_no_case() -> None:
    changing = {Right.ACT, Right.RESEND, Right.IMPORT, Right.RUN, Right.MANAGE_LOGINS}
    assert not RIGHTS[Role.AUDITOR] & changing
    assert Right.SEE_CASES not in RIGHTS[Role.ADMIN]


def test_a_right_held_in_two_units_holds_in_both() -> None:
    wang = viewer(Grant(Role.COORDINATOR, TOWN), Grant(Role.COORDINATOR, OTHER))
    assert wang.units(Right.SEE_CASES) == (TOWN, OTHER)


def test_the_unit_of_one_role_lends_nothing_to_another_role() -> None:
    wang = viewer(Grant(Role.COORDINATOR, TOWN), Grant(Role.AUDITOR, EVERYWHERE))
    assert wang.units(Right.SEE_NAMES) == (TOWN,)
    assert wang.units(Right.SEE_CASES) is None


def test_who_has_no_role_for_it_is_refused() -> None:
    with pytest.raises(NotAllowed):
        viewer(Grant(Role.OPS, EVERYWHERE)).units(Right.ACT)
    assert not viewer().may(Right.SEE_CASES)


@pytest.mark.parametrize(
    ("held", "asked", "left"),
    [(COUNTY, TOWN, [TOWN]), (TOWN, COUNTY, [TOWN]), (OTHER, TOWN, []), (EVERYWHERE, TOWN, [TOWN])],
)
def test_a_token_never_may_more_than_its_owner(held: UnitId, asked: UnitId, left: list[UnitId]) -> None:
    owner = (Grant(Role.COORDINATOR, held), Grant(Role.ADMIN, EVERYWHERE))
    found = narrowed(owner, Grant(Role.COORDINATOR, asked), OFFICE)
    assert [grant.unit for grant in found] == left
