"""A helper leaves: announced early, a successor found, a joint visit, never a day on which nobody answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest
from support.life import CASE, Life
from support.office import BEGIN, COUNTY_DESK, LIU, TOWNSHIP_DESK, WU, ZHOU
from support.team_life import (
    HELPERS,
    begun,
    bind,
    days_on,
    done,
    leaving,
    nobody_gone_owes,
    release,
    succeed,
    told,
    with_companion,
)

from domain import facts as f
from domain.case import Tie
from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.office import Absence
from domain.rules.refusals import Reason

LAST_DAY = date(2026, 12, 31)


def ties_of(life: Life) -> Sequence[Tie]:
    assert life.case is not None
    return life.case.ties


def announced(on: date = LAST_DAY) -> Life:
    """Zhou has said in September that she leaves at the end of the year."""
    life = with_companion()
    done(life, leaving(on), days_on(10))
    return life


def change_helper(life: Life, person: PersonId, **changes: Any) -> None:
    helpers = {**life.around.office.helpers, person: HELPERS[person]._replace(**changes)}
    life.around = replace(life.around, office=replace(life.around.office, helpers=helpers))


# Announced


def test_a_last_day_announced_early_becomes_a_search_due_on_that_day() -> None:
    life = announced()
    assert life.duty("succession").due_on == LAST_DAY
    assert life.duty("farewell").due_on == LAST_DAY
    assert ties_of(life)[0].serves_until == LAST_DAY
    assert life.duty("talk").owed_by == ZHOU


def test_a_search_nobody_takes_up_climbs_before_the_helper_has_gone() -> None:
    life = announced()
    life.pass_until(days_on(120))
    assert [day.isoformat() for day, _ in told(life, "succession")[:2]] == ["2026-09-30", "2026-11-30"]


def test_another_last_day_moves_what_waits_for_it() -> None:
    life = announced()
    search = life.duty("succession").number
    facts = done(life, leaving(date(2026, 11, 30)), days_on(12))
    assert life.duty("succession").due_on == date(2026, 11, 30)
    assert [fact.duty for fact in facts if isinstance(fact, f.DutySuperseded)] == [search, search + 1]


def test_an_announcement_taken_back_lets_go_of_the_search_by_name() -> None:
    life = announced()
    facts = done(life, leaving(None), days_on(12))
    excused = [fact for fact in facts if isinstance(fact, f.DutyExcused)]
    assert len(excused) == 2
    assert {fact.by for fact in excused} == {TOWNSHIP_DESK}
    assert not life.has("succession")
    life.pass_until(days_on(200))
    assert [tie.person for tie in ties_of(life)] == [ZHOU]


def test_taken_back_while_a_successor_is_asked_the_successor_is_asked_no_more() -> None:
    life = announced()
    done(life, c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near",)), days_on(12))
    done(life, c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=True), days_on(12))
    done(life, leaving(None), days_on(13))
    assert not life.has("accept")
    assert life.give(c.AnswerProposal(case=CASE, by=LIU, accept=True), days_on(14)) is Reason.NO_PROPOSAL
    assert [tie.person for tie in ties_of(life)] == [ZHOU]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (leaving(date(2026, 9, 10)), Reason.DAY_PAST),
        (leaving(LAST_DAY, LIU), Reason.NOT_TIED),
        (leaving(LAST_DAY, role="teacher"), Reason.NO_SUCH_ROLE),
    ],
)
def test_only_a_day_to_come_of_somebody_bound_can_be_announced(command: c.Command, reason: Reason) -> None:
    assert with_companion().give(command, days_on(10)) is reason


# A successor is found


def test_while_she_serves_a_successor_is_proposed_agreed_to_and_asked() -> None:
    life = announced()
    assert (
        life.give(c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=("near",)), days_on(12)) is Reason.ALREADY_TIED
    )
    done(life, c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near",)), days_on(12))
    assert told(life, "decide")[-1][1] == (COUNTY_DESK,)
    done(life, c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=True), days_on(13))
    assert life.duty("accept").owed_by == LIU
    life.pass_until(days_on(25))
    assert life.duty("accept").climbed_to == "township"


def test_without_an_announcement_nobody_is_proposed_in_her_place() -> None:
    ask = c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near",))
    assert with_companion().give(ask, days_on(12)) is Reason.NOT_PAIRING


def test_all_open_promises_move_to_the_successor_on_the_day_he_accepts() -> None:
    life = announced()
    promised = {duty.kind: duty.due_on for duty in life.duties.values() if duty.owed_by == ZHOU}
    succeed(life, days_on(20))
    owed = {duty.kind: duty.due_on for duty in life.duties.values() if duty.owed_by == LIU}
    assert owed.keys() == promised.keys() | {"handover_visit"}
    assert all(owed[kind] >= promised[kind] for kind in promised)
    assert not [duty for duty in life.duties.values() if duty.owed_by == ZHOU]
    assert {tie.person for tie in ties_of(life)} == {ZHOU, LIU}


def test_the_search_ends_with_the_successor_and_is_not_begun_again() -> None:
    life = announced()
    succeed(life, days_on(20))
    assert not life.has("succession")
    life.pass_until(days_on(150))
    assert not life.has("succession")
    assert not life.has("find")


def test_what_is_owed_to_the_one_who_leaves_stays_although_the_successor_is_there() -> None:
    life = announced()
    succeed(life, days_on(20))
    farewell = life.duty("farewell").number
    done(life, c.AnswerDuty(case=CASE, duty=farewell, by=COUNTY_DESK), days_on(30))
    assert not life.has("farewell")
    life.pass_until(days_on(150))
    assert not life.has("farewell")


def test_both_are_told_of_the_joint_visit_and_after_it_the_one_before_is_let_go() -> None:
    life = announced()
    succeed(life, days_on(20))
    life.pass_until(days_on(28))
    assert set(told(life, "handover_visit")[0][1]) == {ZHOU, LIU}
    life.answer("handover_visit", LIU, days_on(29), met=True)
    assert [tie.person for tie in ties_of(life)] == [LIU]
    assert not life.has("find")
    nobody_gone_owes(life)
    life.pass_until(days_on(150))
    assert [entry.fact.gap for entry in life.journal if isinstance(entry.fact, f.TieEnded)] == [False]


def test_a_joint_visit_that_did_not_come_about_leaves_both_bound_until_the_last_day() -> None:
    life = announced()
    succeed(life, days_on(20))
    life.answer("handover_visit", LIU, days_on(29), met=False)
    assert len(ties_of(life)) == 2
    life.pass_until(days_on(125))
    assert [tie.person for tie in ties_of(life)] == [LIU]


def test_on_the_first_morning_after_the_last_day_the_tie_has_ended_by_itself() -> None:
    life = announced()
    life.pass_until(life.around.start(date(2027, 1, 5)))
    ended = next(entry for entry in life.journal if isinstance(entry.fact, f.TieEnded))
    assert ended.at == life.around.start(date(2027, 1, 1))
    assert isinstance(ended.fact, f.TieEnded)
    assert (ended.fact.by, ended.fact.reason) == (None, "service-ended")
    assert life.case is not None
    assert life.case.base is Stage.PAIRING
    find = life.duty("find")
    assert life.around.day(find.opened_at) == date(2027, 1, 1)
    assert not life.has("succession")
    assert life.has("farewell")
    nobody_gone_owes(life)


def test_the_successor_who_gives_up_again_leaves_the_promises_with_the_one_still_there() -> None:
    life = announced()
    succeed(life, days_on(20))
    done(life, release("companion", LIU), days_on(25))
    assert [tie.person for tie in ties_of(life)] == [ZHOU]
    assert life.duty("talk").owed_by == ZHOU
    assert life.duty("succession").due_on == LAST_DAY
    nobody_gone_owes(life)


def test_a_successor_bound_by_hand_hands_over_in_the_same_way() -> None:
    life = announced()
    done(life, bind("companion", LIU), days_on(20))
    assert life.has("handover_visit")
    assert life.duty("talk").owed_by == LIU
    assert life.give(bind("companion", WU), days_on(21)) in {Reason.ROLE_FULL, Reason.NO_SUCH_HELPER}


def test_somebody_else_put_in_her_place_at_once_ends_the_search() -> None:
    life = announced()
    done(life, c.Reassign(case=CASE, role="companion", to=LIU, by=TOWNSHIP_DESK, reason="ill"), days_on(20))
    assert [tie.person for tie in ties_of(life)] == [LIU]
    assert not life.has("succession")
    assert not life.has("find")
    nobody_gone_owes(life)


def test_while_a_successor_is_asked_nobody_else_takes_the_place() -> None:
    life = announced()
    done(life, c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near",)), days_on(12))
    hand = c.Reassign(case=CASE, role="companion", to=ANOTHER, by=TOWNSHIP_DESK, reason="ill")
    assert life.give(hand, days_on(12)) is Reason.PROPOSAL_OPEN


ANOTHER = next(who for who, each in HELPERS.items() if each.kind == "elder" and who not in {ZHOU, LIU})


# An age that is known beforehand


def test_a_helper_whose_last_day_is_known_from_the_beginning_is_succeeded_before_it() -> None:
    life = begun("orphan")
    change_helper(life, ZHOU, serves_until=date(2028, 5, 20))
    done(life, bind("companion", ZHOU), BEGIN)
    assert life.duty("succession").due_on == date(2028, 5, 20)
    life.pass_until(life.around.start(date(2028, 2, 21)))
    assert told(life, "succession") == [(date(2028, 2, 20), (TOWNSHIP_DESK,))]
    succeed(life, life.around.start(date(2028, 3, 1)))
    assert not life.has("succession")
    life.pass_until(life.around.start(date(2028, 6, 1)))
    assert [tie.person for tie in ties_of(life)] == [LIU]


def test_a_successor_with_a_last_day_of_his_own_is_succeeded_in_his_turn() -> None:
    life = announced()
    change_helper(life, LIU, serves_until=date(2029, 5, 20))
    succeed(life, days_on(20))
    assert life.duty("succession").due_on == date(2029, 5, 20)


def test_nobody_is_bound_whose_service_is_over() -> None:
    life = begun("orphan")
    change_helper(life, ZHOU, serves_until=date(2026, 8, 31))
    assert life.give(bind("companion", ZHOU), BEGIN) is Reason.HELPER_NOT_SERVING
    ask = c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=("near",))
    assert life.give(ask, BEGIN) is Reason.HELPER_NOT_SERVING
    change_helper(life, ZHOU, serves_until=date(2026, 9, 1))
    done(life, bind("companion", ZHOU), BEGIN)


# What stands open during a handover


def test_what_has_climbed_begins_anew_with_the_successor_who_gets_a_few_days() -> None:
    life = with_companion()
    life.pass_until(days_on(35))
    assert life.duty("talk").climbed_to == "township"
    done(life, c.AcknowledgeDuty(case=CASE, duty=life.duty("talk").number, by=TOWNSHIP_DESK), days_on(35))
    done(life, c.Reassign(case=CASE, role="companion", to=LIU, by=TOWNSHIP_DESK, reason="ill"), days_on(35.5))
    assert (life.duty("talk").climbed_to, life.duty("talk").waits_until) == (None, None)
    assert life.duty("talk").due_on == date(2026, 10, 9)
    life.pass_until(days_on(60))
    assert (LIU,) in [people for _, people in told(life, "talk")]


def test_what_has_lapsed_onto_a_desk_stays_there_through_a_handover() -> None:
    life = with_companion()
    life.pass_until(days_on(70))
    silence = life.duty("silence").number
    done(life, c.Reassign(case=CASE, role="companion", to=LIU, by=TOWNSHIP_DESK, reason="ill"), days_on(71))
    assert life.duty("silence").number == silence


def test_history_stays_with_the_case_when_the_companion_changes() -> None:
    life = with_companion()
    life.answer("talk", ZHOU, days_on(25), mood="well")
    done(life, c.Reassign(case=CASE, role="companion", to=LIU, by=TOWNSHIP_DESK, reason="ill"), days_on(26))
    assert life.case is not None
    assert life.case.last_met["talk"] == date(2026, 9, 26)
    assert life.duty("talk").due_on == date(2026, 11, 1)


# Papers that run out, absences, lateness


def test_when_a_paper_has_run_out_the_desk_hears_in_the_helpers_place_until_it_is_renewed() -> None:
    life = begun("orphan")
    change_helper(life, ZHOU, papers={"pledge": date(2026, 10, 5), "safety": None})
    done(life, bind("companion", ZHOU), BEGIN)
    life.answer("first_visit", ZHOU, days_on(3))
    life.pass_until(days_on(31))
    assert told(life, "talk")[-1][1] == (ZHOU,)
    life.answer("talk", ZHOU, days_on(31), mood="well")
    life.pass_until(days_on(59))
    assert told(life, "talk")[-1] == (date(2026, 10, 29), (TOWNSHIP_DESK,))
    assert told(life, "renew")[0][1] == (ZHOU,)
    done(life, c.RenewPaper(case=CASE, person=ZHOU, paper="pledge", until=date(2028, 10, 1), by=ZHOU), days_on(59))
    life.pass_until(days_on(62))
    assert told(life, "talk")[-1] == (date(2026, 11, 1), (ZHOU,))


def test_a_paper_that_does_not_pause_service_changes_nothing_but_its_own_renewal() -> None:
    life = begun("orphan")
    change_helper(life, ZHOU, papers={"pledge": None, "safety": date(2026, 9, 20)})
    done(life, bind("companion", ZHOU), BEGIN)
    life.pass_until(days_on(31))
    assert told(life, "talk")[-1][1] == (ZHOU,)
    assert life.duty("renew_safety").climbed_to is not None


def test_a_stand_in_hears_while_the_helper_is_away() -> None:
    life = with_companion()
    away = {ZHOU: (Absence(date(2026, 9, 25), date(2026, 10, 5), LIU),)}
    life.around = replace(life.around, office=replace(life.around.office, absences=away))
    life.pass_until(days_on(31))
    assert [people for _, people in told(life, "talk")] == [(LIU,), (LIU,)]
    assert life.duty("talk").owed_by == ZHOU


def often_late() -> Life:
    """Three talks answered two days late each."""
    life = with_companion()
    life.answer("first_visit", ZHOU, days_on(3))
    for day in (32, 62, 93):
        life.pass_until(days_on(day))
        life.answer("talk", ZHOU, days_on(day), mood="well")
    return life


def test_the_third_late_answer_becomes_a_quiet_talk_for_the_coordinator() -> None:
    life = often_late()
    assert told(life, "quiet_talk")[-1][1] == (TOWNSHIP_DESK,)
    assert life.duty("quiet_talk").owed_by is None


def test_late_answers_to_several_children_count_together_and_are_talked_about_once() -> None:
    life, other = with_companion(), often_late().case
    assert other is not None
    life.answer("first_visit", ZHOU, days_on(3))
    sister = msgspec.structs.replace(other, duties={}, late={ZHOU: other.late[ZHOU][:2]})
    life.around = replace(life.around, elsewhere={ZHOU: (sister,)})
    talking = replace(life.around, elsewhere={ZHOU: (other,)})
    life.pass_until(days_on(32))
    before = life.case
    for around, again in ((replace(life.around, elsewhere={}), False), (talking, False), (life.around, True)):
        life.case, life.around = before, around
        life.answer("talk", ZHOU, days_on(94), mood="well")
        assert life.has("quiet_talk") is again


def test_while_the_quiet_talk_stands_open_the_helper_hears_of_each_duty_once() -> None:
    life = often_late()
    life.pass_until(days_on(123))
    heard = [people for day, people in told(life, "talk") if day > date(2026, 12, 3)]
    assert heard == [(ZHOU,), ()]


def test_after_the_quiet_talk_reminders_come_as_before_and_old_lateness_no_longer_counts() -> None:
    life = often_late()
    life.answer("quiet_talk", TOWNSHIP_DESK, days_on(94), talked=True)
    life.pass_until(days_on(124))
    assert told(life, "talk")[-1][1] == (ZHOU,)
    life.answer("talk", ZHOU, days_on(124), mood="well")
    assert not life.has("quiet_talk")


def test_a_successor_is_not_spared_reminders_for_the_lateness_of_another() -> None:
    life = often_late()
    done(life, c.Reassign(case=CASE, role="companion", to=LIU, by=TOWNSHIP_DESK, reason="ill"), days_on(95))
    life.pass_until(days_on(124))
    assert [people for day, people in told(life, "talk") if day > date(2026, 12, 10)] == [(LIU,), (LIU,)]
