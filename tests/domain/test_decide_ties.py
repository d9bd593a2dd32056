"""Proposing, agreeing, tying, handing over, letting go."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.life import CASE, STANDINGS, Life, opened, paired
from support.office import BEGIN, COUNTY_DESK, LIU, SUN, TOWNSHIP_DESK, ZHOU, days

from domain import facts as f
from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason


def propose(person: PersonId = ZHOU) -> c.ProposeHelper:
    return c.ProposeHelper(case=CASE, person=person, score=10, why=("near",))


def agree(accept: bool = True, reason: str = "other") -> c.DecideProposal:
    return c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=accept, reason=reason)


def accept(by: PersonId = ZHOU, yes: bool = True) -> c.AnswerProposal:
    return c.AnswerProposal(case=CASE, by=by, accept=yes, reason="no-time")


def hand_over(to: PersonId = LIU, role: str = "companion") -> c.Reassign:
    return c.Reassign(case=CASE, role=role, to=to, by=COUNTY_DESK, reason="ill")


def with_standing(life: Life, **changes: Any) -> Life:
    standings = STANDINGS | {ZHOU: STANDINGS[ZHOU]._replace(**changes)}
    life.around = replace(life.around, office=replace(life.around.office, helpers=standings))
    return life


# Proposals


def test_a_proposal_is_decided_by_the_county_and_then_asked_of_the_volunteer() -> None:
    life = opened()
    life.give(propose(), BEGIN)
    assert life.duty("decide_proposal").owed_by is None
    facts = life.give(agree(), BEGIN + days(1))
    assert isinstance(facts, list)
    assert life.duty("accept_proposal").owed_by == ZHOU
    assert any(isinstance(fact, f.RungReached) and fact.told == (ZHOU,) for fact in facts)


def test_an_accepted_proposal_makes_the_tie_and_meets_all_that_led_to_it() -> None:
    life = paired()
    assert life.case is not None
    assert life.case.base is Stage.CHECK_IN
    assert life.case.tied("companion") is not None
    assert life.case.proposal is None
    assert not any(life.has(kind) for kind in ("find_companion", "decide_proposal", "accept_proposal", "unpaired_word"))
    assert life.duty("first_visit").owed_by == ZHOU


@pytest.mark.parametrize("by_volunteer", [True, False])
def test_a_declined_proposal_leaves_the_search_open_and_is_remembered(by_volunteer: bool) -> None:
    life = opened()
    life.give(propose(), BEGIN)
    if by_volunteer:
        life.give(agree(), BEGIN)
    life.give(accept(yes=False) if by_volunteer else agree(accept=False), BEGIN + days(1))
    assert life.case is not None
    assert life.case.proposal is None
    assert life.case.declined == (ZHOU,)
    assert life.has("find_companion")
    assert not life.has("decide_proposal")
    assert not life.has("accept_proposal")


def test_one_proposal_at_a_time() -> None:
    life = opened()
    life.give(propose(), BEGIN)
    assert life.give(propose(LIU), BEGIN) is Reason.PROPOSAL_OPEN


def test_nobody_accepts_what_the_county_has_not_agreed_to() -> None:
    life = opened()
    assert life.give(accept(), BEGIN) is Reason.NO_PROPOSAL
    life.give(propose(), BEGIN)
    assert life.give(accept(), BEGIN) is Reason.NOT_APPROVED
    life.give(agree(), BEGIN)
    assert life.give(agree(), BEGIN) is Reason.PROPOSAL_OPEN
    assert life.give(accept(LIU), BEGIN) is Reason.NOT_THE_ONE_ASKED


def test_a_proposal_nobody_answers_climbs() -> None:
    life = opened()
    life.give(propose(), BEGIN)
    life.give(agree(), BEGIN)
    life.pass_until(BEGIN + days(6))
    assert life.duty("accept_proposal").climbed_to == "township"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"serving": False}, Reason.HELPER_NOT_SERVING),
        ({"sex": "male"}, Reason.HELPER_SEX),
        ({"load": 3}, Reason.HELPER_FULL),
        ({"papers": {"pledge": None, "confidentiality": None}}, Reason.PAPER_MISSING),
        ({"papers": {"pledge": None, "confidentiality": None, "safety": date(2026, 8, 31)}}, Reason.PAPER_MISSING),
    ],
)
def test_a_volunteer_whom_a_hard_rule_forbids_is_not_proposed(changes: dict[str, Any], reason: Reason) -> None:
    assert with_standing(opened(), **changes).give(propose(), BEGIN) is reason


def test_somebody_who_is_no_volunteer_is_not_proposed() -> None:
    assert opened().give(propose(TOWNSHIP_DESK), BEGIN) is Reason.NO_SUCH_HELPER


def test_a_paper_valid_to_this_day_is_valid() -> None:
    papers = {"pledge": None, "confidentiality": None, "safety": date(2026, 9, 1)}
    assert not isinstance(with_standing(opened(), papers=papers).give(propose(), BEGIN), Reason)


def test_a_boy_may_have_a_man_and_a_girl_may_not() -> None:
    assert not isinstance(opened(sex="male").give(propose(SUN), BEGIN), Reason)
    assert opened().give(propose(SUN), BEGIN) is Reason.HELPER_SEX


def test_a_volunteer_filled_up_in_the_meantime_cannot_accept() -> None:
    life = opened()
    life.give(propose(), BEGIN)
    life.give(agree(), BEGIN)
    assert with_standing(life, load=3).give(accept(), BEGIN) is Reason.HELPER_FULL


def test_a_child_with_a_companion_gets_no_proposal() -> None:
    assert paired().give(propose(LIU), BEGIN) is Reason.NOT_PAIRING


# Handing over


def test_a_successor_takes_over_every_open_promise() -> None:
    life = paired()
    promised = {duty.kind for duty in life.duties.values() if duty.owed_by == ZHOU}
    life.give(hand_over(), BEGIN + days(5))
    assert {duty.kind for duty in life.duties.values() if duty.owed_by == LIU} == promised
    assert not any(duty.owed_by == ZHOU for duty in life.duties.values())


def test_each_promise_taken_over_names_the_one_it_comes_from() -> None:
    life = paired()
    owed = {duty.number for duty in life.duties.values() if duty.owed_by == ZHOU}
    facts = life.give(hand_over(), BEGIN + days(5))
    assert isinstance(facts, list)
    given = {fact.duty: fact.by_duty for fact in facts if isinstance(fact, f.DutySuperseded)}
    assert given.keys() == owed
    assert set(given.values()) <= life.duties.keys()


def test_a_successor_gets_a_few_days_for_what_is_late_already() -> None:
    life = paired()
    life.pass_until(BEGIN + days(20))
    life.give(hand_over(), BEGIN + days(20))
    assert life.duty("first_visit").due_on == date(2026, 9, 24)
    assert life.duty("first_visit").climbed_to is None


def test_a_successor_visits_the_child_although_the_one_before_had_done_so() -> None:
    life = paired()
    life.answer("first_visit", ZHOU, BEGIN + days(1), needs_help=False)
    life.give(hand_over(), BEGIN + days(5))
    assert life.duty("first_visit").owed_by == LIU


def test_a_talk_keeps_its_day_when_the_volunteer_changes() -> None:
    life = paired()
    day = life.duty("monthly_talk").due_on
    life.give(hand_over(), BEGIN + days(5))
    assert life.duty("monthly_talk").due_on == day


def test_nothing_is_looked_for_after_a_handover() -> None:
    life = paired(born=date(2008, 9, 20))
    life.pass_until(BEGIN + days(20))
    assert life.case is not None
    assert life.case.base is Stage.FOLLOW_UP
    life.give(hand_over(), BEGIN + days(21))
    assert not life.has("find_companion")


def test_a_handover_asks_the_same_of_the_successor_as_a_first_pairing() -> None:
    life = paired()
    assert life.give(hand_over(SUN), BEGIN) is Reason.HELPER_SEX
    assert life.give(hand_over(ZHOU), BEGIN) is Reason.ALREADY_TIED
    assert life.give(hand_over(LIU, role="team"), BEGIN) is Reason.NO_SUCH_ROLE
    assert opened().give(hand_over(LIU), BEGIN) is Reason.NOT_TIED


# Letting go


def test_when_a_volunteer_leaves_the_township_looks_for_another_at_once() -> None:
    life = paired()
    life.give(c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="moved-away"), BEGIN + days(5))
    assert life.case is not None
    assert life.case.base is Stage.PAIRING
    assert life.has("find_companion")
    assert not any(duty.owed_by == ZHOU for duty in life.duties.values())


def test_what_the_one_who_left_had_promised_gives_way_to_the_search() -> None:
    life = paired()
    owed = {duty.number for duty in life.duties.values() if duty.owed_by == ZHOU}
    facts = life.give(c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="moved-away"), BEGIN + days(5))
    assert isinstance(facts, list)
    search = life.duty("find_companion").number
    assert owed <= {fact.duty for fact in facts if isinstance(fact, f.DutySuperseded) and fact.by_duty == search}


def test_one_grown_up_whose_companion_left_can_be_paired_again() -> None:
    life = paired(born=date(2008, 9, 20))
    life.pass_until(BEGIN + days(20))
    life.give(c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="moved-away"), BEGIN + days(21))
    for command in (propose(LIU), agree(), accept(LIU)):
        assert not isinstance(life.give(command, BEGIN + days(22)), Reason)
    assert life.case is not None
    assert life.case.base is Stage.FOLLOW_UP
    assert life.duty("half_year_word").owed_by == LIU
    assert not life.has("find_companion")


# Growing up


def test_at_eighteen_the_close_watch_becomes_a_long_one_and_a_talk_is_owed() -> None:
    life = paired(born=date(2008, 9, 20))
    life.pass_until(BEGIN + days(20))
    assert life.case is not None
    assert life.case.base is Stage.FOLLOW_UP
    assert life.duty("majority_talk").owed_by == ZHOU
    assert life.has("half_year_word")
    assert not any(life.has(kind) for kind in ("monthly_talk", "home_visit", "guardian_word", "quarterly_review"))


def test_the_first_september_of_a_school_brings_its_registration() -> None:
    life = paired(born=date(2014, 9, 10))
    life.pass_until(BEGIN + days(366))
    assert life.has("school_registration")


def test_twenty_years_after_admission_the_township_looks_back() -> None:
    assert opened().duty("twenty_years").due_on == date(2046, 9, 1)
