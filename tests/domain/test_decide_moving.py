"""A child moves, or the tree above her does, or her programme: asked, answered, and nothing lost between."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.life import CASE, VILLAGE, Life, opened
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    SECOND_TOWNSHIP_DESK,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
)
from support.programmes import linyi
from support.team_life import (
    MEMBERS,
    OTHER_TOWNSHIP_DESK,
    begun,
    bind,
    days_on,
    done,
    leaving,
    nobody_gone_owes,
    told,
    with_companion,
)
from support.team_programme import teams

from domain import facts as f
from domain.case import Case
from domain.ids import UnitId
from domain.programme.schema import Programme, Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason


def asked(unit: UnitId = OTHER_TOWNSHIP, county: UnitId = OTHER_COUNTY, **changes: Any) -> c.AskTransfer:
    usual: dict[str, Any] = {"by": TOWNSHIP_DESK, "reason": "family-moved"}
    return c.AskTransfer(case=CASE, unit=unit, county=county, **(usual | changes))


def answered(accept: bool) -> c.AnswerTransfer:
    return c.AnswerTransfer(case=CASE, by=OTHER_TOWNSHIP_DESK, accept=accept, reason="no-room")


def tree_moved(county: UnitId = OTHER_COUNTY) -> c.MoveCase:
    return c.MoveCase(case=CASE, unit=VILLAGE, county=county, by=CITY_DESK)


def case_of(life: Life) -> Case:
    assert life.case is not None
    return life.case


def move_the_township(life: Life) -> None:
    """From now on the first township lies in the other county."""
    units = dict(life.around.office.units)
    units[TOWNSHIP] = units[TOWNSHIP]._replace(parent=OTHER_COUNTY)
    life.around = replace(life.around, office=replace(life.around.office, units=units))


# Asked


def test_the_unit_the_child_moves_to_is_asked_at_once_and_everything_stays_until_it_answers() -> None:
    life = with_companion()
    before = {duty.number: duty for duty in life.duties.values()}
    done(life, asked(), days_on(5))
    assert told(life, "take_over") == [(date(2026, 9, 6), (OTHER_TOWNSHIP_DESK,))]
    assert (case_of(life).unit, case_of(life).county) == (VILLAGE, COUNTY)
    assert {number: life.duties[number] for number in before} == before
    life.pass_until(days_on(31))
    assert told(life, "talk")[-1][1] == (ZHOU,)


def test_an_approval_nobody_gives_climbs_above_the_unit_that_was_asked() -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    life.pass_until(days_on(40))
    assert [people for _, people in told(life, "take_over")][:3] == [
        (OTHER_TOWNSHIP_DESK,), (OTHER_COUNTY_DESK,), (CITY_DESK,)
    ]  # fmt: skip
    assert case_of(life).stage is Stage.ESCALATION


def test_declined_the_case_stays_and_the_unit_it_stays_with_hears_of_it() -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    done(life, answered(False), days_on(6))
    assert (case_of(life).unit, case_of(life).transfer) == (VILLAGE, None)
    assert not life.has("take_over")
    assert told(life, "stays") == [(date(2026, 9, 7), (TOWNSHIP_DESK,))]
    nobody_gone_owes(life)


def test_what_another_unit_was_asked_is_answered_and_not_simply_let_go() -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    let_go = c.ExcuseDuty(case=CASE, duty=life.duty("take_over").number, by=OTHER_TOWNSHIP_DESK, reason="no-room")
    assert life.give(let_go, days_on(6)) is Reason.WAITED_FOR


def test_declined_once_it_may_be_asked_again() -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    done(life, answered(False), days_on(6))
    done(life, asked(), days_on(20))
    assert life.has("take_over")


@pytest.mark.parametrize("by_form", [True, False])
def test_accepted_the_case_stands_in_the_other_unit_with_all_its_promises(by_form: bool) -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    open_before = {duty.kind for duty in life.duties.values()}
    if by_form:
        life.answer("take_over", OTHER_TOWNSHIP_DESK, days_on(6), accept=True)
    else:
        done(life, answered(True), days_on(6))
    assert (case_of(life).unit, case_of(life).county, case_of(life).transfer) == (OTHER_TOWNSHIP, OTHER_COUNTY, None)
    assert {duty.kind for duty in life.duties.values()} == open_before - {"take_over"} | {"welcome"}
    assert told(life, "welcome") == [(date(2026, 9, 7), (OTHER_TOWNSHIP_DESK,))]
    assert [tie.person for tie in case_of(life).ties] == [ZHOU]
    life.pass_until(days_on(45))
    assert (OTHER_TOWNSHIP_DESK,) in [people for _, people in told(life, "talk")]


def test_what_the_old_desk_was_told_of_is_asked_of_the_new_one() -> None:
    life = begun("orphan")
    find = life.duty("find").number
    done(life, asked(), days_on(1))
    facts = done(life, answered(True), days_on(2))
    assert find in {fact.duty for fact in facts if isinstance(fact, f.DutySuperseded) and fact.because == "moved"}
    assert told(life, "find")[-1] == (date(2026, 9, 3), (OTHER_TOWNSHIP_DESK,))


def test_what_had_climbed_to_the_old_county_begins_anew_in_the_new_line() -> None:
    life = with_companion()
    life.pass_until(days_on(25))
    assert life.duty("first_visit").desk == COUNTY
    done(life, asked(), days_on(26))
    done(life, answered(True), days_on(27))
    assert life.duty("first_visit").climbed_to is None
    life.pass_until(days_on(40))
    assert [people for day, people in told(life, "first_visit") if day >= date(2026, 9, 28)] == [
        (ZHOU,), (ZHOU,), (OTHER_TOWNSHIP_DESK,), (OTHER_COUNTY_DESK, OTHER_TOWNSHIP_DESK)
    ]  # fmt: skip


def test_within_one_county_the_county_is_not_told_again() -> None:
    life = with_companion()
    life.pass_until(days_on(25))
    done(life, asked(SECOND_TOWNSHIP, COUNTY), days_on(26))
    visit = life.duty("first_visit").number
    command = c.AnswerTransfer(case=CASE, by=SECOND_TOWNSHIP_DESK, accept=True)
    done(life, command, days_on(27))
    assert life.duty("first_visit").number == visit


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (asked(VILLAGE, COUNTY), Reason.SAME_UNIT),
        (asked(UnitId("999999999")), Reason.NO_SUCH_UNIT),
        (asked(programme="teams@9"), Reason.NO_SUCH_PROGRAMME),
        (answered(True), Reason.NO_TRANSFER),
    ],
)
def test_a_transfer_leads_somewhere_else_that_is_known(command: c.Command, reason: Reason) -> None:
    assert with_companion().give(command, days_on(1)) is reason


def test_one_unit_is_asked_at_a_time() -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    assert life.give(asked(SECOND_TOWNSHIP, COUNTY), days_on(6)) is Reason.TRANSFER_OPEN


def test_where_the_programme_says_nobody_answers_a_transfer_nobody_is_asked() -> None:
    life = opened()
    units = {**life.around.office.units, OTHER_TOWNSHIP: begun("orphan").around.office.units[OTHER_TOWNSHIP]}
    life.around = replace(life.around, office=replace(life.around.office, units=units))
    assert life.give(asked(), BEGIN) is Reason.NOBODY_DECIDES


def test_a_case_closed_while_it_was_asked_to_move_leaves_nothing_behind() -> None:
    life = with_companion()
    done(life, asked(), days_on(5))
    done(life, c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), days_on(6))
    assert not life.duties
    done(life, c.ReopenCase(case=CASE, by=COUNTY_DESK, reason="returned"), days_on(60))
    assert case_of(life).transfer is None
    done(life, asked(), days_on(61))
    assert life.has("take_over")


# The tree changes


def test_when_the_township_goes_to_another_county_ladders_climb_there_from_then_on() -> None:
    life = with_companion()
    life.pass_until(days_on(15))
    assert life.duty("first_visit").desk == TOWNSHIP
    visit = life.duty("first_visit").number
    move_the_township(life)
    done(life, tree_moved(), days_on(16))
    assert case_of(life).county == OTHER_COUNTY
    assert life.duty("first_visit").number == visit
    life.pass_until(days_on(25))
    assert told(life, "first_visit")[-1][1] == (OTHER_COUNTY_DESK, TOWNSHIP_DESK)


def test_what_stands_at_the_old_county_when_the_tree_changes_is_taken_up_by_the_new_one() -> None:
    life = with_companion()
    life.pass_until(days_on(25))
    assert life.duty("first_visit").desk == COUNTY
    move_the_township(life)
    done(life, tree_moved(), days_on(26))
    life.pass_until(days_on(40))
    assert (OTHER_COUNTY_DESK, TOWNSHIP_DESK) in [people for _, people in told(life, "first_visit")]


def test_what_the_old_county_was_to_decide_the_new_one_decides() -> None:
    life = begun("orphan")
    done(life, c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=("near",)), BEGIN)
    move_the_township(life)
    done(life, tree_moved(), days_on(1))
    assert told(life, "decide") == [(date(2026, 9, 1), (COUNTY_DESK,)), (date(2026, 9, 2), (OTHER_COUNTY_DESK,))]
    assert told(life, "find") == [(date(2026, 9, 1), (TOWNSHIP_DESK,))]


def test_a_change_of_the_tree_is_no_move_of_the_child() -> None:
    life = with_companion()
    move_the_township(life)
    done(life, tree_moved(), days_on(1))
    assert not life.has("welcome")


def test_a_transfer_asked_for_goes_on_waiting_when_the_tree_changes() -> None:
    life = with_companion()
    done(life, asked(SECOND_TOWNSHIP, COUNTY), days_on(5))
    move_the_township(life)
    done(life, tree_moved(), days_on(6))
    assert life.has("take_over")
    done(life, c.AnswerTransfer(case=CASE, by=SECOND_TOWNSHIP_DESK, accept=True), days_on(7))
    assert (case_of(life).unit, case_of(life).county) == (SECOND_TOWNSHIP, COUNTY)


def test_the_county_of_the_receiving_unit_is_the_one_it_lies_in_when_it_answers() -> None:
    life = with_companion(unit=SECOND_TOWNSHIP)
    done(life, asked(VILLAGE, COUNTY), days_on(5))
    move_the_township(life)
    done(life, c.AnswerTransfer(case=CASE, by=TOWNSHIP_DESK, accept=True), days_on(7))
    assert (case_of(life).unit, case_of(life).county) == (VILLAGE, OTHER_COUNTY)


def test_a_closed_case_goes_along_with_the_tree_and_is_reopened_where_it_lies() -> None:
    life = with_companion()
    done(life, c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), days_on(6))
    move_the_township(life)
    facts = done(life, tree_moved(), days_on(30))
    assert [type(fact) for fact in facts] == [f.CaseMoved]
    done(life, c.ReopenCase(case=CASE, by=OTHER_COUNTY_DESK, reason="returned"), days_on(9 * 365))
    assert case_of(life).county == OTHER_COUNTY
    life.pass_until(days_on(9 * 365 + 20))
    assert (OTHER_COUNTY_DESK,) in [people for _, people in told(life, "find")]


def test_where_nothing_changes_for_the_case_it_is_not_moved() -> None:
    assert with_companion().give(tree_moved(COUNTY), days_on(1)) is Reason.SAME_UNIT


# Another version, another programme


def known(life: Life, *programmes: Programme) -> Life:
    everything = {each.name: each for each in (life.around.programme, *programmes)}
    life.around = replace(life.around, programmes=everything)
    return life


SECOND_VERSION = ("version: 1", "version: 2")


def change_to(name: str) -> c.ChangeProgramme:
    return c.ChangeProgramme(case=CASE, programme=name, by=CITY_DESK, reason="new-version")


def test_under_a_new_version_every_open_duty_goes_on_and_is_due_on_the_same_day() -> None:
    life = known(with_companion(), teams(SECOND_VERSION))
    before = {duty.kind: duty.due_on for duty in life.duties.values()}
    done(life, change_to("teams@2"), days_on(5))
    assert {duty.kind: duty.due_on for duty in life.duties.values()} == before
    assert case_of(life).programme == "teams@2"
    nobody_gone_owes(life)


def test_a_duty_the_new_version_does_not_know_gives_way_to_what_is_owed_there() -> None:
    new = teams(SECOND_VERSION, ("  farewell:\n", "  goodbye:\n"))
    life = known(with_companion(), new)
    done(life, leaving(date(2026, 12, 31)), days_on(1))
    old = life.duty("farewell").number
    facts = done(life, change_to("teams@2"), days_on(5))
    assert {duty.kind for duty in life.duties.values()} >= {"goodbye", "succession", "talk"}
    assert old in {fact.duty for fact in facts if isinstance(fact, f.DutySuperseded)}


def test_moved_into_another_programme_those_bound_in_roles_it_lacks_are_let_go_and_others_looked_for() -> None:
    life = known(begun("orphan"), linyi_with("  companion: {title", "  friend: {title"))
    done(life, bind("companion", ZHOU), BEGIN)
    done(life, asked(programme="linyi-1204@1"), days_on(5))
    done(life, answered(True), days_on(6))
    assert case_of(life).programme == "linyi-1204@1"
    assert not case_of(life).ties
    assert case_of(life).base is Stage.PAIRING
    assert life.has("find_companion")
    nobody_gone_owes(life)


def linyi_with(before: str, after: str) -> Programme:
    """Linyi's programme with its helper's role called otherwise, whoever owed something as ``companion`` too."""
    programme = linyi()
    roles = {("friend" if name == "companion" else name): role for name, role in programme.roles.items()}
    duties = {
        name: duty.model_copy(update={"owed_by": "friend"}) if duty.owed_by == "companion" else duty
        for name, duty in programme.duties.items()
    }
    assert programme.pairing is not None
    pairing = programme.pairing.model_copy(update={"role": "friend"})
    fields = {name: getattr(programme, name) for name in Programme.model_fields}
    return Programme.model_construct(**{**fields, "roles": roles, "duties": duties, "pairing": pairing})


def test_parts_of_life_that_only_the_other_programme_knows_do_not_begin_in_the_past() -> None:
    life = known(begun("orphan", born=date(2020, 9, 10)), linyi())
    life.pass_until(days_on(365))
    facts = done(life, change_to("linyi-1204@1"), days_on(366))
    assert not [fact for fact in facts if isinstance(fact, f.DutyOpened) and fact.kind == "school_registration"]
    assert all(entry.at >= BEGIN for entry in life.journal)
    moments = [entry.at for entry in life.journal[-len(facts) :]]
    assert moments == sorted(moments)
    assert min(moments) == days_on(366)


def test_somebody_proposed_for_a_place_the_other_programme_lacks_is_asked_no_more() -> None:
    without_pairing = teams_without_pairing()
    life = known(begun("orphan"), without_pairing)
    done(life, c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=("near",)), BEGIN)
    done(life, change_to(without_pairing.name), days_on(1))
    assert case_of(life).proposal is None
    nobody_gone_owes(life)


def teams_without_pairing() -> Programme:
    fields = {name: getattr(teams(), name) for name in Programme.model_fields}
    return Programme.model_construct(**{**fields, "version": 3, "pairing": None})


@pytest.mark.parametrize(
    ("name", "reason"),
    [("teams@1", Reason.SAME_PROGRAMME), ("teams@9", Reason.NO_SUCH_PROGRAMME), ("linyi-1204@1", Reason.NO_SUCH_KIND)],
)
def test_a_case_goes_only_where_the_programme_has_its_kind(name: str, reason: Reason) -> None:
    life = known(begun("ward"), linyi())
    assert life.give(change_to(name), days_on(1)) is reason
    assert case_of(life).programme == "teams@1"


def test_a_programme_that_does_not_know_the_childs_kind_is_not_even_asked() -> None:
    life = known(begun("ward"), linyi())
    assert life.give(asked(programme="linyi-1204@1"), days_on(1)) is Reason.NO_SUCH_KIND


def test_the_team_and_the_proposal_survive_a_new_version() -> None:
    life = known(begun("left_behind"), teams(SECOND_VERSION))
    for role, person in MEMBERS.items():
        done(life, bind(role, person), BEGIN)
    done(life, change_to("teams@2"), days_on(1))
    assert len(case_of(life).ties) == 6
    other = known(begun("orphan"), teams(SECOND_VERSION))
    done(other, c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near",)), BEGIN)
    done(other, change_to("teams@2"), days_on(1))
    assert other.has("decide")
    assert case_of(other).proposal is not None
