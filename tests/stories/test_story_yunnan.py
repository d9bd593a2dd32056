"""Yunnan's three years: a survey first, six people around each child, proxy parents, aid, wishes, five levels."""

from datetime import date, timedelta

from support.far_office import (
    assert_sound,
    bind,
    case_of,
    due_days_of,
    duty,
    guardian,
    live,
    open_kinds,
    refused,
)
from support.office import answer, days, do, duty_of, told
from support.seen import facts_of, ladder_of
from support.yunnan import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    ENTREPRENEUR,
    PRINCIPAL,
    PROVINCE_DESK,
    ROLES_OF_A_CHILD,
    SECOND_TEACHER,
    SIX,
    TEAM,
    TOWNSHIP,
    TOWNSHIP_DESK,
    VILLAGE,
    VILLAGE_DESK,
    WOMAN,
    a_child,
    open_yunnan,
    with_team,
)

from domain import facts as f
from domain.ids import duty_id
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.engine import reading
from domain.store.figures import Asked, Period, figures
from domain.store.notes import read_notes
from domain.store.rounds import run_round


def test_a_child_comes_in_by_the_survey_and_goes_out_after_three_years_and_one(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = a_child(store, admit=False)
    assert open_kinds(store, case) == {"baseline"}
    answer(store, case, "baseline", VILLAGE_DESK, BEGIN, eligible=True, looked_after_by="grandparents")
    assert case_of(store, case).stage is Stage.PAIRING
    with_team(store, case, BEGIN)
    assert case_of(store, case).stage is Stage.CHECK_IN
    three_years = duty(store, case, "three_years").due_on
    assert three_years == date(2027, 3, 4)
    then = BEGIN + timedelta(days=3 * 365)
    run_round(store, then)
    answer(store, case, "three_years", TOWNSHIP_DESK, then, next="go_on")
    assert case_of(store, case).base is Stage.FOLLOW_UP
    review = duty(store, case, "yearly_review").due_on
    assert then.date() <= review <= date(2028, 3, 4)
    last = then + days((review - then.date()).days)
    answer(store, case, "yearly_review", TOWNSHIP_DESK, last, still_needed=False, needs_help=False)
    answer(store, case, "closure", COUNTY_DESK, last, closed=True)
    assert case_of(store, case).base is Stage.CLOSED
    assert_sound(store, last)


def test_mental_health_comes_first_and_a_poor_result_is_counselled_within_two_days(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = a_child(store)
    first = min(case_of(store, case).duties.values(), key=lambda each: each.due_on)
    assert first.kind == "screening"
    assert "needs_list" not in open_kinds(store, case)
    answer(store, case, "screening", TOWNSHIP_DESK, BEGIN, wellbeing="poor")
    assert case_of(store, case).risk == "high"
    assert duty(store, case, "counselling").due_on == date(2024, 3, 6)
    assert ("counselling", 0) in [(kind, rung) for kind, rung, _ in told(store, TOWNSHIP_DESK)]
    answer(store, case, "counselling", TOWNSHIP_DESK, BEGIN + days(1), who="counsellor")
    answer(store, case, "counselling_again", TOWNSHIP_DESK, BEGIN + days(20), better=False)
    assert "counselling" in open_kinds(store, case)
    answer(store, case, "needs_list", VILLAGE_DESK, BEGIN + days(20), needed=("counselling", "tutoring"),
           hardship=True, one_to_one=True)  # fmt: skip
    assert {"aid_request", "find_companion"} <= open_kinds(store, case)
    assert_sound(store, BEGIN + days(20))


def test_row_4_a_team_of_six_stands_around_the_child_and_none_is_missing_unnoticed(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = a_child(store)
    assert {f"find_{role}" for role in ROLES_OF_A_CHILD} <= open_kinds(store, case)
    with_team(store, case, BEGIN, "teacher")
    assert case_of(store, case).base is Stage.PAIRING
    assert {"home_word", "home_visit", "neighbour_look", "township_visit", "county_visit"} <= open_kinds(store, case)
    now = live(store, BEGIN, 40)
    assert [level for _, level in ladder_of(store, case, "find_teacher")][2:5] == ["county", "city", "province"]
    bind(store, case, "teacher", TEAM["teacher"], TOWNSHIP_DESK, now)
    assert case_of(store, case).base is Stage.CHECK_IN
    assert not {f"find_{role}" for role in SIX} & open_kinds(store, case)
    assert duty(store, case, "school_word").owed_by == TEAM["teacher"]
    do(store, c.Release(case=case, role="neighbour", person=TEAM["neighbour"], by=TOWNSHIP_DESK, reason="moved"), now)
    assert "find_neighbour" in open_kinds(store, case)
    assert {tie.role for tie in case_of(store, case).ties} == {*SIX} - {"neighbour"}
    assert case_of(store, case).base is Stage.CHECK_IN
    assert_sound(store, now)


def test_row_4_only_the_right_people_fill_a_place_and_one_alone_leaving_drops_nobody(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = a_child(store)
    wrong = c.Bind(case=case, role="teacher", person=TEAM["neighbour"], by=TOWNSHIP_DESK)
    assert refused(store, wrong, BEGIN) == "not-this-helper"
    bind(store, case, "guardian", TEAM["guardian"], TOWNSHIP_DESK, BEGIN)
    do(store, c.Release(case=case, role="guardian", person=TEAM["guardian"], by=TOWNSHIP_DESK, reason="ill"), BEGIN)
    assert case_of(store, case).base is Stage.PAIRING
    assert "find_guardian" in open_kinds(store, case)
    assert_sound(store, BEGIN)


def test_row_4_proxy_parents_stand_in_for_each_child_in_the_class_and_in_the_village(database_url: str) -> None:
    store = open_yunnan(database_url)
    pupils = [a_child(store, number) for number in (1, 2, 3)]
    for case in pupils:
        bind(store, case, "class_proxy", SECOND_TEACHER, TOWNSHIP_DESK, BEGIN)
        bind(store, case, "village_proxy", WOMAN, TOWNSHIP_DESK, BEGIN)
        assert not {"find_class_proxy", "find_village_proxy"} & open_kinds(store, case)
    wrong = c.Bind(case=pupils[0], role="village_proxy", person=TEAM["village_cadre"], by=TOWNSHIP_DESK)
    do(store, c.EndTie(case=pupils[0], role="village_proxy", by=TOWNSHIP_DESK, reason="retired"), BEGIN)
    assert refused(store, wrong, BEGIN) == "not-this-helper"
    assert duty(store, pupils[0], "find_village_proxy").due_on == date(2024, 3, 18)
    then = BEGIN + days(25)
    answer(store, pupils[1], "class_proxy_talk", SECOND_TEACHER, then, needs_help=False, parents_reached=False,
           guardian_met=False)  # fmt: skip
    assert "fill_care_gap" in open_kinds(store, pupils[1])
    answer(store, pupils[2], "village_proxy_visit", WOMAN, then, needs_help=False, guarded=False)
    assert case_of(store, pupils[2]).risk == "high"
    run_round(store, then)
    assert_sound(store, then)


def test_row_4_a_young_entrepreneur_takes_several_children_but_no_more_than_agreed(database_url: str) -> None:
    store = open_yunnan(database_url)
    first, second, third = (a_child(store, number) for number in (1, 2, 3))
    for case in (first, second):
        do(store, c.ProposeHelper(case=case, person=ENTREPRENEUR, score=10, why=("near",)), BEGIN)
        do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), BEGIN)
        do(store, c.AnswerProposal(case=case, by=ENTREPRENEUR, accept=True), BEGIN)
        assert "first_visit" in open_kinds(store, case)
    more = c.ProposeHelper(case=third, person=ENTREPRENEUR, score=10, why=("near",))
    assert refused(store, more, BEGIN) == "helper-full"
    teacher = c.Bind(case=third, role="companion", person=SECOND_TEACHER, by=TOWNSHIP_DESK)
    assert refused(store, teacher, BEGIN) == "not-this-helper"
    assert_sound(store, BEGIN)


def test_row_5_the_six_follow_five_sides_of_a_life_and_the_menu_of_services_can_be_counted(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = with_team(store, a_child(store))
    then = BEGIN + days(28)
    answer(store, case, "school_word", TEAM["teacher"], then, needs_help=False, studies="fair", psychology="well",
           thoughts="well", services=("tutoring", "safety"))  # fmt: skip
    answer(store, case, "home_word", TEAM["guardian"], then, needs_help=False, daily_life="well", health="well")
    answer(store, case, "home_visit", TEAM["village_cadre"], then, needs_help=False, daily_life="well",
           psychology="well", services=("company", "self_protection", "tutoring"))  # fmt: skip
    answer(store, case, "neighbour_look", TEAM["neighbour"], then, well=True)
    later = BEGIN + days(80)
    answer(store, case, "township_visit", TEAM["township_cadre"], later, needs_help=False, psychology="well",
           thoughts="poor")  # fmt: skip
    assert "concern" in open_kinds(store, case)
    answer(store, case, "concern", VILLAGE_DESK, later, arranged=("counselling", "health"))
    answer(store, case, "team_review", TOWNSHIP_DESK, later, risk_now="medium", balanced=False)
    assert duty(store, case, "home_visit").due_on <= later.date() + timedelta(days=14)
    with reading(store.engine) as connection:
        table = figures(connection, store, Asked(Period(date(2024, 1, 1), date(2024, 12, 31))), later)
    shown = {column.key: cell.value for column, cell in zip(table.columns, table.total.cells, strict=True)}
    tutored = [value for key, value in shown.items() if "tutoring" in str(key) and value]
    assert tutored, shown
    assert_sound(store, later)


def test_row_6_what_nobody_does_climbs_five_levels_up(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = with_team(store, a_child(store))
    bind(store, case, "companion", ENTREPRENEUR, TOWNSHIP_DESK, BEGIN)
    now = live(store, BEGIN, 45)
    rungs = ladder_of(store, case, "first_visit")
    assert [level for _, level in rungs[2:7]] == ["village", "township", "county", "city", "province"]
    for desk in (VILLAGE_DESK, TOWNSHIP_DESK, COUNTY_DESK, CITY_DESK, PROVINCE_DESK):
        assert "first_visit" in {kind for kind, _, _ in told(store, desk)}
    assert case_of(store, case).stage is Stage.ESCALATION
    answer(store, case, "first_visit", ENTREPRENEUR, now, needs_help=False)
    lapsed = {fact.into for fact in facts_of(store, case) if isinstance(fact, f.DutyLapsed)}
    assert duty_of(store, case, "silence") in lapsed
    assert_sound(store, now)


def test_every_level_that_cannot_settle_a_matter_hands_it_up(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = with_team(store, a_child(store))
    then = BEGIN + days(25)
    answer(store, case, "home_word", TEAM["guardian"], then, needs_help=True, daily_life="well", health="well")
    chain = {
        "urgent_help": VILLAGE_DESK, "township_help": TOWNSHIP_DESK, "county_help": COUNTY_DESK, "city_help": CITY_DESK
    }  # fmt: skip
    for kind, desk in chain.items():
        answer(store, case, kind, desk, then, settled=False)
    number = duty_of(store, case, "province_help")
    do(store, c.AnswerDuty(case=case, duty=number, by=PROVINCE_DESK, notes={"note": "已安排"}), then)
    assert "province_help" not in open_kinds(store, case)
    assert_sound(store, then)


def test_in_summer_the_village_looks_every_week_and_a_week_missed_is_the_townships(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = with_team(store, a_child(store))
    first = duty(store, case, "summer_watch").due_on
    assert first == date(2024, 7, 6)
    now = BEGIN + days((date(2024, 7, 3) - BEGIN.date()).days)
    answer(store, case, "summer_watch", VILLAGE_DESK, now, safe=True, near_water=True)
    assert "urgent_help" in open_kinds(store, case)
    now = live(store, now, 25)
    assert "township_takeover" in open_kinds(store, case)
    now = live(store, now, 60)
    weeks = due_days_of(store, case, "summer_watch")
    assert {day.isoweekday() for day in weeks} == {6}
    assert weeks[-1] == date(2024, 8, 31)
    answer(store, case, "summer_watch", VILLAGE_DESK, now, safe=True, near_water=False)
    assert duty(store, case, "summer_watch").due_on == date(2025, 7, 5)
    assert_sound(store, now)


def test_row_9_a_thousand_yuan_reach_the_guardians_own_account_and_no_other(database_url: str) -> None:
    store = open_yunnan(database_url)
    hers = guardian(store, 1, VILLAGE, "6228480000000000018")
    guardian(store, 2, VILLAGE, "6228480000000000026")
    case = a_child(store, family=hers)
    answer(store, case, "screening", TOWNSHIP_DESK, BEGIN, wellbeing="well")
    answer(store, case, "needs_list", VILLAGE_DESK, BEGIN, needed=("company",), hardship=True, one_to_one=False)
    answer(store, case, "aid_request", VILLAGE_DESK, BEGIN, requested=True)
    answer(store, case, "aid_approval", COUNTY_DESK, BEGIN, approved=True)
    number = duty_of(store, case, "aid_payment")

    def pay(account: str, yuan: int) -> c.AnswerDuty:
        return c.AnswerDuty(
            case=case, duty=number, by=COUNTY_DESK, answers={"yuan": yuan}, notes={"account": account}
        )  # fmt: skip

    assert refused(store, pay("6228480000000000026", 1000), BEGIN) == "not-guardians-account"
    assert refused(store, pay("6228480000000000018", 1001), BEGIN) == "answer-illegal"
    do(store, pay("6228480000000000018", 1000), BEGIN)
    assert "6228480000000000018" not in str(facts_of(store, case))
    answer(store, case, "aid_receipt", VILLAGE_DESK, BEGIN, received=True)
    assert not {kind for kind in open_kinds(store, case) if kind.startswith("aid")}
    assert_sound(store, BEGIN)


def test_row_10_small_wishes_are_taken_up_and_granted_by_their_days_and_urgent_need_goes_first(
    database_url: str,
) -> None:
    store = open_yunnan(database_url)
    case = with_team(store, a_child(store))
    then = BEGIN + days(25)
    answer(store, case, "home_word", TEAM["guardian"], then, needs_help=True, daily_life="well", health="well",
           wish=True)  # fmt: skip
    answer(store, case, "home_visit", TEAM["village_cadre"], then, needs_help=False, daily_life="well",
           psychology="well", wish=True)  # fmt: skip
    wishes = [each.number for each in case_of(store, case).duties.values() if each.kind == "wish_noted"]
    assert len(wishes) == 2
    assert duty(store, case, "urgent_help").due_on < duty(store, case, "wish_noted").due_on
    assert ("urgent_help", 0) in [(kind, rung) for kind, rung, _ in told(store, VILLAGE_DESK)]
    for number, by_day in zip(wishes, ("2024-06-01", "2024-05-01"), strict=True):
        do(store, c.AnswerDuty(case=case, duty=number, by=VILLAGE_DESK,
                               answers={"taken_by": "entrepreneur", "by_day": by_day},
                               notes={"what": "一个书包"}), then)  # fmt: skip
    assert due_days_of(store, case, "wish_granted") == [date(2024, 6, 1), date(2024, 5, 1)]
    number = duty_of(store, case, "wish_granted")
    do(store, c.AnswerDuty(case=case, duty=number, by=VILLAGE_DESK, answers={"granted": False}), then)
    assert "wish_noted" in open_kinds(store, case)
    with reading(store.engine) as connection:
        assert read_notes(connection, store, duty_id(case, wishes[0])) == {"what": "一个书包"}
    assert "书包" not in str(facts_of(store, case))
    assert_sound(store, then)


def test_warm_parcels_are_handed_over_by_the_spring_festival_and_the_child_may_move_away(database_url: str) -> None:
    store = open_yunnan(database_url)
    case = with_team(store, a_child(store))
    assert duty(store, case, "warm_parcel").due_on == date(2025, 1, 29)
    do(store, c.AskTransfer(case=case, unit=TOWNSHIP, county=COUNTY, by=TOWNSHIP_DESK, reason="family-moved"), BEGIN)
    answer(store, case, "receive_case", TOWNSHIP_DESK, BEGIN, accepted=True)
    assert "team_after_move" in open_kinds(store, case)
    assert {tie.role for tie in case_of(store, case).ties} == {*SIX}
    assert PRINCIPAL not in {tie.person for tie in case_of(store, case).ties}
    assert_sound(store, BEGIN)
