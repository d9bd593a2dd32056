"""Meeting mode: what was done, what is late and why, what the next month brings; nothing of other places."""

import re
from collections.abc import Iterator

import pytest
from support.counting import MOST, statements
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    pass_days,
)
from support.signed_in import as_role
from support.site import Visitor, visiting, words_of

from domain.ids import CaseId
from domain.rules import commands as c
from domain.rules.access import Role
from domain.store import tables as t
from domain.store.console import meeting
from domain.store.engine import writing


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """An office with two cases in one county and one in another, six weeks on."""
    store = open_office(database_url)
    for number, township, helper in ((1, TOWNSHIP, ZHOU), (2, TOWNSHIP, LIU)):
        pair(store, open_case(store, number, township=township), helper, BEGIN)
    open_case(store, 3, township=OTHER_TOWNSHIP)
    pass_days(store, BEGIN, 8)
    answer(store, CaseId("371302-00001"), "first_visit", ZHOU, BEGIN + days(8), needs_help=False)
    pass_days(store, BEGIN + days(8), 36)
    with visiting(store, BEGIN + days(44)) as found:
        yield found


@pytest.fixture
def county(visitor: Visitor) -> Visitor:
    """The county's coordinator, signed in."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def test_the_month_is_told_with_what_was_done_late_and_to_come(county: Visitor) -> None:
    said = words_of(county.get(f"/console/meeting/{COUNTY}?month=2026-09"))
    assert "兰山区2026年9月例会" in said
    assert "2 新立案" in said
    assert "2 新结对" in said
    assert "首次见面" in said
    assert "2026年10月" in said


def test_a_month_too_full_to_tell_apart_by_kind_has_the_same_numbers(
    county: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"/console/meeting/{COUNTY}?month=2026-09"
    by_kind = done(county, told)
    assert "首次见面" in by_kind
    monkeypatch.setattr(meeting, "MOST_ONE_BY_ONE", 1)
    in_all = county.get(told.replace("?", "/done?")).text
    assert "首次见面" not in in_all
    kinds = f"/console/meeting/{COUNTY}/kinds?month=2026-09"
    assert kinds in in_all
    assert "其中志愿者完成" in words_of(county.get(kinds))
    assert counts(county.get(kinds).text) == counts(by_kind)
    assert county.get(f"/console/meeting/{OTHER_COUNTY}/kinds?month=2026-09").status_code == 404
    assert figures(in_all) == {name: many for name, many in figures(by_kind).items() if name != "其中志愿者完成"}


def test_where_much_was_done_it_follows_the_page_and_so_does_what_comes_with_the_same_numbers(
    county: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"/console/meeting/{COUNTY}?month=2026-09"
    whole = county.get(told).text
    monkeypatch.setattr(meeting, "MOST_ONE_BY_ONE", 1)
    short = county.get(told).text
    assert "371302-00002" in short, "what is late is there at once"
    for part in ("done", "plan"):
        at = f"/console/meeting/{COUNTY}/{part}?month=2026-09"
        assert f'hx-get="{at}"' in short
        assert county.get(at.replace(COUNTY, OTHER_COUNTY)).status_code == 404
    plan = whole.split('id="plan"')[1].split('<p class="onward">')[0].partition("</h2>")[2].strip()
    assert len(plan) > 200
    assert plan not in short
    at = f"/console/meeting/{COUNTY}/plan?month=2026-09"
    assert county.get(at, headers={"HX-Request": "true"}).text.strip() == plan
    assert plan in county.get(at).text, "without script it is a page of its own"


def done(county: Visitor, told: str) -> str:
    return county.get(told).text.split('id="done"')[1].split('id="late"')[0]


def counts(part: str) -> str:
    return part.split('class="counts"')[1].split("</ul>")[0]


def figures(part: str) -> dict[str, int]:
    return {name: int(many) for many, name in re.findall(r"<div><b>(\d+)</b>([^<]+)</div>", part)}


def test_each_late_duty_is_named_by_case_number_with_days_and_whose_it_is(county: Visitor) -> None:
    late = county.get(f"/console/meeting/{COUNTY}").text.split('id="late"')[1].split('id="plan"')[0]
    assert "371302-00002" in late
    assert "某012" in late, "the helper's name is known to a coordinator"
    assert "某102" not in late, "the child's is not shown"


def test_a_late_duty_says_why_where_somebody_knows(county: Visitor) -> None:
    case, now = CaseId("371302-00002"), county.clock.moment
    number = duty_of(county.store, case, "first_visit")
    page = f"/console/meeting/{COUNTY}"
    assert "未说明" in words_of(county.get(page))
    do(county.store, c.AcknowledgeDuty(case=case, duty=number, by=TOWNSHIP_DESK), now)
    assert "已知悉，跟进至" in words_of(county.get(page))


def test_a_helper_who_is_away_is_a_reason(county: Visitor) -> None:
    today = county.clock.moment.date()
    with writing(county.store.engine) as connection:
        connection.execute(t.absence.insert().values(
            person=LIU, since=today.isoformat(), until=(today + days(5)).isoformat(), stand_in=ZHOU,
        ))  # fmt: skip
    county.store.offices.clear()
    assert "外出至10月20日" in words_of(county.get(f"/console/meeting/{COUNTY}"))


def test_a_meeting_of_another_place_is_not_there(county: Visitor) -> None:
    assert county.get(f"/console/meeting/{OTHER_COUNTY}").status_code == 404
    assert county.get("/console/meeting/nowhere").status_code == 404
    said = words_of(county.get(f"/console/meeting/{COUNTY}"))
    assert "371321" not in said
    assert "沂南县" not in said


def test_ops_see_case_numbers_and_no_names(visitor: Visitor) -> None:
    as_role(visitor, Role.OPS)
    said = words_of(visitor.get(f"/console/meeting/{COUNTY}"))
    assert "371302-00002" in said
    assert "某" not in said


@pytest.mark.parametrize("month", ["2026-13", "2031-01", "no month", "1999-01", "2026-9", "-000-00", "２０２６-０９"])
def test_a_month_that_is_none_shows_the_usual_one(county: Visitor, month: str) -> None:
    shown = county.get(f"/console/meeting/{COUNTY}", params={"month": month})
    assert shown.status_code == 200
    assert "2026年9月例会" in words_of(shown)


def test_who_has_one_unit_goes_straight_to_its_meeting(county: Visitor) -> None:
    assert county.get("/console/meeting").url.path == f"/console/meeting/{COUNTY}"


def test_a_meeting_asks_the_database_few_things_however_much_there_is(county: Visitor) -> None:
    county.get(f"/console/meeting/{COUNTY}")
    with statements(county.store) as sent:
        county.get(f"/console/meeting/{COUNTY}")
    assert len([each for each in sent if not each.startswith(("BEGIN", "COMMIT"))]) <= MOST, "\n\n".join(sent)
