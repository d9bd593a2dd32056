"""Through Prefect: what is urgent arrives at once, an hour without it costs nothing, and it never learns a name."""

import json
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest
from support.prefect_stories import (
    COUNTY,
    TOWNSHIP,
    Marks,
    Office,
    Up,
    let_prefect_age,
    write_coordinators,
    write_roster,
    write_survey,
)
from support.prefect_stories_search import Search
from support.running import until

from domain import clock

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.timeout(240)]

DAYS_OF_PAST = 42
SECONDS_FOR_THE_URGENT = 30
SECONDS_TO_CATCH_UP = 90
"""Alone it takes ten; a machine that does much else besides needs more."""
WELL = dict.fromkeys(("studies", "daily_life", "psychology", "thoughts", "health"), "well")
POISON = "鼺齆毒"
TOWNSHIP_MAIL = "desk0.zzmark@example.org"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Six weeks of life with marked names, then ``shouwang up``."""
    folder = tmp_path_factory.mktemp("marked")
    up = Up(folder / "data")
    up.settle_in()
    this_morning = clock.now().replace(hour=2, minute=0, second=0, microsecond=0)
    office = Office(up, Marks(), this_morning - timedelta(days=DAYS_OF_PAST))
    _begin(office, folder)
    _live(office)
    try:
        up.start()
        yield office
    finally:
        if not up.has_ended():
            up.stop()


def _begin(office: Office, folder: Path) -> None:
    up, marks = office.up, office.marks
    up.command("coordinators", "import", write_coordinators(folder / "desks.csv", marks), now=office.began)
    signed = (office.began - timedelta(days=10)).date()
    up.command("volunteers", "import", write_roster(folder / "roster.csv", marks, signed), now=office.began)
    office.desks = dict(up.ours("SELECT unit, person FROM desk"))
    office.take_in(write_survey(folder / "survey.csv", marks, range(6)), 0)
    write_survey(folder / "later.csv", marks, range(6, 8))
    office.pair(1)


def _live(office: Office) -> None:
    """One child is visited and then forgotten, one never visited, one needs help, one changes hands, one leaves."""
    up, (visited, _, needing, handed_on, leaving, _) = office.up, office.cases
    desk = office.desks[COUNTY]
    office.answer(visited, "first_visit", 4, needs_help="no", note=office.note("麤鱻甲说:奶奶齉齉病了"))
    office.answer(needing, "first_visit", 5, needs_help="no", note=office.note("去找龘靐丙谈过"))
    up.pass_days(office.began, (8, 15, 20))
    up.command("case", "risk", handed_on, "medium", "--by", desk, now=office.day(21))
    other_man = next(
        person for case, person in office.helpers.items() if case in office.cases[1::2] and case != handed_on
    )
    up.command("case", "reassign", handed_on, "--to", other_man, "--by", desk, "--reason", "ill", now=office.day(22))
    office.helpers[handed_on] = other_man
    up.command("case", "close", leaving, "--by", desk, "--reason", "moved-away", now=office.day(24))
    office.answer(needing, "monthly_talk", 28, needs_help="yes", **WELL, note=office.note("犇猋丙请街道骉骉甲来"))
    up.pass_days(office.began, (28, 30, 33, 36, 39, 41))


def test_an_urgent_answer_is_in_the_townships_outbox_within_seconds(office: Office) -> None:
    case, up = office.cases[0], office.up
    up.command("schedule", "pause", "round")
    up.command("schedule", "pause", "delivery")
    until(lambda: office.urgent_unsettled() == 0, SECONDS_TO_CATCH_UP)
    link = _link_in_a_message(office, case)
    before = len(up.told(TOWNSHIP_MAIL, case))

    note = office.note("麤鱻甲一个人在家,齾齾没有吃的")
    _answer_page(link, needs_help="yes", note=note, **WELL)
    seconds = until(lambda: len(up.told(TOWNSHIP_MAIL, case)) > before, SECONDS_FOR_THE_URGENT, pause=0.05)

    print(f"an urgent answer reached the township after {seconds:.1f} s")  # noqa: T201
    until(lambda: office.urgent_unsettled() == 0, SECONDS_TO_CATCH_UP)
    assert len(up.told(TOWNSHIP_MAIL, case)) == before + 1
    assert note not in up.told(TOWNSHIP_MAIL, case)[0].text
    signals = [row[0] for row in up.ours("SELECT id FROM signal WHERE urgent ORDER BY id DESC LIMIT 1")]
    by_automation = [run for run in up.runs("escalation") if (run["created_by"] or {}).get("type") == "AUTOMATION"]
    assert any(set(signals) <= set(run["parameters"]["signals"]) for run in by_automation)
    assert not [run for run in up.runs("delivery") if run["auto_scheduled"] and run["start_time"]]


def _link_in_a_message(office: Office, case: str) -> str:
    """The signed link by which the volunteer was asked for the talk, as it stands in the newest message."""
    for message in office.up.spooled():
        for link in re.findall(r"http://127\.0\.0\.1:\d+/a/[\w.-]+", message.text):
            if "volunteer" in message.to and case in (page := _page(link)) and "studies" in page:
                return str(link)
    raise AssertionError("no message asked for the talk")


def _page(link: str, form: dict[str, str] | None = None) -> str:
    sent = urlencode(form).encode() if form else None
    with build_opener(ProxyHandler({})).open(link, sent, timeout=20) as answer:
        return str(answer.read().decode())


def _answer_page(link: str, **form: str) -> None:
    assert "studies" not in _page(link, form)


def _made(up: Up, planned: set[str]) -> list[str]:
    """The planned rounds that came to their end."""
    return [run["id"] for run in up.runs("round") if run["id"] in planned and run["state_type"] == "COMPLETED"]


def test_prefect_away_for_an_hour_loses_nothing_and_tells_nothing_twice(office: Office) -> None:
    up = office.up
    for deployment in ("round", "delivery"):
        up.command("schedule", "resume", deployment)
    planned = {run["id"] for run in up.pages("/flow_runs/filter") if run["state_type"] == "SCHEDULED"}
    assert planned
    urgent_before, urgent_while_away = office.cases[1], office.cases[3]
    office.answer(urgent_before, "first_visit", None, needs_help="yes", note=office.note("麤鱻乙的门齾锁着"))
    up.stop(signal.SIGKILL)
    until(lambda: not up.parts(), 10)

    office.answer(urgent_while_away, "first_visit", None, needs_help="yes", note=office.note("龘靐丁齾打人"))
    late = office.take_in(up.data.parent / "later.csv", 10)
    let_prefect_age(up.data / "prefect" / "prefect.db", hours=1)
    assert _due(up)
    began = time.monotonic()
    up.start()

    until(lambda: not _due(up), SECONDS_TO_CATCH_UP)
    until(lambda: office.urgent_unsettled() == 0, SECONDS_TO_CATCH_UP)
    until(lambda: not up.ours("SELECT 1 FROM notice WHERE state = 'waiting'"), SECONDS_TO_CATCH_UP)
    print(f"everything was caught up {time.monotonic() - began:.1f} s after the start")  # noqa: T201
    until(lambda: bool(_made(up, planned)), SECONDS_TO_CATCH_UP)
    assert len(_made(up, planned)) == 1, "of the six rounds missed one does it all"
    _tell_the_rest(office)
    for case in (urgent_before, urgent_while_away):
        assert len(_asking_for_help(office, case)) == 1
    for case in late:
        assert len(up.told(TOWNSHIP_MAIL, case)) == 1
    _assert_each_cause_once(up)


def _due(up: Up) -> list[object]:
    """Cases of which something has come due that no round has done."""
    now = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return up.ours('SELECT "case" FROM diary WHERE next_moment <= ?', now)


def _asking_for_help(office: Office, case: str) -> list[object]:
    """Urgent messages to the township about a case."""
    query = """SELECT nudge.id FROM notice JOIN nudge ON nudge.id = notice.nudge
        WHERE notice."case" = ? AND notice.urgent AND notice.person = ? AND nudge.state = 'sent'"""
    return office.up.ours(query, case, office.desks[TOWNSHIP])


def _tell_the_rest(office: Office) -> None:
    """What waits for the morning leaves at ten."""
    morning = office.day(DAYS_OF_PAST + 1)
    office.up.command("deliver", now=morning)
    assert office.up.command("audit", now=morning)["breaches"] == []


def _assert_each_cause_once(up: Up) -> None:
    """Every notice is in one message at most, every message that was sent lies in the spool once, and no other."""
    sent = [row[0] for row in up.ours("SELECT id FROM nudge WHERE state = 'sent'")]
    causes = Counter(
        row[:4]
        for row in up.ours(
            """SELECT "case", duty, rung, notice.person FROM notice JOIN nudge ON nudge.id = notice.nudge
            WHERE nudge.state = 'sent'"""
        )
    )
    assert set(causes.values()) == {1}
    assert len(up.spooled()) == len(sent)
    assert not up.ours("SELECT id FROM nudge WHERE state IN ('claimed', 'doubtful', 'failed')")


def test_a_round_that_breaks_on_a_name_tells_prefect_nothing_of_it(office: Office) -> None:
    up = office.up
    poisoned = """INSERT INTO diary VALUES (?, 99, 'none', ?, ?, ?, NULL, NULL, '2026-01-01', ?, ?)"""
    long_ago = "2026-01-02T00:00:00Z"
    up.ours(poisoned, "371302-99999", POISON, TOWNSHIP, COUNTY, long_ago, long_ago)
    up.command("schedule", "run", "round")
    until(lambda: _failed(up), SECONDS_TO_CATCH_UP, pause=0.5)
    up.ours('DELETE FROM diary WHERE "case" = ?', "371302-99999")
    assert "ValueError" in _failed(up)[0]["state"]["message"]
    up.command("schedule", "run", "round")
    until(lambda: not _unfinished(up), SECONDS_TO_CATCH_UP, pause=0.5)


def _failed(up: Up) -> list[dict[str, dict[str, str]]]:
    return [run for run in up.pages("/flow_runs/filter") if run["state_type"] == "FAILED"]


def _unfinished(up: Up) -> list[object]:
    runs = up.pages("/flow_runs/filter")
    by_hand = [run for run in runs if not run["auto_scheduled"]]
    return [run for run in by_hand if run["state_type"] in ("SCHEDULED", "PENDING", "RUNNING")]


FILTERS = (
    "flows", "flow_runs", "task_runs", "logs", "artifacts", "artifacts/latest", "deployments", "automations",
    "variables", "block_documents", "block_types", "work_queues", "work_pools", "saved_searches",
    "v2/concurrency_limits",
)  # fmt: skip
"""Everything the API lists; flow runs carry their state with its message."""


def test_row_16_nothing_personal_is_in_prefect_or_in_clear_anywhere_else(office: Office, tmp_path: Path) -> None:
    up, search = office.up, Search([*office.marks.all, POISON])
    answers = {path: up.pages(f"/{path}/filter") for path in FILTERS}
    for path in ("flows", "flow_runs", "task_runs", "logs", "artifacts", "deployments", "automations"):
        assert answers[path], f"nothing was looked at in {path}"
    answers["events"] = _events(up)
    answers["states"] = [up.call(f"/flow_run_states/?flow_run_id={run['id']}")[1] for run in answers["flow_runs"]]
    names = {event["event"] for event in answers["events"]}
    assert {"shouwang.hurry", "prefect.flow-run.Failed"} <= names
    for path, rows in answers.items():
        assert search.in_bytes(json.dumps(rows, ensure_ascii=False).encode()) == set(), path

    assert up.stop() == 0
    assert search.in_files(up.data, but=lambda file: _is_ours(file) or "spool" in file.parts) == {}
    given = Search(office.marks.all)
    assert given.in_files(up.data, but=lambda file: not _is_ours(file)) == {}
    assert search.in_bytes(up.said.read_bytes()) == set()
    assert search.looked_at > 1_000_000
    _assert_spool_names_nobody(up, given)
    _assert_the_search_finds(office, tmp_path)


def _is_ours(file: Path) -> bool:
    """Our own database, its log included; the poison was put into it by hand."""
    return file.name.startswith("shouwang.db")


def _events(up: Up) -> list[dict[str, object]]:
    since = (clock.now() - timedelta(days=8)).isoformat()
    asked = {"filter": {"occurred": {"since": since}}, "limit": 50}
    status, answer = up.call("/events/filter", asked)
    found = list(answer["events"])
    while answer.get("next_page"):
        path = str(answer["next_page"]).partition("/api")[2]
        status, answer = up.call(path)
        assert status == 200, answer
        found += answer["events"]
    assert len(found) >= 50
    return found


def _assert_spool_names_nobody(up: Up, search: Search) -> None:
    """A message may hold the address it goes to, and that only once: in the line that says to whom."""
    messages = up.spooled()
    assert len(messages) > 10
    for message in messages:
        content = message.file.read_text(encoding="utf-8")
        head, _, body = content.partition("\n\n")
        assert search.in_bytes(body.encode()) == set()
        named = search.in_bytes(head.encode())
        assert named == {message.to}, message.file.name


def _assert_the_search_finds(office: Office, folder: Path) -> None:
    """The same search over a copy into which one name was put by hand, in every way it could have got in."""
    name = office.marks.all[0]
    search = Search([name])
    copy = shutil.copytree(office.up.data / "logs", folder / "logs")
    database = Path(shutil.copy(office.up.data / "prefect" / "prefect.db", copy))
    clean = database.read_bytes()
    assert search.in_files(copy) == {}
    for way in search.ways[name]:
        database.write_bytes(clean[:5_000] + way + clean[5_000:])
        assert search.in_files(copy) == {"prefect.db": {name}}
