"""Schedule and flows: the rounds as Prefect plans them, who may change what, and its dashboard behind the sign-in."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from support.counting import queries, statements
from support.made_up_prefect import PAIRING, ROUND, SCHEDULE, MadeUpPrefect, made_up_prefect, run
from support.office import BEGIN, COUNTY, COUNTY_DESK, open_case, open_office
from support.signed_in import as_role, fresh, make_login, sign_in
from support.site import Visitor, stage, visiting, words_of

from domain.rules.access import EVERYWHERE, Grant, Role
from web.app import application
from web.console.flows import reads
from web.prefect_api import PrefectApi
from web.schedules import cron_of, when_words

SILENT = PrefectApi("http://127.0.0.1:9", "shouwang:x")


@pytest.fixture
def prefect() -> Iterator[MadeUpPrefect]:
    """A Prefect with a round every ten minutes, one run behind it and one to come."""
    with made_up_prefect() as there:
        there.runs = [run("巡查 · 到期 3 件", "COMPLETED"), run("soon", "SCHEDULED", at="2026-09-21T01:10:00Z")]
        yield there


@pytest.fixture
def visitor(database_url: str, prefect: MadeUpPrefect) -> Iterator[Visitor]:
    """The pages beside it, with one case."""
    store = open_office(database_url)
    open_case(store)
    with visiting(store, BEGIN) as someone:
        yield beside(someone, prefect.api)


def beside(visitor: Visitor, prefect: PrefectApi | None) -> Visitor:
    """The same pages beside another Prefect."""
    site = replace(visitor.site, prefect=prefect)
    stage().playing = application(site)
    return Visitor(visitor.store, visitor.clock, site, visitor.client)


def coordinator(visitor: Visitor) -> Visitor:
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def admin(visitor: Visitor) -> Visitor:
    """Somebody who sees no case and therefore begins elsewhere."""
    someone = fresh(visitor)
    make_login(someone, "admin", [Grant(Role.ADMIN, EVERYWHERE)])
    assert sign_in(someone, "admin", path="/console/programmes").status_code == 200
    return someone


def test_rounds_stand_there_with_their_times_and_their_last_and_next_runs(visitor: Visitor) -> None:
    page = as_role(visitor, Role.OPS).get("/console/schedule")
    said = words_of(page)
    for words in ("巡查 每 10 分钟", "2026-09-21 09:10", "2026-09-21 09:00", "巡查 · 到期 3 件", "完成", "随需启动"):
        assert words in said
    assert "/console/flows/v2/runs/flow-run/r-" in page.text
    assert "somebody-elses" not in page.text


def test_ops_pause_resume_and_start_a_round(visitor: Visitor, prefect: MadeUpPrefect) -> None:
    as_role(visitor, Role.OPS)
    assert "已暂停" in words_of(visitor.post("/console/schedule/round", {"do": "pause"}))
    assert "恢复" in words_of(visitor.get("/console/schedule"))
    visitor.post("/console/schedule/round", {"do": "resume"})
    assert "已启动" in words_of(visitor.post("/console/schedule/pairing", {"do": "run"}))
    switch = f"/deployments/{ROUND}/schedules/{SCHEDULE}"
    assert [(method, path) for method, path, _ in prefect.changes()] == [
        ("PATCH", switch), ("PATCH", switch), ("POST", f"/deployments/{ROUND}/schedule"),
        ("POST", f"/deployments/{PAIRING}/create_flow_run"),
    ]  # fmt: skip


def test_ops_give_a_round_other_times_and_bad_times_are_told(visitor: Visitor, prefect: MadeUpPrefect) -> None:
    as_role(visitor, Role.OPS)
    said = words_of(visitor.post("/console/schedule/round", {"do": "set", "every": "daily", "at": "08:30"}))
    assert "每天 08:30" in said
    assert prefect.cron == "30 8 * * *"
    for at in ("", "25:00", "08:61", "8", "١٢:00"):
        wrong = visitor.post("/console/schedule/round", {"do": "set", "every": "daily", "at": at})
        assert wrong.status_code == 422
    assert prefect.cron == "30 8 * * *"
    assert visitor.post("/console/schedule/nobody", {"do": "run"}).status_code == 404


def test_who_does_not_run_the_machine_only_looks(visitor: Visitor, prefect: MadeUpPrefect) -> None:
    for someone in (coordinator(fresh(visitor)), as_role(fresh(visitor), Role.AUDITOR)):
        assert "现在运行" not in words_of(someone.get("/console/schedule"))
        assert someone.post("/console/schedule/round", {"do": "pause"}).status_code == 403
    assert admin(visitor).get("/console/schedule").status_code == 403
    assert prefect.changes() == []


def test_runs_of_another_county_are_left_out(visitor: Visitor, prefect: MadeUpPrefect) -> None:
    prefect.runs = [
        run("上报 · 沂南县", "COMPLETED", tags=["county:371321"]),
        run("上报 · 兰山区", "COMPLETED", tags=["county:371302"]),
    ]
    said = words_of(coordinator(visitor).get("/console/schedule"))
    assert "兰山区" in said
    assert "沂南县" not in said


def test_when_prefect_is_silent_the_page_says_so_and_still_tells_the_rhythms(visitor: Visitor) -> None:
    as_role(visitor, Role.OPS)
    said = words_of(beside(visitor, SILENT).get("/console/schedule"))
    assert "调度服务暂时没有回应" in said
    assert "linyi-1204@1" in said
    silent = visitor.post("/console/schedule/round", {"do": "pause"})
    assert silent.status_code == 502
    assert "没有运行调度服务" in words_of(beside(visitor, None).get("/console/schedule"))
    assert "没有运行调度服务" in words_of(visitor.get("/console/flows/"))


def test_what_comes_round_is_told_with_its_next_day(visitor: Visitor) -> None:
    said = words_of(coordinator(visitor).get("/console/schedule"))
    assert "新春问候" in said
    assert "2027年1月15日" in said
    with statements(visitor.store) as sent:
        visitor.get("/console/schedule")
    assert len(queries(sent)) <= 10


def test_the_dashboard_stands_behind_the_sign_in_with_a_way_back(visitor: Visitor) -> None:
    as_role(visitor, Role.OPS)
    page = visitor.get("/console/flows/")
    assert page.url.path == "/console/flows/v2/"
    assert 'class="shouwang-back" href="/console/schedule"' in page.text
    policy = page.headers["content-security-policy"]
    assert "connect-src 'self';" in policy
    assert "default-src 'none'" in policy
    told = visitor.get("/console/flows/ui-settings").json()
    assert told["api_url"] == "/console/flows/api"
    assert told["auth"] is None
    assert "max-age" in visitor.get("/console/flows/v2/assets/index-1.js").headers["cache-control"]


def test_prefects_password_and_our_cookie_stay_where_they_are(visitor: Visitor, prefect: MadeUpPrefect) -> None:
    as_role(visitor, Role.OPS)
    answer = visitor.client.post("/console/flows/api/flows/filter", json={}, headers=token())
    assert answer.status_code == 200
    assert prefect.cookies == [""]
    assert "authorization" not in {name.lower() for name in answer.headers}
    with httpx.Client(base_url=visitor.address, trust_env=False) as stranger:
        assert stranger.post("/console/flows/api/flows/filter", json={}).status_code == 401
        away = stranger.get("/console/flows/v2/", headers={"Accept": "text/html"})
        assert away.headers["location"].startswith("/sign-in?next=")


def token() -> dict[str, str]:
    return {"Prefect-Csrf-Token": "t", "Prefect-Csrf-Client": "c"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "deployments/d-round/create_flow_run"), ("PATCH", "deployments/d-round"), ("DELETE", "flows/f"),
        ("POST", "flow_runs/r/set_state"), ("POST", "automations/"), ("POST", "block_documents/filter"),
        ("GET", "block_documents/b"), ("GET", "variables/name/v"), ("GET", "admin/settings/x"),
        ("PUT", "automations/a"), ("POST", "admin/database/clear"), ("POST", "flows/filter/../../admin/database/clear"),
        ("POST", "deployments/d/create_flow_run/filter"),
    ],
)  # fmt: skip
def test_a_coordinator_only_reads_there(visitor: Visitor, prefect: MadeUpPrefect, method: str, path: str) -> None:
    coordinator(visitor)
    refused = visitor.client.request(method, f"/console/flows/api/{path}", json={}, headers=token())
    assert refused.status_code in {403, 404}
    assert prefect.asked == []


def test_ops_command_there_what_no_page_of_ours_offers_but_never_empty_it(
    visitor: Visitor, prefect: MadeUpPrefect
) -> None:
    as_role(visitor, Role.OPS)
    there = visitor.client.patch("/console/flows/api/deployments/d-round", json={"paused": True}, headers=token())
    assert there.status_code == 200
    assert prefect.changes() == [("PATCH", "/deployments/d-round", {"paused": True})]
    for path in ("admin/database/clear", "admin/database/drop", "admin/database/clear/"):
        assert visitor.client.post(f"/console/flows/api/{path}", json={}, headers=token()).status_code == 403


def test_nobody_else_sees_the_dashboard_and_no_foreign_page_posts_through_it(
    visitor: Visitor, prefect: MadeUpPrefect
) -> None:
    for someone in (admin(visitor), as_role(fresh(visitor), Role.AUDITOR)):
        assert someone.get("/console/flows/v2/").status_code == 403
    as_role(visitor, Role.OPS)
    foreign = {"Sec-Fetch-Site": "cross-site", **token()}
    assert visitor.client.post("/console/flows/api/flows/filter", json={}, headers=foreign).status_code == 403
    assert prefect.asked == []


def test_what_only_reads_is_known_by_its_name() -> None:
    lists = ("flows/filter", "flow_runs/paginate", "ui/flow_runs/history", "artifacts/latest/filter", "logs/filter")
    assert all(
        reads("POST", path) for path in (*lists, "events/filter", "task_runs/count", "v2/concurrency_limits/filter")
    )
    assert all(reads("GET", path) for path in ("flows/f-1", "version", "csrf-token", "artifacts/overdue/latest"))
    assert not any(reads("POST", path) for path in ("flows/", "events", "deployments/d/schedule", "work_pools/"))


def test_times_are_told_in_words() -> None:
    told = [when_words(each, "en") for each in (
        {"cron": "*/10 * * * *"}, {"cron": "0 * * * *"}, {"cron": "5 7 * * *"}, {"interval": 5400.0},
        {"cron": "0 8 * * 1-5", "timezone": "Asia/Shanghai"}, {"rrule": "FREQ=DAILY", "timezone": "UTC"}, {},
    )]  # fmt: skip
    assert told[:4] == ["every 10 min", "every 1 h", "every day at 07:05", "every 90 min"]
    assert told[4:6] == ["0 8 * * 1-5 (Asia/Shanghai)", "FREQ=DAILY (UTC)"]
    assert [cron_of(*given) for given in (("60", ""), ("15", "x"), ("7", ""), ("daily", "00:00"))] == [
        "0 * * * *", "*/15 * * * *", None, "0 0 * * *",
    ]  # fmt: skip
