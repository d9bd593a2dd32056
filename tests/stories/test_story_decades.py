"""Stories of a long watch: helpers come and go, children move, the tree changes; nobody is without an answer a day."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from support.office import (
    BEGIN,
    CAPACITY,
    CITY_DESK,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
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
    pass_days,
)
from support.seen import due_days, facts_of, ladder_of
from support.taken import tell_everybody
from support.team_life import LEAD, MEMBERS, OTHER_TOWNSHIP_DESK, SECOND_TEACHER
from support.team_programme import teams
from support.team_store import bind, breaches, open_child, open_team_office

from domain import facts as f
from domain.case import Case
from domain.ids import CaseId, PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.going import Going, gone
from domain.store.journal import snapshot_of
from domain.store.leaving import Saying, announce_leaving, take_back_leaving
from domain.store.offices import write_papers
from domain.store.pairs import look_for_pairs, proposals, propose_in
from domain.store.rounds import run_round
from domain.store.standing_in import Away, helper_away
from domain.store.store import Store
from domain.store.tree import counties_of, move_township, units
from domain.store.units import send_away
from domain.store.writing import carry_out

FAMILY = PersonId("p000000777")


def now_of(store: Store, case: CaseId) -> Case:
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return found


def go_on(store: Store, since: int, until: int) -> datetime:
    """A round and the post every third day; the moment of the last one."""
    for day in (*range(since, until, 3), until):
        run_round(store, BEGIN + days(day))
        tell_everybody(store, BEGIN + days(day))
    return BEGIN + days(until)


def heard(store: Store, person: PersonId, case: CaseId) -> list[tuple[str, int]]:
    """What somebody was told of a case: kind of duty and number of the duty, in order."""
    with reading(store.engine) as connection:
        rows = connection.execute(
            select(t.notice.c.kind, t.notice.c.duty)
            .where(t.notice.c.person == person, t.notice.c.case == case)
            .order_by(t.notice.c.at, t.notice.c.id)
        )
        return [(row.kind, row.duty) for row in rows]


def load_of(store: Store, person: PersonId) -> int:
    with reading(store.engine) as connection:
        return int(connection.scalar(select(t.helper.c.load).where(t.helper.c.person == person)) or 0)


def saying(now: datetime, reason: str = "moves") -> Saying:
    return Saying(TOWNSHIP_DESK, reason, now)


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


# Absence, papers, lateness, capacity


def test_while_a_volunteer_is_away_the_stand_in_hears_and_afterwards_the_volunteer_again(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(3))
    assert helper_away(store, Away(ZHOU, date(2026, 9, 20), date(2026, 10, 5), LIU)) == (case,)
    go_on(store, 4, 32)
    september = duty_of(store, case, "talk")
    assert heard(store, LIU, case) == [("talk", september), ("talk", september)]
    answer(store, case, "talk", LIU, BEGIN + days(32), mood="well")
    end = go_on(store, 33, 62)
    assert ("talk", duty_of(store, case, "talk")) in heard(store, ZHOU, case)
    assert load_of(store, LIU) == 0
    assert breaches(store, end) == []


def test_a_stand_in_serves_is_there_and_fits_the_child(database_url: str) -> None:
    store = open_team_office(database_url)
    pair(store, open_child(store), ZHOU, BEGIN)
    away = Away(ZHOU, date(2026, 9, 20), date(2026, 10, 5), SUN)
    assert refused(store, away) is Reason.HELPER_SEX
    announce_leaving(store, LIU, date(2026, 9, 30), saying(BEGIN))
    assert refused(store, away._replace(stand_in=LIU)) is Reason.HELPER_NOT_SERVING
    with writing(store.engine) as connection:
        send_away(connection, WU, date(2026, 10, 5), date(2026, 10, 6), LIU)
    assert refused(store, away._replace(stand_in=WU)) is Reason.STAND_IN_AWAY
    assert refused(store, away._replace(stand_in=TOWNSHIP_DESK)) is Reason.NO_SUCH_HELPER
    with reading(store.engine) as connection:
        assert connection.scalars(select(t.absence.c.person)).all() == [WU]


def refused(store: Store, away: Away) -> Reason:
    try:
        helper_away(store, away)
    except Refusal as refusal:
        return refusal.reason
    raise AssertionError(away)


def test_a_volunteer_with_too_many_late_answers_becomes_a_quiet_talk_and_not_more_messages(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(3))
    since = 4
    for day in (32, 62, 93):
        go_on(store, since, day)
        answer(store, case, "talk", ZHOU, BEGIN + days(day), mood="well")
        since = day
    talk = duty_of(store, case, "quiet_talk")
    assert ("quiet_talk", talk) in heard(store, TOWNSHIP_DESK, case)
    assert not [kind for kind, _ in heard(store, ZHOU, case) if kind == "quiet_talk"]
    december = duty_of(store, case, "talk")
    go_on(store, 94, 122)
    assert heard(store, ZHOU, case).count(("talk", december)) == 1
    answer(store, case, "quiet_talk", TOWNSHIP_DESK, BEGIN + days(122), talked=True)
    answer(store, case, "talk", ZHOU, BEGIN + days(122), mood="well")
    january = duty_of(store, case, "talk")
    end = go_on(store, 123, 153)
    assert heard(store, ZHOU, case).count(("talk", january)) == 2
    assert breaches(store, end) == []


def test_papers_that_lapse_pause_service_and_the_desk_hears_in_the_volunteers_place(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    lapse = c.RenewPaper(case=case, person=ZHOU, paper="pledge", until=date(2026, 10, 10), by=TOWNSHIP_DESK)
    do(store, lapse, BEGIN + days(1))
    answer(store, case, "first_visit", ZHOU, BEGIN + days(3))
    go_on(store, 4, 25)
    answer(store, case, "talk", ZHOU, BEGIN + days(25), mood="well")
    go_on(store, 26, 59)
    october = duty_of(store, case, "talk")
    assert ("talk", october) in heard(store, TOWNSHIP_DESK, case)
    assert ("talk", october) not in heard(store, ZHOU, case)
    assert "renew" in {kind for kind, _ in heard(store, ZHOU, case)}
    renewed = c.RenewPaper(case=case, person=ZHOU, paper="pledge", until=date(2028, 10, 10), by=ZHOU)
    do(store, renewed, BEGIN + days(59))
    end = go_on(store, 60, 62)
    assert ("talk", october) in heard(store, ZHOU, case)
    assert breaches(store, end) == []


def test_a_volunteer_takes_as_many_children_as_there_is_room_for_and_no_more(database_url: str) -> None:
    store = open_team_office(database_url)
    cases = [open_child(store, number) for number in range(1, CAPACITY + 2)]
    commands = [c.Bind(case=case, role="companion", person=ZHOU, by=TOWNSHIP_DESK) for case in cases]
    outcomes = carry_out(store, commands, BEGIN)
    assert [isinstance(outcome, Refusal) for outcome in outcomes] == [False] * CAPACITY + [True]
    assert load_of(store, ZHOU) == CAPACITY
    gone(store, Going(person=ZHOU, by=TOWNSHIP_DESK, reason="retires", to=LIU), BEGIN + days(2))
    assert (load_of(store, ZHOU), load_of(store, LIU)) == (0, CAPACITY)
    assert breaches(store, go_on(store, 3, 20)) == []


# A team of six


def test_a_member_missing_from_the_team_is_missed_and_the_place_is_filled(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store, kind="left_behind")
    bind(store, case, BEGIN, **MEMBERS)
    assert now_of(store, case).base is Stage.CHECK_IN
    do(store, c.Release(
        case=case, role="teacher", person=MEMBERS["teacher"], by=TOWNSHIP_DESK, reason="moved-away"
    ), BEGIN + days(3))  # fmt: skip
    go_on(store, 4, 20)
    assert now_of(store, case).stage is Stage.ESCALATION
    assert [level for _, level in ladder_of(store, case, "fill_teacher")] == [None]
    place = duty_of(store, case, "fill_teacher")
    assert ("fill_teacher", place) in heard(store, COUNTY_DESK, case)
    bind(store, case, BEGIN + days(21), teacher=SECOND_TEACHER)
    assert now_of(store, case).stage is Stage.CHECK_IN
    assert len(now_of(store, case).ties) == 6
    assert breaches(store, go_on(store, 22, 60)) == []


# Moving


def test_an_approval_nobody_gives_climbs_and_nothing_is_lost_between(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    do(store, c.AskTransfer(
        case=case, unit=OTHER_TOWNSHIP, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved"
    ), BEGIN + days(1))  # fmt: skip
    go_on(store, 2, 40)
    asked = duty_of(store, case, "take_over")
    for desk in (OTHER_TOWNSHIP_DESK, OTHER_COUNTY_DESK, CITY_DESK):
        assert ("take_over", asked) in heard(store, desk, case)
    assert ("talk", duty_of(store, case, "talk")) in heard(store, ZHOU, case)
    assert now_of(store, case).county != OTHER_COUNTY
    answer(store, case, "take_over", OTHER_COUNTY_DESK, BEGIN + days(41), accept=True)
    state = now_of(store, case)
    assert (state.unit, state.county, state.transfer) == (OTHER_TOWNSHIP, OTHER_COUNTY, None)
    end = go_on(store, 42, 80)
    assert ("welcome", duty_of(store, case, "welcome")) in heard(store, OTHER_TOWNSHIP_DESK, case)
    assert ("silence", 0) not in heard(store, TOWNSHIP_DESK, case)
    assert breaches(store, end) == []


def test_a_transfer_declined_leaves_the_child_where_she_is_with_all_promises(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    before = due_days(store, case)
    do(store, c.AskTransfer(
        case=case, unit=OTHER_TOWNSHIP, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved"
    ), BEGIN + days(1))  # fmt: skip
    do(store, c.AnswerTransfer(case=case, by=OTHER_TOWNSHIP_DESK, accept=False, reason="no-room"), BEGIN + days(2))
    assert {*before} <= {*due_days(store, case)}
    assert now_of(store, case).unit != OTHER_TOWNSHIP
    assert breaches(store, go_on(store, 3, 30)) == []


def test_a_township_goes_to_another_county_and_every_ladder_climbs_there_from_then_on(database_url: str) -> None:
    store = open_team_office(database_url)
    cases = [open_child(store, number) for number in (1, 2, 3)]
    elsewhere = open_child(store, 4, township=SECOND_TOWNSHIP)
    pair(store, cases[0], ZHOU, BEGIN)
    pair(store, elsewhere, LIU, BEGIN)
    do(store, c.CloseCase(case=cases[2], by=COUNTY_DESK, reason="moved-away"), BEGIN + days(1))
    # The machine stood still for two weeks; what came due then is told to those who sat above at the time.
    go_on(store, 1, 3)
    moved = move_township(store, TOWNSHIP, OTHER_COUNTY, CITY_DESK, BEGIN + days(17))
    assert moved.cases == 3
    levels = [level for _, level in ladder_of(store, cases[0], "first_visit")]
    assert levels == [None, None, "township"]
    assert {now_of(store, case).county for case in cases} == {OTHER_COUNTY}
    assert now_of(store, elsewhere).county != OTHER_COUNTY
    assert ("find", duty_of(store, cases[1], "find")) not in heard(store, COUNTY_DESK, cases[1])
    go_on(store, 18, 40)
    assert ("find", duty_of(store, cases[1], "find")) in heard(store, OTHER_COUNTY_DESK, cases[1])
    visit = duty_of(store, cases[0], "first_visit")
    assert ("first_visit", visit) in heard(store, OTHER_COUNTY_DESK, cases[0])
    assert ("first_visit", visit) not in heard(store, COUNTY_DESK, cases[0])
    assert "first_visit" in {kind for kind, _ in heard(store, COUNTY_DESK, elsewhere)}
    with reading(store.engine) as connection:
        rows = connection.execute(select(t.diary.c.case, t.diary.c.county).distinct()).all()
        assert counties_of(connection, [TOWNSHIP, SECOND_TOWNSHIP]) == {
            TOWNSHIP: OTHER_COUNTY, SECOND_TOWNSHIP: now_of(store, elsewhere).county,
        }  # fmt: skip
        below = [each for each in units(connection, store, OTHER_COUNTY) if each.unit == TOWNSHIP]
    assert [(each.parent, each.cases) for each in below] == [(OTHER_COUNTY, 2)]
    assert {row.county for row in rows if row.case in cases} == {OTHER_COUNTY}
    do(store, c.ReopenCase(case=cases[2], by=OTHER_COUNTY_DESK, reason="returned"), BEGIN + days(41))
    end = go_on(store, 41, 55)
    assert ("find", duty_of(store, cases[2], "find")) in heard(store, OTHER_COUNTY_DESK, cases[2])
    assert breaches(store, end) == []


def test_a_move_of_the_tree_that_may_not_be_changes_nothing(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    old = now_of(store, case).county
    for township, county in ((OTHER_COUNTY, OTHER_COUNTY), (TOWNSHIP, OTHER_TOWNSHIP), (TOWNSHIP, old)):
        with pytest.raises(Refusal):
            move_township(store, township, county, CITY_DESK, BEGIN + days(1))
    assert not [fact for fact in facts_of(store, case) if isinstance(fact, f.CaseMoved)]
    assert breaches(store, BEGIN + days(1)) == []


# Years


def test_a_case_reopened_after_nine_years_begins_as_a_new_one_would(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store, born=date(2020, 3, 10))
    pair(store, case, ZHOU, BEGIN)
    go_on(store, 1, 20)
    do(store, c.CloseCase(case=case, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(20))
    later = BEGIN + days(9 * 365)
    with writing(store.engine) as connection:
        signed = write_papers({"pledge": date(2037, 1, 1), "safety": None})
        connection.execute(t.helper.update().where(t.helper.c.person == LIU).values(papers=signed))
    run_round(store, later)
    do(store, c.ReopenCase(case=case, by=COUNTY_DESK, reason="returned"), later)
    state = now_of(store, case)
    assert (state.base, state.ties) == (Stage.PAIRING, ())
    assert all(duty.due_on > later.date() for duty in state.duties.values())
    # The years in which nobody watched are past: starting school is not asked after at fifteen.
    assert "school" not in state.life
    pair(store, case, LIU, later + days(1))
    pass_days(store, later + days(1), 60)
    end = later + days(61)
    tell_everybody(store, end)
    assert ("talk", duty_of(store, case, "talk")) not in heard(store, ZHOU, case)
    assert "talk" in {kind for kind, _ in heard(store, LIU, case)}
    assert breaches(store, end) == []


def test_a_risk_raised_and_lowered_twice_in_one_week_leaves_one_talk_and_no_double_message(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    go_on(store, 1, 23)
    answer(store, case, "talk", ZHOU, BEGIN + days(23), mood="well")
    plain = dict(due_days(store, case))["talk"]
    since, dues = 24, []
    for day, risk in ((24.1, "high"), (25.5, "low"), (27.2, "high"), (29.5, "low")):
        go_on(store, since, int(day))
        do(store, c.ChangeRisk(case=case, risk=risk, by=TOWNSHIP_DESK), BEGIN + days(day))
        dues.append(dict(due_days(store, case))["talk"])
        since = int(day) + 1
    a_week_on = date(2026, 10, 1)
    assert dues == [a_week_on, date(2026, 10, 24), a_week_on, date(2026, 10, 24)]
    assert plain > a_week_on
    assert [duty.kind for duty in now_of(store, case).duties.values()].count("talk") == 1
    go_on(store, 30, 60)
    last = duty_of(store, case, "talk")
    # Of the week's talk they heard once, three days before it was due; of the month's as often as its ladder says.
    told = [duty for kind, duty in heard(store, ZHOU, case) if kind == "talk"]
    assert [told.count(duty) for duty in dict.fromkeys(told)] == [1, 2]
    assert told[-1] == last
    assert breaches(store, BEGIN + days(60)) == []
