"""A child taken in without a guardian gets one later: in the journal an id, in the sealed place a name."""

from datetime import date

import pytest
from sqlalchemy import func, select
from support.bodies_programme import bodies_programme
from support.life import CASE, Life, opened, paired
from support.office import BEGIN, COUNTY_DESK, TOWNSHIP_DESK, days, open_case, open_office

from domain import facts as f
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.accounts import Noted, change_account
from domain.store.audit import audit_report
from domain.store.engine import reading, writing
from domain.store.guardians import Guardian, name_guardian
from domain.store.journal import snapshot_of
from domain.store.offices import next_number
from domain.store.people import identities
from domain.store.store import Store

GRANDMOTHER = Guardian("王奶奶", "祖母", "13905390001")
AUNT = Guardian("李阿姨", "姑母", "13905390002")
HOME, OTHER_HOME = PersonId("p000000201"), PersonId("p000000202")


def name(life: Life, person: PersonId = HOME) -> list[f.Fact] | Reason:
    return life.give(c.NameGuardian(case=CASE, person=person, by=TOWNSHIP_DESK), BEGIN)


# The rule


def test_who_answers_at_home_is_known_from_then_on() -> None:
    life = opened()
    assert life.case is not None
    assert life.case.family is None
    assert name(life) == [f.GuardianNamed(family=HOME, by=TOWNSHIP_DESK)]
    assert life.case.family == HOME
    assert name(life) is Reason.SAME_GUARDIAN


def test_another_guardian_takes_the_place_of_the_first() -> None:
    life = opened(family=HOME)
    assert name(life, OTHER_HOME) == [f.GuardianNamed(family=OTHER_HOME, by=TOWNSHIP_DESK)]


def test_money_goes_to_the_new_guardians_account_alone() -> None:
    life = paired(programme=bodies_programme(), family=HOME)
    life.answer("talk", PersonId("p000000011"), BEGIN + days(1), wish=False, aid=True)
    life.answer("aid", TOWNSHIP_DESK, BEGIN + days(1))
    name(life, OTHER_HOME)

    def pay(to: PersonId) -> list[f.Fact] | Reason:
        answer = c.AnswerDuty(
            case=CASE, duty=life.duty("pay").number, by=COUNTY_DESK, answers={"yuan": 1000},
            notes={"account": "6222021001116245702"}, holders={"account": to},
        )  # fmt: skip
        return life.give(answer, BEGIN + days(2))

    assert pay(HOME) is Reason.NOT_GUARDIANS_ACCOUNT
    assert isinstance(pay(OTHER_HOME), list)


def test_an_elder_and_a_school_answer_for_themselves() -> None:
    for kind, born in (("lonely_elder", date(1950, 1, 1)), ("school", None)):
        assert name(opened(programme=bodies_programme(), kind=kind, born=born)) is Reason.ANSWERS_ITSELF


def test_a_closed_case_gets_no_guardian() -> None:
    life = opened()
    life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN)
    assert name(life) is Reason.CASE_CLOSED


# The store


def office(url: str) -> Store:
    """The small office; the ids of its people are taken."""
    store = open_office(url)
    with writing(store.engine) as connection:
        next_number(connection, "person", 1_000)
    return store


def given(store: Store, case: CaseId, guardian: Guardian) -> PersonId:
    """Name a guardian; the person who answers now."""
    name_guardian(store, case, guardian, TOWNSHIP_DESK, BEGIN)
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    assert found.family is not None
    return found.family


def guardians(store: Store) -> int:
    with reading(store.engine) as connection:
        counted = select(func.count()).select_from(t.person).where(t.person.c.kind == "guardian")
        return connection.scalar(counted) or 0


def test_a_guardian_is_sealed_once_for_brothers_and_sisters(database_url: str) -> None:
    store = office(database_url)
    girl, sister = open_case(store), open_case(store, 2)
    person = given(store, girl, GRANDMOTHER)
    assert given(store, sister, GRANDMOTHER) == person
    assert guardians(store) == 1
    with reading(store.engine) as connection:
        known = identities(connection, store.seal, [person, PersonId("p000000101")])
    assert (known[person].name, known[person].phone) == (GRANDMOTHER.name, GRANDMOTHER.phone)
    child = known[PersonId("p000000101")]
    assert (child.guardian, child.guardian_relation) == (person, GRANDMOTHER.relation)
    assert audit_report(store, BEGIN).breaches == []


def test_the_opening_of_the_childs_record_is_written_down(database_url: str) -> None:
    store = office(database_url)
    given(store, open_case(store), GRANDMOTHER)
    with reading(store.engine) as connection:
        rows = [(row.person, row.by, row.purpose) for row in connection.execute(select(t.record_read))]
    assert rows == [(PersonId("p000000101"), TOWNSHIP_DESK, "guardian")]


def test_the_guardians_account_may_be_recorded_then(database_url: str) -> None:
    store = office(database_url)
    person = given(store, open_case(store), GRANDMOTHER)
    with writing(store.engine) as connection:
        noted = Noted("6222021001116245702", "农商行")
        assert change_account(connection, store.seal, person, noted, TOWNSHIP_DESK, BEGIN)


def test_what_is_refused_writes_nobody_down(database_url: str) -> None:
    store = office(database_url)
    girl = open_case(store)
    given(store, girl, GRANDMOTHER)
    with pytest.raises(Refusal, match="same-guardian"):
        name_guardian(store, girl, GRANDMOTHER, TOWNSHIP_DESK, BEGIN)
    with pytest.raises(Refusal, match="no-such-case"):
        name_guardian(store, CaseId("371302-09999"), AUNT, TOWNSHIP_DESK, BEGIN)
    assert guardians(store) == 1
    assert given(store, girl, AUNT) != given(store, open_case(store, 2), GRANDMOTHER)
    assert guardians(store) == 2
