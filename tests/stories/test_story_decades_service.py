"""Stories of service: who is away, whose papers lapse, who is often late, who is missing from a team."""

from datetime import date

from sqlalchemy import select
from support.decades import go_on, heard, load_of, now_of, saying
from support.office import (
    BEGIN,
    CAPACITY,
    COUNTY_DESK,
    LIU,
    SUN,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    pair,
)
from support.seen import ladder_of
from support.team_life import MEMBERS, SECOND_TEACHER
from support.team_store import bind, breaches, open_child, open_team_office

from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.going import Going, gone
from domain.store.leaving import announce_leaving
from domain.store.standing_in import Away, helper_away
from domain.store.store import Store
from domain.store.units import send_away
from domain.store.writing import carry_out

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
