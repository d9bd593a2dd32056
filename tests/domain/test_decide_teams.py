"""Shapes of help: a team of six, a lead with helpers; who is missing is missed."""

from typing import Any

import pytest
from support.life import CASE, Life
from support.office import BEGIN, COUNTY_DESK, LIU, SUN, TOWNSHIP_DESK, ZHOU
from support.team_life import (
    FIRST,
    FOURTH,
    LEAD,
    MEMBERS,
    SECOND,
    SECOND_TEACHER,
    THIRD,
    begun,
    bind,
    days_on,
    done,
    nobody_gone_owes,
    release,
    told,
    with_companion,
    with_lead,
    with_team,
)
from support.team_programme import teams

from domain import facts as f
from domain.ids import PersonId
from domain.programme.schema import Programme, Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason


def base_of(life: Life) -> Stage:
    assert life.case is not None
    return life.case.base


def ends_of(facts: list[f.Fact]) -> dict[int, int]:
    return {fact.duty: fact.by_duty for fact in facts if isinstance(fact, f.DutySuperseded)}


# A team of six


def test_a_child_counts_as_paired_once_the_sixth_of_the_team_is_bound() -> None:
    life = begun("left_behind")
    for role, person in list(MEMBERS.items())[:5]:
        done(life, bind(role, person), BEGIN)
        assert base_of(life) is Stage.PAIRING
    assert [duty.kind for duty in life.duties.values() if duty.kind.startswith("fill_")] == ["fill_neighbour"]
    done(life, bind("neighbour", MEMBERS["neighbour"]), BEGIN)
    assert base_of(life) is Stage.CHECK_IN
    assert life.duty("class_talk").owed_by == MEMBERS["teacher"]


def test_each_place_of_the_team_is_looked_for_by_a_duty_of_its_own() -> None:
    life = begun("left_behind")
    assert {duty.kind for duty in life.duties.values()} >= {f"fill_{role}" for role in MEMBERS}
    done(life, bind("teacher", MEMBERS["teacher"]), BEGIN)
    assert not life.has("fill_teacher")
    assert life.has("fill_guardian")


def test_a_missing_member_becomes_a_duty_and_the_other_five_go_on() -> None:
    life = with_team()
    talk = life.duty("class_talk").number
    facts = done(life, release("teacher", MEMBERS["teacher"]), days_on(5))
    assert base_of(life) is Stage.CHECK_IN
    assert life.duty("fill_teacher").due_on.isoformat() == "2026-09-16"
    assert ends_of(facts)[talk] == life.duty("fill_teacher").number
    nobody_gone_owes(life)
    life.pass_until(days_on(9))
    assert told(life, "fill_teacher")[-1][1] == (TOWNSHIP_DESK,)
    life.pass_until(days_on(30))
    assert (COUNTY_DESK,) in [people for _, people in told(life, "fill_teacher")]


def test_whoever_takes_the_empty_place_owes_what_goes_with_it() -> None:
    life = with_team()
    done(life, release("teacher", MEMBERS["teacher"]), days_on(5))
    done(life, bind("teacher", SECOND_TEACHER), days_on(8))
    assert not life.has("fill_teacher")
    assert life.duty("class_talk").owed_by == SECOND_TEACHER


def test_a_member_may_be_replaced_and_the_talk_keeps_its_day() -> None:
    life = with_team()
    day = life.duty("class_talk").due_on
    hand = c.Reassign(case=CASE, role="teacher", to=SECOND_TEACHER, by=TOWNSHIP_DESK, reason="other-class")
    done(life, hand, days_on(5))
    assert (life.duty("class_talk").owed_by, life.duty("class_talk").due_on) == (SECOND_TEACHER, day)
    assert not life.has("fill_teacher")


def test_when_all_six_have_gone_one_after_another_each_place_is_looked_for_and_the_case_waits_for_pairing() -> None:
    life = with_team()
    for day, (role, person) in enumerate(MEMBERS.items(), 5):
        done(life, release(role, person), days_on(day))
        nobody_gone_owes(life)
    assert base_of(life) is Stage.PAIRING
    assert {duty.kind for duty in life.duties.values()} >= {f"fill_{role}" for role in MEMBERS}
    assert not life.has("class_talk")


def test_letting_go_the_only_one_bound_so_far_leaves_the_case_in_pairing() -> None:
    life = begun("left_behind")
    done(life, bind("teacher", MEMBERS["teacher"]), BEGIN)
    done(life, release("teacher", MEMBERS["teacher"]), days_on(1))
    assert base_of(life) is Stage.PAIRING
    assert life.has("fill_teacher")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (bind("teacher", MEMBERS["teacher"]), Reason.ALREADY_TIED),
        (bind("teacher", SECOND_TEACHER), Reason.ROLE_FULL),
        (bind("companion", ZHOU), Reason.NO_SUCH_ROLE),
        (bind("township", ZHOU), Reason.NO_SUCH_ROLE),
        (release("teacher", SECOND_TEACHER), Reason.NOT_TIED),
        (release("lead", LEAD), Reason.NO_SUCH_ROLE),
    ],
)
def test_a_full_team_takes_nobody_else(command: c.Command, reason: Reason) -> None:
    assert with_team().give(command, days_on(1)) is reason


@pytest.mark.parametrize(("person", "reason"), [(ZHOU, Reason.NOT_THIS_HELPER), (TOWNSHIP_DESK, Reason.NO_SUCH_HELPER)])
def test_a_place_in_the_team_is_for_its_kind_of_helper(person: PersonId, reason: Reason) -> None:
    assert begun("left_behind").give(bind("teacher", person), BEGIN) is reason


def test_nobody_is_bound_before_the_child_is_admitted() -> None:
    assert begun("left_behind", admit=False).give(bind("teacher", MEMBERS["teacher"]), BEGIN) is Reason.NOT_PAIRING


# One lead, several helpers


def test_a_lead_with_helpers_counts_as_paired_with_the_least_number_of_helpers() -> None:
    life = begun("ward")
    done(life, bind("lead", LEAD), BEGIN)
    done(life, bind("partner", FIRST), BEGIN)
    assert base_of(life) is Stage.PAIRING
    done(life, bind("partner", SECOND), BEGIN)
    assert base_of(life) is Stage.CHECK_IN


def test_the_search_goes_on_until_the_last_helper_needed_is_bound() -> None:
    life = begun("ward")
    done(life, bind("lead", LEAD), BEGIN)
    done(life, bind("partner", FIRST), BEGIN)
    assert life.has("find_partner")
    done(life, bind("partner", SECOND), BEGIN)
    assert not life.has("find_partner")


def test_no_more_helpers_than_the_programme_says() -> None:
    life = with_lead()
    done(life, bind("partner", THIRD), days_on(1))
    assert life.give(bind("partner", FOURTH), days_on(1)) is Reason.ROLE_FULL


def test_one_helper_too_few_is_missed_and_one_to_spare_is_not() -> None:
    life = with_lead()
    done(life, bind("partner", THIRD), days_on(1))
    done(life, release("partner", THIRD), days_on(2))
    assert not life.has("find_partner")
    done(life, release("partner", SECOND), days_on(3))
    assert life.has("find_partner")
    assert base_of(life) is Stage.CHECK_IN


def test_what_one_helper_owed_goes_to_another_who_stays() -> None:
    life = with_lead()
    assert life.duty("partner_word").owed_by == SECOND
    done(life, release("partner", SECOND), days_on(3))
    assert life.duty("partner_word").owed_by == FIRST
    done(life, release("partner", FIRST), days_on(4))
    nobody_gone_owes(life)


def test_a_helper_bound_later_takes_nothing_away_from_the_others() -> None:
    life = with_lead()
    word = life.duty("partner_word")
    done(life, bind("partner", THIRD), days_on(1))
    assert life.duty("partner_word") == word


def test_the_lead_and_all_helpers_hear_alike_of_what_they_do_together() -> None:
    life = with_lead()
    life.pass_until(days_on(29))
    assert set(told(life, "lead_word")[0][1]) == {LEAD, FIRST, SECOND}


def test_when_the_lead_goes_the_helpers_stay_and_a_lead_is_looked_for() -> None:
    life = with_lead()
    done(life, release("lead", LEAD), days_on(3))
    assert base_of(life) is Stage.CHECK_IN
    assert life.has("find_lead")
    nobody_gone_owes(life)
    done(life, bind("lead", FOURTH), days_on(5))
    assert life.duty("lead_word").owed_by == FOURTH


def test_what_nobody_is_looked_for_is_answered_by_the_desk() -> None:
    life = with_lead()
    life.around = life.around.__class__(
        without_search(life.around.programme, "find_partner"), life.around.calendar, life.around.office
    )
    day = life.duty("partner_word").due_on
    done(life, release("partner", SECOND), days_on(3))
    done(life, release("partner", FIRST), days_on(4))
    assert (life.duty("partner_word").owed_by, life.duty("partner_word").due_on) == (None, day)
    nobody_gone_owes(life)
    life.pass_until(days_on(60))
    assert told(life, "partner_word")[-1][1] == (TOWNSHIP_DESK,)
    done(life, bind("partner", THIRD), days_on(61))
    assert life.duty("partner_word").owed_by == THIRD


def without_search(programme: Programme, kind: str) -> Programme:
    """The programme without one duty, whatever its checks say of that."""
    duties = {key: duty for key, duty in programme.duties.items() if key != kind}
    return Programme.model_construct(**{**_fields(programme), "duties": duties})


def _fields(programme: Programme) -> dict[str, Any]:
    return {name: getattr(programme, name) for name in type(programme).model_fields}


# Several ties of one person


def test_somebody_bound_in_two_roles_can_be_let_go_of_one() -> None:
    life = with_lead()
    done(life, bind("partner", LEAD), days_on(1))
    done(life, release("lead", LEAD), days_on(2))
    assert life.case is not None
    assert [tie.role for tie in life.case.ties if tie.person == LEAD] == ["partner"]
    nobody_gone_owes(life)


def test_a_member_bound_while_somebody_is_proposed_leaves_the_proposal_open() -> None:
    life = begun("orphan", with_teacher_for_orphans())
    done(life, c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=("near",)), BEGIN)
    done(life, c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=True), BEGIN)
    done(life, bind("teacher", MEMBERS["teacher"]), days_on(1))
    assert life.case is not None
    assert life.case.proposal is not None
    assert life.duty("accept").owed_by == ZHOU
    done(life, c.AnswerProposal(case=CASE, by=ZHOU, accept=True), days_on(2))
    assert base_of(life) is Stage.CHECK_IN


def test_in_check_in_too_a_member_bound_leaves_the_proposal_of_a_successor_open() -> None:
    life = begun("orphan", with_teacher_for_orphans())
    done(life, bind("teacher", MEMBERS["teacher"]), BEGIN)
    done(life, bind("companion", ZHOU), BEGIN)
    done(life, c.AnnounceEnding(
        case=CASE, role="companion", person=ZHOU, on=days_on(60).date(), by=TOWNSHIP_DESK, reason="moves"
    ), days_on(1))  # fmt: skip
    done(life, c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near",)), days_on(2))
    done(life, release("teacher", MEMBERS["teacher"]), days_on(3))
    done(life, bind("teacher", SECOND_TEACHER), days_on(4))
    assert life.case is not None
    assert life.case.proposal is not None
    assert life.case.proposal.person == LIU
    assert life.has("decide")


def with_teacher_for_orphans() -> Programme:
    """The programme, with a teacher at an orphan's side too."""
    programme = teams()
    teacher = programme.roles["teacher"].model_copy(update={"kinds": ("left_behind", "orphan")})
    return Programme.model_construct(**{**_fields(programme), "roles": {**programme.roles, "teacher": teacher}})


def test_nobody_is_bound_by_hand_in_the_place_of_somebody_who_was_asked() -> None:
    life = begun("orphan")
    done(life, c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=("near",)), BEGIN)
    assert life.give(bind("companion", LIU), BEGIN) is Reason.PROPOSAL_OPEN
    done(life, bind("companion", ZHOU), BEGIN)
    assert life.case is not None
    assert life.case.proposal is None
    assert not life.has("decide")


def test_a_girl_is_bound_to_a_woman_by_hand_too() -> None:
    assert begun("orphan").give(bind("companion", SUN), BEGIN) is Reason.HELPER_SEX
    assert not isinstance(with_companion(sex="male").give(release("companion", ZHOU), BEGIN), Reason)
