"""Every act on a case from its page: carried out in the coordinator's name, refused with its reason, never lost."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import pytest
from support.far_office import shipped
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SUN,
    TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    village,
)
from support.programmes import LINYI
from support.seen import facts_of
from support.signed_in import as_role, sign_in
from support.site import Visitor, everything, visiting, words_of

from domain import facts as f
from domain.ids import CaseId
from domain.rules import commands as c
from domain.rules.access import Role
from domain.store.console.acts import ACTS
from domain.store.engine import reading, writing
from domain.store.people import fresh_ids, identities
from domain.store.store import Store
from domain.words import LANGUAGES, say, sentences

CASE: Final = CaseId("371302-00001")
PAGE: Final = f"/console/cases/{CASE}"
COMPANION: Final = f"companion {ZHOU}"


def office(url: str) -> Store:
    """The small office, with a second version of its programme."""
    store = open_office(url)
    second = shipped("linyi-1204-2")
    with writing(store.engine) as connection:
        fresh_ids(connection, 500)  # the office of tests has numbered its people by hand
    return Store(store.engine, {**store.programmes, second.name: second}, store.days, store.seal)


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou goes to the first child; the coordinator of the county has signed in a month later."""
    store = office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(25)) as someone:
        yield as_role(someone, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def act(visitor: Visitor, key: str, **given: str) -> str:
    """Do an act that must go well; what the page then says."""
    answer = visitor.post(f"{PAGE}/acts/{key}", given)
    assert answer.status_code == 200, words_of(answer)
    assert "已办好" in answer.text
    return words_of(answer)


def last(visitor: Visitor, kind: Any) -> Any:
    """The newest fact of a kind."""
    return [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, kind)][-1]


def move_on(visitor: Visitor) -> None:
    """To the version that knows transfers."""
    act(visitor, "programme", programme="linyi-1204@2", reason="new-version")


GIVEN: Final = {
    "risk": ({"risk": "high"}, f.RiskChanged(risk="high", before="low", by=COUNTY_DESK)),
    "release": (
        {"tie": COMPANION, "reason": "ill"},
        f.TieEnded(role="companion", person=ZHOU, by=COUNTY_DESK, reason="ill", unpairs=True, gap=True),
    ),
    "leaving": (
        {"tie": COMPANION, "on": "2027年1月31日", "reason": "moves"},
        f.ServiceEnding(role="companion", person=ZHOU, on=date(2027, 1, 31), by=COUNTY_DESK, reason="moves"),
    ),
    "transfer": (
        {"unit": village(OTHER_TOWNSHIP), "reason": "family-moved"},
        f.TransferAsked(unit=village(OTHER_TOWNSHIP), county=OTHER_COUNTY, by=COUNTY_DESK, reason="family-moved"),
    ),
    "programme": (
        {"programme": "linyi-1204@2", "reason": "new-version"},
        f.ProgrammeChanged(programme="linyi-1204@2", before=LINYI, by=COUNTY_DESK, reason="new-version"),
    ),
    "close": ({"reason": "self-reliant"}, f.CaseClosed(by=COUNTY_DESK, reason="self-reliant")),
}


@pytest.mark.parametrize("key", GIVEN)
def test_an_act_is_written_down_in_the_coordinators_name(visitor: Visitor, key: str) -> None:
    given, fact = GIVEN[key]
    if key == "transfer":
        move_on(visitor)
    act(visitor, key, **given)
    assert last(visitor, type(fact)) == fact


def test_another_helper_takes_over_what_is_open(visitor: Visitor) -> None:
    form = visitor.get(f"{PAGE}/acts/reassign").text
    assert f'<option value="{LIU}">某012（女' in form
    assert WU not in form
    assert ZHOU not in form
    assert re.findall(rf'value="({LIU}|{SUN})">[^<]*?(——暂不符合结对条件)?<', form) == [
        (LIU, ""),
        (SUN, "——暂不符合结对条件"),
    ]
    act(visitor, "reassign", role="companion", to=LIU, reason="no-time")
    begun = last(visitor, f.TieBegun)
    assert isinstance(begun, f.TieBegun)
    assert begun.person == LIU


def test_a_last_day_can_be_taken_back(visitor: Visitor) -> None:
    assert "撤回预告" not in words_of(visitor.get(PAGE))
    act(visitor, "leaving", tie=COMPANION, on="2027-01-31", reason="retires")
    assert "撤回预告" in words_of(visitor.get(PAGE))
    act(visitor, "staying", tie=COMPANION)
    ending = last(visitor, f.ServiceEnding)
    assert isinstance(ending, f.ServiceEnding)
    assert ending.on is None


def test_a_successor_is_bound_ahead_of_the_last_day(visitor: Visitor) -> None:
    assert "增加志愿者" not in words_of(visitor.get(PAGE))
    act(visitor, "leaving", tie=COMPANION, on="2027-01-31", reason="retires")
    act(visitor, "bind", role="companion", to=LIU)
    begun = last(visitor, f.TieBegun)
    assert isinstance(begun, f.TieBegun)
    assert begun.person == LIU


def test_a_duty_is_excused_by_name_and_with_a_reason(visitor: Visitor) -> None:
    number = duty_of(visitor.store, CASE, "household_registration")
    assert f'value="{number}" selected' in visitor.get(f"{PAGE}/acts/excuse?duty={number}").text
    act(visitor, "excuse", duty=str(number), reason="done-otherwise")
    assert last(visitor, f.DutyExcused) == f.DutyExcused(duty=number, by=COUNTY_DESK, reason="done-otherwise")


def test_a_guardian_is_named_and_kept_sealed(visitor: Visitor) -> None:
    act(visitor, "guardian", name="王 桂兰", relation="奶奶", phone="139 0000 7777")
    named = last(visitor, f.GuardianNamed)
    assert isinstance(named, f.GuardianNamed)
    with reading(visitor.store.engine) as connection:
        known = identities(connection, visitor.store.seal, [named.family])[named.family]
    assert (known.name, known.phone) == ("王桂兰", "13900007777")
    assert "王桂兰" not in visitor.get(PAGE).text
    shown = visitor.post("/console/names", {"shown": "yes", "back": PAGE}).text
    assert "王桂兰" in shown
    assert "奶奶" in shown


def test_the_guardians_account_is_recorded_and_no_other_guardian_may_have_it(visitor: Visitor) -> None:
    assert "登记收款账户" not in words_of(visitor.get(PAGE)), "nobody answers for the child yet"
    act(visitor, "guardian", name="王桂兰", relation="奶奶", phone="13900007777")
    wrong = visitor.post(f"{PAGE}/acts/account", {"account": "6222 0212 3456 7890", "bank": "农商行"})
    assert (wrong.status_code, "应为 12 至 32 位数字" in words_of(wrong)) == (422, True)
    assert 'value="农商行"' in wrong.text
    act(visitor, "account", account="1234 5678 9012", bank="农商行")
    named = last(visitor, f.GuardianNamed)
    assert isinstance(named, f.GuardianNamed)
    with reading(visitor.store.engine) as connection:
        known = identities(connection, visitor.store.seal, [named.family])[named.family]
    assert (known.account, known.bank, known.account_by) == ("123456789012", "农商行", COUNTY_DESK)
    assert "123456789012" not in visitor.get(PAGE).text
    act(visitor, "guardian", name="赵大", relation="叔叔", phone="13900008888")
    taken = visitor.post(f"{PAGE}/acts/account", {"account": "123456789012"})
    assert (taken.status_code, say("zh", "refusals.account-of-another") in words_of(taken)) == (409, True)


def test_a_closed_case_can_only_be_reopened(visitor: Visitor) -> None:
    act(visitor, "close", reason="family-moved")
    page = visitor.get(PAGE).text
    assert re.findall(r'id="act-([a-z-]+)"', page) == ["reopen"]
    assert "已结案，没有应办的事项" in page
    act(visitor, "reopen", reason="came-back")
    assert isinstance(last(visitor, f.CaseReopened), f.CaseReopened)


def test_the_county_asked_takes_the_case_over_and_may_do_nothing_else_with_it(visitor: Visitor) -> None:
    assert "申请转出" not in words_of(visitor.get(PAGE))
    move_on(visitor)
    act(visitor, "transfer", unit=village(OTHER_TOWNSHIP), reason="family-moved")
    assert "答复转入" not in words_of(visitor.get(PAGE))
    assert visitor.post(f"{PAGE}/acts/answer-transfer", {"accept": "yes"}).status_code == 404
    visitor.client.cookies.clear()
    other = as_role(visitor, Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    assert re.findall(r'id="act-([a-z-]+)"', other.get(PAGE).text) == ["answer-transfer"]
    assert other.post(f"{PAGE}/acts/close", {"reason": "other"}).status_code == 404
    act(other, "answer-transfer", accept="yes")
    moved = last(other, f.CaseMoved)
    assert isinstance(moved, f.CaseMoved)
    assert (moved.unit, moved.by) == (village(OTHER_TOWNSHIP), OTHER_COUNTY_DESK)
    other.client.cookies.clear()
    sign_in(other, f"coordinator-{COUNTY}-zh")
    assert other.get(PAGE).status_code == 404


def test_a_refused_act_says_why_and_keeps_what_was_typed(visitor: Visitor) -> None:
    before = everything(visitor.store)["journal"]
    answer = visitor.post(f"{PAGE}/acts/reassign", {"role": "companion", "to": SUN, "reason": "too-far"})
    assert answer.status_code == 409
    assert say("zh", "refusals.helper-sex") in words_of(answer)
    assert f'<option value="{SUN}" selected>' in answer.text
    assert '<option value="too-far" selected>' in answer.text
    assert everything(visitor.store)["journal"] == before


def test_a_paper_that_is_missing_is_named_in_words(visitor: Visitor) -> None:
    visitor.clock.moment += days(400)
    sign_in(visitor, f"coordinator-{COUNTY}-zh")
    answer = visitor.post(f"{PAGE}/acts/reassign", {"role": "companion", "to": LIU, "reason": "too-far"})
    assert (answer.status_code, "缺少有效的“安全须知”" in answer.text) == (409, True)


def test_an_open_case_is_not_reopened(visitor: Visitor) -> None:
    answer = visitor.post(f"{PAGE}/acts/reopen", {"reason": "other"})
    assert (answer.status_code, say("zh", "refusals.case-open") in words_of(answer)) == (409, True)


def test_everything_wrong_with_a_form_is_told_at_once(visitor: Visitor) -> None:
    before = everything(visitor.store)
    answer = visitor.post(f"{PAGE}/acts/guardian", {"name": "王桂兰", "relation": "", "phone": "12"})
    said = words_of(answer)
    assert answer.status_code == 422
    assert "请填写“与儿童的关系”" in said
    assert "“监护人电话”请填手机号" in said
    assert 'value="王桂兰"' in answer.text
    assert everything(visitor.store)["journal"] == before["journal"]


@pytest.mark.parametrize(
    ("key", "given", "field"),
    [
        ("risk", {"risk": "low"}, "risk"),
        ("risk", {"risk": "burning"}, "risk"),
        ("reassign", {"role": "companion", "to": WU, "reason": "ill"}, "to"),
        ("reassign", {"role": "companion", "to": "p000000101", "reason": "her name is Li"}, "reason"),
        ("excuse", {"duty": "999", "reason": "other"}, "duty"),
        ("transfer", {"unit": COUNTY, "reason": "other"}, "unit"),
        ("leaving", {"tie": COMPANION, "on": "soon", "reason": "other"}, "on"),
        ("invite", {"activity": CASE}, "activity"),
    ],
)
def test_what_is_not_on_the_list_is_not_taken(visitor: Visitor, key: str, given: dict[str, str], field: str) -> None:
    answer = visitor.post(f"{PAGE}/acts/{key}", given)
    assert answer.status_code == 422
    assert f'href="#{key}-{field}"' in answer.text


def test_a_township_does_not_excuse_what_the_county_owes(visitor: Visitor) -> None:
    do(visitor.store, c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="ill"), BEGIN + days(25))
    propose = c.ProposeHelper(case=CASE, person=LIU, score=1, why=())
    do(visitor.store, propose, BEGIN + days(25))
    number = duty_of(visitor.store, CASE, "decide_proposal")
    assert f'value="{number}"' in visitor.get(f"{PAGE}/acts/excuse").text
    visitor.client.cookies.clear()
    township = as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)
    assert f'value="{number}"' not in township.get(f"{PAGE}/acts/excuse").text
    assert township.post(f"{PAGE}/acts/excuse", {"duty": str(number), "reason": "other"}).status_code == 409


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_field_and_trouble_has_its_words(language: str) -> None:
    known = sentences("console_case", language)
    for act_ in ACTS.values():
        assert {f"act-{act_.key}", f"what-{act_.key}"} <= known.keys()
        assert act_.settles or f"do-{act_.key}" in known
        assert {f"field-{field.name}" for field in act_.fields} <= known.keys()
