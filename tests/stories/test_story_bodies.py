"""Stories where a case is about an elder, a school, a household or a project (rows 1, 2, 9, 10 and 14)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.bodies_office import (
    CARD,
    OTHER_CARD,
    PASSBOOK,
    assert_clean,
    found_in,
    of_kind,
    open_bodies,
    state,
    survey_in,
    units_in,
    whole_dump,
)
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY_DESK,
    LIU,
    SECOND_TOWNSHIP,
    SECOND_TOWNSHIP_DESK,
    SUN,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    pair,
    pass_days,
    told,
)

from domain.ids import CaseId, PersonId
from domain.programme.schema import Level
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store.accounts import AccountOfAnother, Noted, change_account
from domain.store.engine import reading, writing
from domain.store.lists import overdue
from domain.store.lists_urgent import urgent_first
from domain.store.offices import office
from domain.store.people import identities
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.units import bodies, seat, subtree
from domain.store.writing import carry_out


def talk(store: Store, case: CaseId, by: PersonId, now: Any, **changes: Any) -> None:
    answer(store, case, "talk", by, now, **({"wish": False} | changes))


def pay(store: Store, case: CaseId, account: str, now: Any = BEGIN) -> Any:
    notes = {"account": account}
    command = c.AnswerDuty(
        case=case, duty=duty_of(store, case, "pay"), by=COUNTY_DESK, answers={"yuan": 1000}, notes=notes
    )  # fmt: skip
    return carry_out(store, [command], now)[0]


def aided(store: Store, case: CaseId, helper: PersonId) -> None:
    """A case that has come to the payment."""
    pair(store, case, helper, BEGIN)
    talk(store, case, helper, BEGIN, aid=True)
    answer(store, case, "aid", SECOND_TOWNSHIP_DESK, BEGIN)


# Aid that never touches the group's hands


def test_money_goes_to_the_guardians_own_account_and_to_no_other(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl, sister, *_ = survey_in(store, tmp_path)
    aided(store, girl, ZHOU)
    before = state(store, girl)
    for wrong in (OTHER_CARD, PASSBOOK, "6222021001116245710", "the village's account"):
        refused = pay(store, girl, wrong)
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.NOT_GUARDIANS_ACCOUNT
    assert state(store, girl) == before
    assert "sealed_note.question" not in found_in(store, "account")
    pay(store, girl, f"{CARD[:4]} {CARD[4:12]}-{CARD[12:]}")
    assert {duty.kind for duty in state(store, girl).duties.values()} == {"talk", "receipt"}
    aided(store, sister, LIU)
    assert not isinstance(pay(store, sister, CARD), Refusal)
    assert found_in(store, CARD, OTHER_CARD, PASSBOOK, CARD[:10]) == set()
    assert_clean(store, BEGIN)


def test_an_elders_money_goes_to_her_own_account(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    elder = survey_in(store, tmp_path)[3]
    aided(store, elder, ZHOU)
    assert isinstance(pay(store, elder, CARD), Refusal)
    assert not isinstance(pay(store, elder, PASSBOOK), Refusal)
    assert_clean(store, BEGIN)


def test_a_changed_account_is_the_only_one_from_then_on(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl = survey_in(store, tmp_path)[0]
    aided(store, girl, ZHOU)
    guardian, now = state(store, girl).family, BEGIN + days(1)
    assert guardian is not None
    with writing(store.engine) as connection:
        changed = Noted("6217001234567890123", "建设银行")
        assert change_account(connection, store.seal, guardian, changed, SECOND_TOWNSHIP_DESK, now)
    assert isinstance(pay(store, girl, CARD, now), Refusal)
    assert not isinstance(pay(store, girl, "6217001234567890123", now), Refusal)
    with reading(store.engine) as connection:
        identity = identities(connection, store.seal, [guardian])[guardian]
    assert (identity.account_by, identity.account_since) == (SECOND_TOWNSHIP_DESK, "2026-09-02T01:00:00Z")
    with writing(store.engine) as connection, pytest.raises(AccountOfAnother):
        change_account(connection, store.seal, guardian, Noted(OTHER_CARD), SECOND_TOWNSHIP_DESK, now)
    assert found_in(store, "6217001234567890123") == set()


# Elders


def test_an_elder_found_in_a_survey_is_watched_over_like_a_child(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    elder = survey_in(store, tmp_path)[3]
    assert state(store, elder).kind == "lonely_elder"
    pair(store, elder, LIU, BEGIN)
    for month in (1, 2):
        talk(store, elder, LIU, BEGIN + days(30 * month))
    pass_days(store, BEGIN + days(60), 60)
    assert any(kind == "talk" for kind, _, _ in told(store, LIU))
    assert any(kind == "talk" for kind, _, _ in told(store, SECOND_TOWNSHIP_DESK))
    assert not state(store, elder).life
    assert_clean(store, BEGIN + days(120))


def test_the_same_survey_again_changes_nothing(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    assert len(survey_in(store, tmp_path)) == 4
    before = sorted(place for place, _ in _dump(store))
    assert survey_in(store, tmp_path) == []
    assert sorted(place for place, _ in _dump(store)) == before


def _dump(store: Store) -> list[tuple[str, str]]:
    return list(whole_dump(store))


# Schools, committees, partners, households


def test_a_sheet_of_units_becomes_places_in_the_tree_and_cases_about_them(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    taken = units_in(store, tmp_path)
    assert (taken.new, taken.known) == (5, 0)
    with reading(store.engine) as connection:
        stand = {body.name: (body.kind, body.parent) for body in bodies(connection)}
        below = subtree(connection, SECOND_TOWNSHIP)
        names = identities(connection, store.seal, [state(store, of_kind(store, "household")).subject])
    village = next(unit for unit in below if unit.startswith(f"{SECOND_TOWNSHIP}-") and state_at(store, unit))
    assert stand == {
        "银雀山小学": ("school", village),
        "银雀山街道关工委": ("branch", SECOND_TOWNSHIP),
        "鲁南食品有限公司": ("partner", "3713"),
    }
    assert [identity.name for identity in names.values()] == ["王大山"]
    assert found_in(store, "王大山", "李明", "13805390011", "张一") == set()
    assert {state(store, of_kind(store, kind)).base.value for kind in ("school", "committee", "partner")} == {
        "check-in"
    }
    assert_clean(store, BEGIN)


def state_at(store: Store, unit: str) -> bool:
    """Whether the household lives there."""
    return state(store, of_kind(store, "household")).unit == unit


def test_the_same_sheet_of_units_again_changes_nothing(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    before = sorted(_dump(store))
    assert (units_in(store, tmp_path).new, sorted(_dump(store))) == (0, before)


def test_a_schools_silent_month_climbs_and_comes_round_again(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    school = of_kind(store, "school")
    pass_days(store, BEGIN, 75)
    assert ("note", 0) in {(kind, rung) for kind, rung, _ in told(store, SECOND_TOWNSHIP_DESK)}
    assert any(kind == "note" for kind, _, _ in told(store, COUNTY_DESK))
    assert {duty.kind for duty in state(store, school).duties.values()} == {"note", "silence"}
    assert_clean(store, BEGIN + days(75))


def test_who_sits_at_a_schools_own_desk_is_found_there(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    school = state(store, of_kind(store, "school")).unit
    with writing(store.engine) as connection:
        seat(connection, school, CITY_DESK)
    with reading(store.engine) as connection:
        found = office(connection, store).desk(school, Level.VILLAGE, date(2026, 9, 1))
    assert found.people == (CITY_DESK,)
    run_round(store, BEGIN + days(40))
    assert_clean(store, BEGIN + days(40))


# Needs and wishes, urgent first


def test_urgent_needs_stand_before_wishes_that_are_later_still(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl, _, neighbour, _ = survey_in(store, tmp_path)
    pair(store, girl, ZHOU, BEGIN)
    pair(store, neighbour, LIU, BEGIN)
    talk(store, girl, ZHOU, BEGIN, wish=True)
    talk(store, girl, ZHOU, BEGIN + days(3), wish=True)
    talk(store, neighbour, LIU, BEGIN + days(9), urgent=True, wanted_by="2026-09-12")
    later = BEGIN + days(20)
    run_round(store, later)
    with reading(store.engine) as connection:
        late = [each for each in overdue(connection, later) if each.kind in {"wish", "urgent_need"}]
        first = [each.kind for each in urgent_first(connection, store, late)]
    assert [each.kind for each in late] == ["wish", "wish", "urgent_need"]
    assert first == ["urgent_need", "wish", "wish"]
    told_of = {(kind, rung) for kind, rung, _ in told(store, COUNTY_DESK)}
    assert {("wish", 2), ("urgent_need", 1)} <= told_of
    assert_clean(store, later)


def test_a_wish_noted_is_taken_up_and_fulfilled_by_its_day(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl = survey_in(store, tmp_path)[0]
    pair(store, girl, ZHOU, BEGIN)
    talk(store, girl, ZHOU, BEGIN, wish=True)
    talk(store, girl, ZHOU, BEGIN + days(1), wish=True)
    answer(store, girl, "wish", SECOND_TOWNSHIP_DESK, BEGIN + days(2), taken=True, until="2026-09-25")
    answer(store, girl, "wish", SECOND_TOWNSHIP_DESK, BEGIN + days(2), taken=False, until="2026-09-25")
    open_now = [(duty.kind, duty.due_on) for duty in state(store, girl).duties.values() if duty.kind != "talk"]
    assert open_now == [("fulfil", date(2026, 9, 25))]
    answer(store, girl, "fulfil", SECOND_TOWNSHIP_DESK, BEGIN + days(20))
    assert {duty.kind for duty in state(store, girl).duties.values()} == {"talk"}
    run_round(store, BEGIN + days(20))
    assert_clean(store, BEGIN + days(20))


# Projects with milestones


def test_a_day_centre_goes_from_its_lease_to_its_handing_in(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    centre = of_kind(store, "day_centre")
    answer(
        store, centre, "centre_plan", SECOND_TOWNSHIP_DESK, BEGIN + days(3), lease_by="2026-10-01",
        refit_by="2026-12-31", walls_by="2027-02-28", furnished_by="2027-04-30",
    )  # fmt: skip
    assert [duty.due_on.month for duty in state(store, centre).duties.values()] == [10, 12, 2, 4]
    answer(store, centre, "lease", SECOND_TOWNSHIP_DESK, BEGIN + days(20))
    pass_days(store, BEGIN + days(20), 120)
    assert any(kind == "refit" for kind, _, _ in told(store, COUNTY_DESK))
    assert not any(kind == "lease" for kind, _, _ in told(store, COUNTY_DESK))
    now = BEGIN + days(141)
    for milestone in ("refit", "walls", "furnishing"):
        answer(store, centre, milestone, SECOND_TOWNSHIP_DESK, now)
    answer(store, centre, "handing_in", COUNTY_DESK, now)
    assert state(store, centre).base.value == "closed"
    assert_clean(store, now)


def test_a_helper_of_the_wrong_sex_rule_does_not_bind_who_has_none(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    elder = survey_in(store, tmp_path)[3]
    pair(store, elder, SUN, BEGIN)
    do(store, c.CloseCase(case=elder, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(1))
    assert_clean(store, BEGIN + days(1))
