"""What programs do with a token: read, page on, act, and learn in stable words why not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from support.counting import statements
from support.office import (
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    open_case,
)  # fmt: skip
from support.programs import HERS, NOW, THEIRS, bearer, open_two_counties, owner_of, program
from support.seen import facts_of
from support.signed_in import as_role
from support.site import Visitor, everything, visiting

from domain import facts as f
from domain.ids import UnitId
from domain.rules import commands as c
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.rules.refusals import Reason
from domain.store import tables as t
from domain.store.api_tokens import revoke
from domain.store.console.acts import ACTS
from domain.store.engine import reading, writing
from domain.store.logins import set_active, set_grants
from web.api.trouble import CODES
from web.console.volunteer_acts import ACTS as VOLUNTEER_ACTS


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    with visiting(open_two_counties(database_url), NOW, tmp_path / "spool") as someone:
        yield someone


def got(visitor: Visitor, path: str, token: str, status: int = 200) -> Any:
    """What an address answers a program."""
    answered = visitor.get(f"/api/v1/{path}", headers=bearer(token))
    assert answered.status_code == status, answered.text
    return answered.json()


def sent(visitor: Visitor, path: str, token: str, status: int = 200, **body: Any) -> Any:
    """The same of an act."""
    answered = visitor.client.post(f"/api/v1/{path}", json=body, headers=bearer(token))
    assert answered.status_code == status, answered.text
    return answered.json()


def readings(visitor: Visitor) -> int:
    """How many readings of sealed records were recorded."""
    with reading(visitor.store.engine) as connection:
        return connection.execute(select(func.count()).select_from(t.record_read)).scalar_one()


def test_a_program_sees_what_its_owner_sees_and_nothing_of_elsewhere(visitor: Visitor) -> None:
    token = program(visitor.store)
    assert [each["case"] for each in got(visitor, "cases", token)["cases"]] == [HERS, "371302-00003"]
    area = got(visitor, "area", token)
    assert (area["unit"], area["open"], area["late_cases"]) == (COUNTY, 2, 1)
    assert {each["unit"][:6] for each in area["units"]} == {COUNTY}
    assert {each["unit"][:6] for each in got(visitor, "volunteers", token)["volunteers"]} == {COUNTY}
    assert [each["person"] for each in got(visitor, "messages", token)["messages"]] == [ZHOU]
    for theirs in (f"cases/{THEIRS}", f"volunteers/{WU}", "messages/2", f"area?unit={OTHER_COUNTY}"):
        assert got(visitor, theirs, token, 404)["error"]["code"] == "not-found"


def test_a_case_comes_with_what_is_owed_and_its_story(visitor: Visitor) -> None:
    found = got(visitor, f"cases/{HERS}", program(visitor.store))
    late = next(each for each in found["duties"] if each["kind"] == "first_visit")
    assert (late["days_late"], late["climbed_to"], late["owed_by"]) == (2, "township", ZHOU)
    assert [tie["person"] for tie in found["ties"]] == [ZHOU]
    assert found["story"][0]["position"] == 1
    assert "name" in found
    assert found["name"] is None


def test_cases_are_found_by_number_unit_stage_and_risk(visitor: Visitor) -> None:
    token = program(visitor.store)

    def numbers(asked: str) -> list[str]:
        return [each["case"] for each in got(visitor, f"cases?{asked}", token)["cases"]]

    assert numbers("number=371302-00003") == ["371302-00003"]
    assert numbers("number=371302-0000") == [HERS, "371302-00003"]
    assert numbers("stage=pairing") == ["371302-00003"]
    assert numbers("risk=high") == []
    assert numbers(f"unit={TOWNSHIP}") == [HERS, "371302-00003"]


def test_pages_follow_each_other_until_the_last(visitor: Visitor) -> None:
    for number in range(10, 70):
        open_case(visitor.store, number)
    token = program(visitor.store)
    first = got(visitor, "cases", token)
    second = got(visitor, f"cases?cursor={first['next']}", token)
    numbers = [each["case"] for page in (first, second) for each in page["cases"]]
    assert (len(numbers), len(set(numbers)), second["next"]) == (62, 62, None)
    assert numbers == sorted(numbers)


def test_names_come_only_when_asked_for_and_each_reading_is_recorded(visitor: Visitor) -> None:
    token = program(visitor.store)
    before = readings(visitor)
    assert got(visitor, f"cases/{HERS}", token)["name"] is None
    assert readings(visitor) == before
    assert got(visitor, f"cases/{HERS}?names=yes", token)["name"] == "某101"
    assert [each["name"] for each in got(visitor, "cases?names=yes", token)["cases"]] == ["某101", "某103"]
    assert readings(visitor) == before + 3
    with reading(visitor.store.engine) as connection:
        last = connection.execute(select(t.record_read).order_by(t.record_read.c.id.desc()).limit(1)).one()
    assert (last.by, last.purpose) == (COUNTY_DESK, "api")


def test_an_auditor_and_ops_get_no_names(visitor: Visitor) -> None:
    for role in (Role.AUDITOR, Role.OPS):
        token = program(visitor.store, role, EVERYWHERE, person=None)
        assert got(visitor, f"cases/{THEIRS}", token)["case"] == THEIRS
        assert got(visitor, "cases?names=yes", token, 403)["error"]["code"] == "not-allowed"
    assert got(visitor, "volunteers", program(visitor.store, Role.OPS, COUNTY, person=None), 403)


def test_an_act_is_done_in_the_owners_name_and_only_once(visitor: Visitor) -> None:
    token = program(visitor.store, unit=TOWNSHIP, person=TOWNSHIP_DESK)
    number = duty_of(visitor.store, HERS, "first_visit")
    done = sent(visitor, f"cases/{HERS}/acts/acknowledge", token, duty=number)
    assert done == {"case": HERS, "stage": "escalation", "facts": ["duty-acknowledged"]}
    assert any(
        isinstance(fact, f.DutyAcknowledged) and fact.by == TOWNSHIP_DESK for fact in facts_of(visitor.store, HERS)
    )
    before = everything(visitor.store)
    again = sent(visitor, f"cases/{HERS}/acts/acknowledge", token, 409, duty=number)
    assert again["error"]["code"] == "already-acknowledged"
    assert everything(visitor.store) == before


def test_each_act_does_what_its_name_says(visitor: Visitor) -> None:
    token = program(visitor.store)
    assert sent(visitor, f"cases/{HERS}/acts/risk", token, risk="high")["facts"][0] == "risk-changed"
    visit = duty_of(visitor.store, HERS, "first_visit")
    assert "duty-excused" in sent(visitor, f"cases/{HERS}/acts/excuse", token, duty=visit, reason="ill")["facts"]
    assert sent(visitor, f"cases/{HERS}/acts/close", token, reason="adopted")["stage"] == "closed"
    again = sent(visitor, f"cases/{HERS}/acts/close", token, 409, reason="adopted")
    assert again["error"] == {
        "code": "case-closed",
        "message": f"个案 {HERS} 已结案。要继续，请先重新开案。",
        "about": HERS,
    }
    assert "case-reopened" in sent(visitor, f"cases/{HERS}/acts/reopen", token, reason="needs-again")["facts"]


def named(visitor: Visitor, token: str, case: str = HERS, asked: str = "") -> dict[str, Any]:
    """What may be done with a case, by the name of the act."""
    return {each["act"]: each for each in got(visitor, f"cases/{case}/acts{asked}", token)["acts"]}


def test_a_program_does_about_a_volunteer_what_her_page_offers(visitor: Visitor) -> None:
    described, token = visitor.get("/api/v1/openapi.json").json()["paths"], program(visitor.store)
    acts = {path.rpartition("/")[2] for path in described if path.startswith("/volunteers/") and "/acts/" in path}
    assert acts == VOLUNTEER_ACTS.keys()
    hers = f"volunteers/{ZHOU}/acts"
    signed = sent(visitor, f"{hers}/signed", token, paper="safety", on="2026-08-20")
    assert signed["volunteer"]["papers"]["safety"] == "2027-08-20"
    assert (
        sent(visitor, f"{hers}/contact", token, phone="13900005555", email=None)["volunteer"]["phone"] == "13900005555"
    )
    assert sent(visitor, f"{hers}/leaving", token, on="2027-03-01", reason="moves")["volunteer"]["serves_until"]
    assert sent(visitor, f"{hers}/stays", token)["volunteer"]["serves_until"] is None
    gone = sent(visitor, f"{hers}/gone", token, reason="health", sure=True)
    assert (gone["volunteer"]["serving"], gone["cases"]) == (False, [])


def test_what_does_not_fit_about_a_volunteer_is_named_by_its_field_and_changes_nothing(visitor: Visitor) -> None:
    token = program(visitor.store)
    other = program(visitor.store, unit=OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    hers, before = f"volunteers/{ZHOU}/acts", everything(visitor.store)
    wrong = sent(visitor, f"{hers}/contact", token, 409, phone="123", email="x@")
    assert {each["where"] for each in wrong["error"]["about"]} == {"body.phone", "body.email"}
    backwards = sent(visitor, f"{hers}/away", token, 409, since="2026-12-02", until="2026-12-01", stand_in=LIU)
    assert backwards["error"]["about"][0]["where"] == "body.until"
    assert sent(visitor, f"{hers}/gone", token, 422, reason="health")["error"]["code"] == "bad-input"
    assert sent(visitor, f"{hers}/stays", other, 404)
    assert {name: rows for name, rows in everything(visitor.store).items() if rows != before[name]}.keys() <= {
        "api_token"
    }


def test_a_program_may_do_whatever_the_page_of_the_case_offers(visitor: Visitor) -> None:
    described = visitor.get("/api/v1/openapi.json").json()["paths"]
    assert {
        path.rpartition("/")[2] for path in described if path.startswith("/cases/") and "/acts/" in path
    } == ACTS.keys()
    offered = named(visitor, program(visitor.store))
    county = as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)
    on_the_page = re.findall(r'id="act-([a-z-]+)"', county.get(f"/console/cases/{HERS}").text)
    assert [key for key in offered if not ACTS[key].settles] == on_the_page
    assert {field["name"] for field in offered["reassign"]["fields"]} == {"role", "to", "reason"}


def test_what_may_be_chosen_for_an_act_is_told_with_it(visitor: Visitor) -> None:
    token = program(visitor.store, language="en")
    risk = named(visitor, token)["risk"]
    assert (risk["title"], risk["fields"][0]["title"]) == ("Change the risk", "New level")
    assert {each["value"] for each in risk["fields"][0]["choices"]} == {"medium", "high"}
    (_, helper, _) = named(visitor, token)["reassign"]["fields"]
    assert helper["choices"] is None
    (_, helper, _) = named(visitor, token, asked="?act=reassign")["reassign"]["fields"]
    assert LIU in {each["value"] for each in helper["choices"]}
    got(visitor, f"cases/{HERS}/acts?act=burn", token, 404)


def test_a_helper_is_replaced_and_what_cannot_be_chosen_is_named(visitor: Visitor) -> None:
    token, path = program(visitor.store), f"cases/{HERS}/acts/reassign"
    wrong = sent(visitor, path, token, 409, role="companion", to=WU, reason="ill")["error"]
    assert (wrong["code"], [each["where"] for each in wrong["about"]]) == ("does-not-fit", ["body.to"])
    sent(visitor, path, token, 422, role="companion", to=LIU, reason="her name is Li")
    assert "tie-begun" in sent(visitor, path, token, role="companion", to=LIU, reason="ill")["facts"]
    assert [tie["person"] for tie in got(visitor, f"cases/{HERS}", token)["ties"]] == [LIU]


def test_a_township_neither_excuses_nor_decides_what_its_county_owes(visitor: Visitor) -> None:
    do(visitor.store, c.EndTie(case=HERS, role="companion", by=COUNTY_DESK, reason="ill"), NOW)
    do(visitor.store, c.ProposeHelper(case=HERS, person=LIU, score=1, why=()), NOW)
    number = duty_of(visitor.store, HERS, "decide_proposal")
    township = program(visitor.store, unit=TOWNSHIP, person=TOWNSHIP_DESK)
    assert "decide-proposal" not in named(visitor, township)
    for key, more in (("excuse", {"reason": "other"}), ("decide-proposal", {"approve": True}), ("answer", {})):
        told = sent(visitor, f"cases/{HERS}/acts/{key}", township, 409, duty=number, **more)
        assert told["error"]["code"] == "not-yours-to-answer"
    done = sent(visitor, f"cases/{HERS}/acts/decide-proposal", program(visitor.store), duty=number, approve=True)
    assert done["facts"][0] == "proposal-approved"


def test_a_case_of_elsewhere_cannot_be_acted_on(visitor: Visitor) -> None:
    before = everything(visitor.store)["journal"]
    sent(visitor, f"cases/{THEIRS}/acts/close", program(visitor.store), 404, reason="adopted")
    assert everything(visitor.store)["journal"] == before


def test_a_duty_is_answered_by_whose_it_is_with_every_mistake_at_once(visitor: Visitor) -> None:
    answer(visitor.store, HERS, "first_visit", ZHOU, NOW, needs_help=True)
    path, duty = f"cases/{HERS}/acts/answer", duty_of(visitor.store, HERS, "urgent_help")
    desk = program(visitor.store, unit=TOWNSHIP, person=TOWNSHIP_DESK)
    assert str(duty) in {each["value"] for each in named(visitor, desk)["answer"]["fields"][0]["choices"]}
    wrong = sent(visitor, path, desk, 409, duty=duty, answers={"done": "danced", "nobody_asked": "x"})["error"]
    assert wrong["code"] == "does-not-fit"
    assert {each["where"] for each in wrong["about"]} == {
        f"body.answers.{key}" for key in ("done", "settled", "nobody_asked")
    }
    answers = {"done": "visited", "settled": True}
    assert "duty-met" in sent(visitor, path, desk, duty=duty, answers=answers)["facts"]
    assert sent(visitor, path, desk, 409, duty=duty, answers=answers)["error"]["code"] == "duty-ended"


def test_a_message_that_failed_is_sent_anew_once(visitor: Visitor) -> None:
    token = program(visitor.store, Role.OPS, EVERYWHERE, person=None)
    anew = sent(visitor, "messages/1/resend", token)
    assert anew["replaces"] == 1
    assert got(visitor, "messages/1", token)["replaced_by"] == anew["number"]
    assert sent(visitor, "messages/1/resend", token, 409)["error"]["code"] == "still-on-its-way"


def test_a_token_is_never_worth_more_than_its_owner_is_now(visitor: Visitor) -> None:
    token = program(visitor.store, grants=[Grant(Role.COORDINATOR, UnitId("3713"))])
    assert got(visitor, "cases", token)["cases"]
    with writing(visitor.store.engine) as connection:
        set_grants(connection, owner_of(visitor.store), [Grant(Role.COORDINATOR, OTHER_COUNTY)])
    assert got(visitor, "cases", token, 403)["error"]["code"] == "not-allowed"
    with writing(visitor.store.engine) as connection:
        set_active(connection, owner_of(visitor.store), active=False)
    assert got(visitor, "cases", token, 401)["error"]["code"] == "not-signed-in"


def test_a_token_ends_on_its_day_and_when_it_is_taken_back(visitor: Visitor) -> None:
    token, other = program(visitor.store), program(visitor.store, language="en")
    with writing(visitor.store.engine) as connection:
        assert revoke(connection, owner_of(visitor.store, 2), 2, NOW)
    told = got(visitor, "cases", other, 401)["error"]
    assert told["message"].startswith("没有有效的令牌")
    visitor.clock.moment = NOW + days(30)
    got(visitor, "cases", token, 401)


def test_refusals_are_in_the_language_of_the_owner(visitor: Visitor) -> None:
    told = got(visitor, f"cases/{THEIRS}", program(visitor.store, language="en"), 404)["error"]
    assert told["message"] == "There is no such thing, or none that is yours to see."


def test_the_consoles_cookie_reads_but_never_acts(visitor: Visitor) -> None:
    as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)
    assert visitor.get("/api/v1/cases").json()["cases"][0]["case"] == HERS
    assert visitor.get("/api/v1/cases?names=yes").status_code == 403
    visitor.post("/console/names", {"shown": "yes", "back": "/console/me"})
    assert visitor.get("/api/v1/cases?names=yes").json()["cases"][0]["name"] == "某101"
    acted = visitor.client.post(f"/api/v1/cases/{HERS}/acts/close", json={"reason": "adopted"})
    assert (acted.status_code, acted.json()["error"]["code"]) == (401, "not-signed-in")


def test_whoever_guesses_tokens_waits_and_a_right_one_never_does(visitor: Visitor) -> None:
    right = program(visitor.store)
    answers = [visitor.get("/api/v1/today", headers=bearer(f"swt_{number}")) for number in range(101)]
    assert [each.status_code for each in (answers[0], answers[-1])] == [401, 429]
    assert answers[-1].headers["retry-after"] == "600"
    got(visitor, "today", right)


def test_what_is_too_long_or_no_json_is_refused_in_words(visitor: Visitor) -> None:
    path, headers = f"/api/v1/cases/{HERS}/acts/close", bearer(program(visitor.store))
    long = visitor.client.post(path, content=b'{"reason": "' + b"a" * 70_000 + b'"}', headers=headers)
    assert (long.status_code, long.json()["error"]["code"]) == (413, "too-long")
    broken = visitor.client.post(path, content=b"\xff{", headers=headers | {"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["error"]["code"]) == (422, "bad-input")


def test_what_was_sent_is_not_repeated_in_a_refusal(visitor: Visitor) -> None:
    told = sent(visitor, f"cases/{HERS}/acts/close", program(visitor.store), 422, reason="小明 搬走了")
    assert "小明" not in str(told)


def test_every_code_is_told_of_in_the_description(visitor: Visitor) -> None:
    described = visitor.get("/api/v1/openapi.json").json()
    told = described["components"]["schemas"]["Error"]["properties"]["code"]["description"]
    assert [code for code in [*CODES.values(), *(each.value for each in Reason)] if f"`{code}`" not in told] == []
    for path in described["paths"].values():
        for one in path.values():
            assert {"401", "403", "422", "429", "503"} <= one["responses"].keys()
            assert "x-right" in one


@pytest.mark.parametrize(
    "path",
    [
        "area",
        "cases",
        "cases?names=yes",
        f"cases/{HERS}",
        f"cases/{HERS}/acts",
        "volunteers",
        f"volunteers/{ZHOU}",
        "messages",
    ],
)
def test_no_address_asks_the_database_more_than_ten_times(visitor: Visitor, path: str) -> None:
    token = program(visitor.store)
    got(visitor, path, token)
    with statements(visitor.store) as asked:
        got(visitor, path, token)
    assert len(asked) <= 10, asked


def test_an_unknown_address_is_answered_in_json_too(visitor: Visitor) -> None:
    for odd in ("nowhere", "cases/%0A1/acts/close", "%0A"):
        answered = httpx.get(f"{visitor.address}/api/v1/{odd}", trust_env=False)
        assert (answered.status_code, answered.json()["error"]["code"]) == (404, "not-found")
