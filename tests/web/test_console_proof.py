"""The proof: an audit run from the page, who has read whose record, who may sign in; within the viewer's units."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from support.counting import MOST, statements
from support.office import BEGIN, COUNTY, COUNTY_DESK, OTHER_COUNTY, OTHER_TOWNSHIP, open_case, open_office
from support.signed_in import as_role, make_login, sign_in
from support.site import Visitor, visiting, words_of

from domain.ids import CaseId, PersonId
from domain.rules.access import Grant, Role
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.people import read_record

GIRL, OTHER_GIRL = PersonId("p000000101"), PersonId("p000000102")


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """An office with a case in each of two counties."""
    store = open_office(database_url)
    open_case(store, 1)
    open_case(store, 2, township=OTHER_TOWNSHIP)
    with visiting(store, BEGIN) as found:
        yield found


def run_audit(visitor: Visitor) -> str:
    """Press the button and wait for the end; what the page then says."""
    visitor.post("/console/proof")
    until = time.monotonic() + 20
    while visitor.site.auditor.under_way and time.monotonic() < until:
        time.sleep(0.02)
    return words_of(visitor.get("/console/proof"))


def damage(visitor: Visitor, case: CaseId) -> None:
    """Lose a case's diary."""
    with writing(visitor.store.engine) as connection:
        connection.execute(delete(t.diary).where(t.diary.c.case == case))


def read(visitor: Visitor, person: PersonId, by: str, times: int = 1) -> None:
    """Somebody looks at a child's record."""
    for _ in range(times):
        with writing(visitor.store.engine) as connection:
            read_record(connection, visitor.store.seal, [person], by=by, purpose="console", now=BEGIN)


def test_an_audit_is_run_from_the_page_and_its_result_stays(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR)
    assert "还没有在这里核查过" in words_of(visitor.get("/console/proof"))
    said = run_audit(visitor)
    assert "承诺都已做到" in said
    assert "2 个案" in said
    assert "由 auditor-all-zh 发起" in said


def test_an_audit_names_what_is_not_as_promised(visitor: Visitor) -> None:
    as_role(visitor, Role.OPS)
    damage(visitor, CaseId("371302-00001"))
    said = run_audit(visitor)
    assert "与承诺不符，请尽快处理" in said
    assert "371302-00001" in said


def test_an_auditor_of_one_county_sees_only_what_was_found_there(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR, OTHER_COUNTY)
    damage(visitor, CaseId("371302-00001"))
    said = run_audit(visitor)
    assert "371302" not in said
    assert "承诺都已做到" in said


def test_one_audit_runs_at_a_time(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR)
    auditor = visitor.site.auditor
    auditor._since = BEGIN
    assert "正在" in words_of(visitor.post("/console/proof")) or "开始核查" in words_of(visitor.get("/console/proof"))
    assert "开始核查，已查 0 / 0" in words_of(visitor.get("/console/proof/progress"))
    auditor._since = None
    done = visitor.get("/console/proof/progress")
    assert done.headers["hx-redirect"].endswith("/console/proof")


def test_who_has_read_which_record_is_listed_by_case_number_never_by_name(visitor: Visitor) -> None:
    make_login(visitor, "wang", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
    read(visitor, GIRL, COUNTY_DESK)
    as_role(visitor, Role.AUDITOR)
    said = words_of(visitor.get("/console/proof/readings"))
    assert "wang 371302-00001" in said
    assert "在工作台查看" in said
    assert "某101" not in said


def test_readings_are_found_by_reader_and_by_case_fifty_a_page(visitor: Visitor) -> None:
    make_login(visitor, "wang", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
    read(visitor, GIRL, COUNTY_DESK, times=55)
    read(visitor, OTHER_GIRL, "u000000099")
    as_role(visitor, Role.AUDITOR)
    page = visitor.get("/console/proof/readings", params={"reader": "wang"})
    assert page.text.count("371302-00001</a>") == 50
    assert "371321-00002" not in page.text
    older = visitor.get(page.text.split("pages")[1].split('href="')[1].split('"')[0].replace("&amp;", "&"))
    assert older.text.count("371302-00001</a>") == 5
    of_case = visitor.get("/console/proof/readings", params={"case": "371321-00002"})
    assert of_case.text.count("371321-00002</a>") == 1
    assert "u000000099" in of_case.text
    assert "没有符合条件" in words_of(visitor.get("/console/proof/readings", params={"case": "' or 1=1"}))


def test_an_auditor_of_one_county_sees_readings_and_sign_ins_of_it_alone(visitor: Visitor) -> None:
    make_login(visitor, "wang", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
    read(visitor, GIRL, COUNTY_DESK)
    read(visitor, OTHER_GIRL, "u000000099")
    as_role(visitor, Role.AUDITOR, OTHER_COUNTY)
    said = words_of(visitor.get("/console/proof/readings"))
    assert "371321-00002" in said
    assert "371302" not in said
    assert "wang" not in said
    assert "wang" not in words_of(visitor.get("/console/proof/sign-ins"))


def test_sign_ins_and_sessions_are_there_to_look_at_and_nothing_to_press(visitor: Visitor) -> None:
    make_login(visitor, "wang", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
    as_role(visitor, Role.AUDITOR)
    page = visitor.get("/console/proof/sign-ins")
    said = words_of(page)
    assert "wang 协调员（兰山区） 正常" in said
    assert "正在登录 1 " in said
    assert page.text.split("<main")[1].count("<button") == 0


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_who_may_not_see_the_proof_does_not(visitor: Visitor, role: Role) -> None:
    make_login(visitor, "somebody", [Grant(role, COUNTY)], person=COUNTY_DESK)
    sign_in(visitor, "somebody")
    for path in ("/console/proof", "/console/proof/progress", "/console/proof/readings", "/console/proof/sign-ins"):
        assert visitor.get(path).status_code == 403
    assert visitor.post("/console/proof").status_code == 403


def test_the_pages_of_the_proof_ask_the_database_few_things(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR, COUNTY)
    run_audit(visitor)
    for path in ("/console/proof", "/console/proof/readings", "/console/proof/sign-ins"):
        with statements(visitor.store) as sent:
            visitor.get(path)
        assert len(sent) <= MOST, "\n\n".join(sent)
