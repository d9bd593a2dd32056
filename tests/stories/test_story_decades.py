"""Stories of succession: helpers leave, announced or all at once, and no day goes by on which nobody answers."""

from datetime import date

from sqlalchemy import select
from support.decades import go_on, heard, load_of, now_of, saying
from support.office import (
    BEGIN,
    COUNTY_DESK,
    LIU,
    SUN,
    TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    pair,
)
from support.seen import due_days, facts_of
from support.team_life import LEAD, MEMBERS, SECOND_TEACHER
from support.team_programme import teams
from support.team_store import bind, breaches, open_child, open_team_office

from domain import facts as f
from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.going import Going, gone
from domain.store.leaving import announce_leaving, take_back_leaving
from domain.store.pairs import look_for_pairs, proposals, propose_in
from domain.store.rounds import run_round
from domain.store.standing_in import Away, helper_away
from domain.store.store import Store

FAMILY = PersonId("p000000777")


# Succession


def test_a_volunteer_is_replaced_by_announced_succession_with_a_joint_visit(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    go_on(store, 1, 9)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(9))
    last_day = (BEGIN + days(100)).date()
    announce_leaving(store, ZHOU, last_day, saying(BEGIN + days(10)))
    assert dict(due_days(store, case))["succession"] == last_day
    go_on(store, 10, 20)
    made = propose_in(store, teams(), TOWNSHIP, BEGIN + days(20))
    [(found, successor)] = [(each.case, each.person) for each in made.proposals]
    assert found == case
    assert successor != ZHOU
    do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), BEGIN + days(21))
    do(store, c.AnswerProposal(case=case, by=successor, accept=True), BEGIN + days(22))
    assert {tie.person for tie in now_of(store, case).ties} == {ZHOU, successor}
    go_on(store, 21, 30)
    visit = duty_of(store, case, "handover_visit")
    assert ("handover_visit", visit) in heard(store, ZHOU, case)
    assert ("handover_visit", visit) in heard(store, successor, case)
    answer(store, case, "handover_visit", successor, BEGIN + days(31), met=True)
    assert [tie.person for tie in now_of(store, case).ties] == [successor]
    assert (load_of(store, ZHOU), load_of(store, successor)) == (0, 1)
    end = go_on(store, 31, 130)
    assert not [fact for fact in facts_of(store, case) if isinstance(fact, f.DutyOpened) and fact.kind == "find"][1:]
    assert ("talk", duty_of(store, case, "talk")) not in heard(store, ZHOU, case)
    assert breaches(store, end) == []


def test_two_children_of_one_family_go_together_from_one_volunteer_to_one_successor(database_url: str) -> None:
    store = open_team_office(database_url)
    first, second = (open_child(store, number, family=FAMILY) for number in (1, 2))
    alone = open_child(store, 3)
    for case in (first, second):
        pair(store, case, ZHOU, BEGIN)
    pair(store, alone, LIU, BEGIN)
    announced = announce_leaving(store, ZHOU, (BEGIN + days(60)).date(), saying(BEGIN + days(5)))
    assert {done.case.id for done in announced} == {first, second}
    made = propose_in(store, teams(), TOWNSHIP, BEGIN + days(6))
    successors = {each.case: each.person for each in made.proposals}
    assert successors.keys() == {first, second}
    assert len(set(successors.values())) == 1
    assert ZHOU not in successors.values()
    successor = successors[first]
    with reading(store.engine) as connection:
        waiting = {each.case for each in proposals(connection, teams(), TOWNSHIP)}
    assert waiting == {first, second}
    for case in (first, second):
        do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), BEGIN + days(7))
        do(store, c.AnswerProposal(case=case, by=successor, accept=True), BEGIN + days(8))
    for case in (first, second):
        answer(store, case, "handover_visit", successor, BEGIN + days(12), met=True)
    assert load_of(store, ZHOU) == 0
    assert breaches(store, go_on(store, 9, 70)) == []


def test_a_last_day_without_a_successor_leaves_no_day_on_which_nobody_answers(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    announce_leaving(store, ZHOU, date(2026, 10, 15), saying(BEGIN + days(5)))
    run_round(store, BEGIN + days(120))
    journal = facts_of(store, case)
    ended = next(place for place, fact in enumerate(journal) if isinstance(fact, f.TieEnded))
    following = journal[ended + 1]
    assert isinstance(following, f.DutyOpened)
    assert following.kind == "find"
    assert now_of(store, case).base is Stage.PAIRING
    assert ("find", following.duty) in heard(store, TOWNSHIP_DESK, case)
    assert ("find", following.duty) in heard(store, COUNTY_DESK, case)
    assert breaches(store, BEGIN + days(120)) == []


def test_an_announcement_taken_back_leaves_everything_as_it_was(database_url: str) -> None:
    store = open_team_office(database_url)
    first, second = open_child(store, 1), open_child(store, 2)
    for case in (first, second):
        bind(store, case, BEGIN, companion=LEAD)
    before = due_days(store, first)
    announce_leaving(store, LEAD, date(2026, 12, 1), saying(BEGIN + days(5)))
    assert due_days(store, first) != before
    # Born in May 1960, the volunteer serves to the age of seventy-five.
    take_back_leaving(store, LEAD, saying(BEGIN + days(6), "came-back"))
    assert dict(due_days(store, first))["succession"] == date(2035, 5, 20)
    assert [tie.serves_until for tie in now_of(store, second).ties] == [date(2035, 5, 20)]
    assert look_for_pairs(store, teams(), TOWNSHIP, BEGIN + days(7)).proposals == ()
    assert breaches(store, go_on(store, 7, 120)) == []


def test_somebody_who_will_leave_soon_is_not_proposed_for_another_child(database_url: str) -> None:
    store = open_team_office(database_url)
    open_child(store, 1)
    for person in (LIU, WU, *MEMBERS.values(), SECOND_TEACHER):
        with writing(store.engine) as connection:
            connection.execute(t.helper.update().where(t.helper.c.person == person).values(serving=False))
    for person in _elders(store):
        if person not in {ZHOU, SUN}:
            announce_leaving(store, person, (BEGIN + days(20)).date(), saying(BEGIN))
    found = look_for_pairs(store, teams(), TOWNSHIP, BEGIN)
    assert [each.person for each in found.proposals] == [ZHOU]
    announce_leaving(store, ZHOU, (BEGIN + days(20)).date(), saying(BEGIN))
    assert look_for_pairs(store, teams(), TOWNSHIP, BEGIN).proposals == ()


def _elders(store: Store) -> list[PersonId]:
    with reading(store.engine) as connection:
        return list(connection.scalars(select(t.helper.c.person).where(t.helper.c.serving, t.helper.c.kind == "elder")))


# Gone at once


def test_when_a_volunteer_dies_the_desk_answers_at_once_and_nobody_writes_to_the_dead(database_url: str) -> None:
    store = open_team_office(database_url)
    first, second, asked = open_child(store, 1), open_child(store, 2), open_child(store, 3)
    for case in (first, second):
        pair(store, case, ZHOU, BEGIN)
    pair(store, open_child(store, 4), LIU, BEGIN)
    do(store, c.ProposeHelper(case=asked, person=ZHOU, score=1, why=("near",)), BEGIN)
    helper_away(store, Away(LIU, date(2026, 9, 20), date(2026, 10, 20), ZHOU))
    go_on(store, 1, 25)
    before = [heard(store, ZHOU, case) for case in (first, second, asked)]
    done = gone(store, Going(person=ZHOU, by=TOWNSHIP_DESK, reason="died"), BEGIN + days(25.5))
    assert (done.handed, done.searched, done.unattended) == ((), (first, second), (LIU,))
    assert load_of(store, ZHOU) == 0
    assert now_of(store, asked).proposal is None
    for case in (first, second):
        state = now_of(store, case)
        assert state.base is Stage.PAIRING
        assert ZHOU not in {duty.owed_by for duty in state.duties.values()}
        assert ("find", duty_of(store, case, "find")) in heard(store, TOWNSHIP_DESK, case)
    end = go_on(store, 26, 60)
    assert [heard(store, ZHOU, case) for case in (first, second, asked)] == before
    assert breaches(store, end) == []


def test_a_successor_named_at_once_takes_over_where_that_may_be(database_url: str) -> None:
    store = open_team_office(database_url)
    girl, boy = open_child(store, 1), open_child(store, 2, sex="male")
    for case in (girl, boy):
        pair(store, case, ZHOU, BEGIN)
    done = gone(store, Going(person=ZHOU, by=TOWNSHIP_DESK, reason="died", to=SUN), BEGIN + days(9))
    assert (done.handed, done.searched) == ((boy,), (girl,))
    assert [refusal.reason for _, refusal in done.refused] == [Reason.HELPER_SEX]
    assert {duty.owed_by for duty in now_of(store, boy).duties.values()} - {None} == {SUN}
    assert breaches(store, go_on(store, 10, 40)) == []


def test_the_one_who_dies_during_a_handover_leaves_everything_with_the_successor(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    announce_leaving(store, ZHOU, date(2026, 12, 1), saying(BEGIN + days(1)))
    pair(store, case, LIU, BEGIN + days(2))
    done = gone(store, Going(person=ZHOU, by=TOWNSHIP_DESK, reason="died", to=WU), BEGIN + days(3))
    assert done.refused == ()
    state = now_of(store, case)
    assert [tie.person for tie in state.ties] == [LIU]
    assert state.base is Stage.CHECK_IN
    assert breaches(store, go_on(store, 4, 40)) == []
