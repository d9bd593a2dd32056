"""What happens before and after a due day: reminders, climbing, empty desks, stand-ins, lapses onto a desk."""

from dataclasses import replace
from datetime import date, datetime

from support.life import VILLAGE, WELL, Life, paired
from support.office import (
    BEGIN,
    CITY,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    days,
)

from domain import facts as f
from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules.notices import known_duties, notices
from domain.rules.office import Absence


def rungs_of(life: Life, kind: str) -> list[tuple[int, date, tuple[PersonId, ...], str | None]]:
    """The rungs reached by the first duty of a kind: which, on what day, who was told, where it stands."""
    opened_as = [entry.fact for entry in life.journal if isinstance(entry.fact, f.DutyOpened)]
    number = next(fact.duty for fact in opened_as if fact.kind == kind)
    return [
        (entry.fact.rung, life.around.day(entry.at), entry.fact.told, entry.fact.climbed_to)
        for entry in life.journal
        if isinstance(entry.fact, f.RungReached) and entry.fact.duty == number
    ]


def stage_of(life: Life) -> Stage:
    assert life.case is not None
    return life.case.stage


def met_and_silent(until: float = 60) -> Life:
    """The volunteer met the child once and then fell silent."""
    life = paired()
    life.answer("first_visit", ZHOU, BEGIN + days(1), needs_help=False)
    life.pass_until(BEGIN + days(until))
    return life


def test_a_talk_is_reminded_before_and_on_its_day_and_then_climbs_level_by_level() -> None:
    assert rungs_of(met_and_silent(30 + 29), "monthly_talk")[:4] == [
        (0, date(2026, 9, 28), (ZHOU,), None),
        (1, date(2026, 10, 1), (ZHOU,), None),
        (2, date(2026, 10, 4), (TOWNSHIP_DESK,), "township"),
        (3, date(2026, 10, 11), (COUNTY_DESK, TOWNSHIP_DESK), "county"),
    ]


def test_what_climbed_puts_the_case_into_escalation_and_an_answer_takes_it_back() -> None:
    life = paired()
    life.pass_until(BEGIN + days(18))
    assert stage_of(life) is Stage.ESCALATION
    life.answer("first_visit", ZHOU, BEGIN + days(18), needs_help=False)
    assert stage_of(life) is Stage.CHECK_IN


def test_an_answer_on_the_due_day_is_in_time_and_nothing_climbs() -> None:
    life = paired()
    life.answer("first_visit", ZHOU, BEGIN + days(14), needs_help=False)
    assert not any(isinstance(entry.fact, f.RungReached) and entry.fact.climbed_to for entry in life.journal)


def test_a_silent_talk_lapses_onto_the_desk_it_had_reached_and_the_next_one_is_owed() -> None:
    life = met_and_silent(62)
    lapsed = next(entry for entry in life.journal if isinstance(entry.fact, f.DutyLapsed))
    assert isinstance(lapsed.fact, f.DutyLapsed)
    assert lapsed.fact.onto == CITY
    assert life.around.day(lapsed.at) == date(2026, 11, 1)
    assert life.duty("monthly_talk").due_on == date(2026, 11, 1)
    assert life.duties[lapsed.fact.into].kind == "silence"


def test_a_second_silence_in_a_row_stays_one_matter_for_the_desk() -> None:
    life = met_and_silent(100)
    lapses = [entry.fact.into for entry in life.journal if isinstance(entry.fact, f.DutyLapsed)]
    silences = [duty.number for duty in life.duties.values() if duty.kind == "silence"]
    assert len(lapses) > 2
    assert silences == [lapses[0]]


def test_an_empty_township_desk_is_passed_over_aloud() -> None:
    life = paired()
    life.without_desks(TOWNSHIP)
    life.pass_until(BEGIN + days(17))
    climbed = next(e.fact for e in life.journal if isinstance(e.fact, f.RungReached) and e.fact.climbed_to)
    assert (climbed.told, climbed.climbed_to, climbed.desk, climbed.empty) == (
        (COUNTY_DESK,),
        "county",
        COUNTY,
        (TOWNSHIP,),
    )


def test_two_empty_desks_are_passed_over_both() -> None:
    life = paired()
    life.without_desks(TOWNSHIP, COUNTY)
    life.pass_until(BEGIN + days(17))
    climbed = next(e.fact for e in life.journal if isinstance(e.fact, f.RungReached) and e.fact.climbed_to)
    assert (climbed.told, climbed.desk, climbed.empty) == ((CITY_DESK,), CITY, (TOWNSHIP, COUNTY))


def test_where_nobody_sits_anywhere_the_ladder_still_goes_on_and_tells_nobody() -> None:
    life = paired()
    life.without_desks(TOWNSHIP, COUNTY, CITY)
    life.pass_until(BEGIN + days(25))
    climbed = [e.fact for e in life.journal if isinstance(e.fact, f.RungReached) and e.fact.climbed_to]
    assert len(climbed) == 3
    assert {(fact.told, fact.desk, fact.empty[-1]) for fact in climbed} == {((), None, "37")}
    assert climbed[0].empty == (TOWNSHIP, COUNTY, CITY, "37")


def test_a_desk_filled_in_time_is_told_as_if_it_had_never_been_empty() -> None:
    life = paired()
    filled = life.around
    life.without_desks(TOWNSHIP)
    life.pass_until(BEGIN + days(14))
    life.around = filled
    life.pass_until(BEGIN + days(17))
    assert rungs_of(life, "first_visit")[-1][2] == (TOWNSHIP_DESK,)


def test_a_stand_in_answers_for_somebody_who_is_away() -> None:
    life = paired()
    away = {TOWNSHIP_DESK: (Absence(date(2026, 9, 10), date(2026, 9, 20), LIU),)}
    life.around = replace(life.around, office=replace(life.around.office, absences=away))
    life.pass_until(BEGIN + days(17))
    assert rungs_of(life, "first_visit")[-1][2] == (LIU,)


def test_two_who_stand_in_for_each_other_do_not_go_round_in_circles() -> None:
    life = paired()
    span = (date(2026, 9, 10), date(2026, 9, 20))
    away = {TOWNSHIP_DESK: (Absence(*span, COUNTY_DESK),), COUNTY_DESK: (Absence(*span, TOWNSHIP_DESK),)}
    life.around = replace(life.around, office=replace(life.around.office, absences=away))
    life.pass_until(BEGIN + days(17))
    assert rungs_of(life, "first_visit")[-1][2] in {(TOWNSHIP_DESK,), (COUNTY_DESK,)}


def test_two_at_one_desk_are_both_told() -> None:
    life = paired()
    desks = {**life.around.office.desks, TOWNSHIP: (TOWNSHIP_DESK, LIU)}
    life.around = replace(life.around, office=replace(life.around.office, desks=desks))
    life.pass_until(BEGIN + days(17))
    assert rungs_of(life, "first_visit")[-1][2] == (TOWNSHIP_DESK, LIU)


def test_three_dark_weeks_leave_the_ladder_where_it_would_have_stood() -> None:
    daily, dark = paired(), paired()
    for day in range(1, 61):
        daily.pass_until(BEGIN + days(day))
    for day in (*range(1, 20), 41, *range(42, 61)):
        dark.pass_until(BEGIN + days(day))
    assert [(e.fact, e.at) for e in dark.journal] == [(e.fact, e.at) for e in daily.journal]


def test_facts_of_passing_time_carry_the_moment_they_became_true_and_stand_in_that_order() -> None:
    life = paired()
    looked = BEGIN + days(90)
    since = len(life.journal)
    life.pass_until(looked)
    moments: list[datetime] = [entry.at for entry in life.journal[since:]]
    assert moments == sorted(moments)
    assert len(set(moments)) > 20
    assert all(entry.recorded_at == looked for entry in life.journal[since:])


# Who hears what


def test_one_person_hears_of_one_rung_once_even_in_two_roles() -> None:
    life = met_and_silent(45)
    for entry in life.journal:
        if isinstance(entry.fact, f.RungReached):
            assert len(set(entry.fact.told)) == len(entry.fact.told)


def test_every_person_told_gets_a_notice_that_names_the_fact_behind_it() -> None:
    life = met_and_silent(45)
    duties = known_duties(None, life.case, [e.fact for e in life.journal]) if life.case else {}
    found = notices([(e.position, e.fact, e.at) for e in life.journal], duties, life.around.programme)
    told = {
        (e.fact.duty, e.fact.rung, person, e.position)
        for e in life.journal
        if isinstance(e.fact, f.RungReached)
        for person in e.fact.told
    }
    assert {(notice.duty, notice.rung, notice.person, notice.position) for notice in found} == told
    assert {notice.what for notice in found} == {"asked", "reminded", "climbed"}


def test_a_call_for_help_is_an_urgent_notice_and_a_talk_is_not() -> None:
    life = paired()
    life.answer("first_visit", ZHOU, BEGIN, needs_help=True)
    duties = known_duties(None, life.case, [e.fact for e in life.journal]) if life.case else {}
    found = notices([(e.position, e.fact, e.at) for e in life.journal], duties, life.around.programme)
    assert {notice.kind for notice in found if notice.urgent} == {"urgent_help"}


def test_a_case_far_from_any_unit_still_tells_the_one_who_owes() -> None:
    life = paired(unit=VILLAGE)
    assert rungs_of(life, "first_visit")[0][2] == (ZHOU,)


def test_a_talk_answered_late_ends_the_climb() -> None:
    life = met_and_silent(40)
    life.answer("monthly_talk", ZHOU, BEGIN + days(40), **WELL)
    assert life.case is not None
    assert life.duty("monthly_talk").climbed_to is None
    assert life.duty("monthly_talk").due_on > date(2026, 10, 11)
