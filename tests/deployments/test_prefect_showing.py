"""What people read on Prefect's dashboard, and what must never get there."""

import asyncio
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.command_line import Shouwang

from domain.ids import UnitId
from domain.store.lists import CountyLine
from domain.store.lists_gateways import GatewayLine
from flows.delivery import delivery_words
from flows.showing import gateways_now, gateways_table, overdue_table
from flows.stages import WorkFailed, quietly, stage_name, tags_of
from flows.turn import my_turn
from flows.work import StageReport, gateways_today
from notifiers.reports import DeliveryReport, Finding


def line(county: str, name: str, *counts: int) -> CountyLine:
    """A county's line: due, overdue, climbed, days of the oldest."""
    return CountyLine(UnitId(county), name, 9, *counts)


def test_a_run_bears_the_stage_the_county_and_what_came_of_it() -> None:
    done = StageReport(due=37, climbed=3, facts=50, set_aside=0)
    assert stage_name("zh", "check-in", "371302", done) == "探访 · 兰山区 · 到期 37 件 · 上报 3 件"
    assert stage_name("en", "check-in", "371302", done) == "check-in · 兰山区 · 37 due · 3 climbed"
    assert stage_name("en", "pairing", None, StageReport(0, 0, 0, 0)) == "pairing · nothing due"
    assert stage_name("en", "pairing", "999999", StageReport(1, 0, 0, 0)) == "pairing · 999999 · 1 due"
    assert tags_of("check-in", "371302") == ["check-in", "county:371302"]


def test_a_delivery_says_what_went_out_and_what_ops_must_put_right() -> None:
    assert delivery_words("en", DeliveryReport()) == ["nothing to send"]
    report = DeliveryReport(sent=3, waiting=1, findings=(Finding("mail", "auth"),))
    assert delivery_words("en", report) == ["3 sent", "1 waiting", "1 to be put right"]


def test_in_the_table_of_what_is_overdue_each_county_leads_to_its_list() -> None:
    lines = [line("371302", "兰山区", 4, 7, 2, 31), line("371311", "罗庄区", 0, 0, 0, 0)]
    table = overdue_table(lines, "https://shouwang.example", "en").splitlines()
    assert table[0] == "| County | Due | Overdue | Climbed | Oldest (days) |"
    assert table[2:] == ["| [兰山区](https://shouwang.example/console/cases?unit=371302&late=yes) | 4 | 7 | 2 | 31 |"]
    assert overdue_table(lines[1:], "https://shouwang.example", "en") == "Nothing is overdue in any county."


def test_an_error_that_names_somebody_reaches_prefect_without_the_name() -> None:
    def work() -> None:
        raise ValueError("王小明 13900001234")

    with pytest.raises(WorkFailed) as broken:
        asyncio.run(quietly(work))
    told = "".join(traceback.format_exception(broken.value))
    assert "王小明" not in told
    assert "13900001234" not in told
    assert str(broken.value).startswith("ValueError, test_prefect_showing.py:")


def test_a_round_that_finds_another_at_work_leaves_it_alone(tmp_path: Path) -> None:
    data = str(tmp_path)
    with my_turn(data, "round") as first, my_turn(data, "round") as second, my_turn(data, "delivery") as other:
        assert (first, second, other) == (True, False, True)
    with my_turn(data, "round") as again:
        assert again


def test_the_table_of_channels_says_since_when_something_waits_and_until_when_one_rests() -> None:
    begin = datetime(2026, 9, 1, 1, tzinfo=UTC)
    resting = GatewayLine("sms", 4, 1, begin, 7, 2, 1, begin + timedelta(minutes=5), 3, "535", begin)
    well = GatewayLine("mail", 0, 0, None, 9, 0, 0, None, 0, "", None)
    zone = ZoneInfo("Asia/Shanghai")
    table = gateways_table([resting, well], zone, "en").splitlines()
    assert table[0] == "| Channel | Waiting | Oldest since | Sent today | Failed today | In doubt | Bearing |"
    assert table[2:] == [
        "| sms | 4 | 2026-09-01 09:00 | 7 | 2 | 1 | rests until 2026-09-01 09:05 · 535 |",
        "| mail | 0 |  | 9 | 0 | 0 | well |",
    ]
    assert "暂停到 2026-09-01 09:05" in gateways_table([resting], zone, "zh")
    assert gateways_table([], zone, "en") == "No channel is set."


def test_today_begins_at_midnight_where_the_office_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shouwang = Shouwang(tmp_path / "office").fill()
    shouwang.pair("371302")
    shouwang.do("deliver")
    sent = len(shouwang.ask("messages", "list"))
    for moment, count in (("2026-09-01T15:59:00+00:00", sent), ("2026-09-01T16:01:00+00:00", 0)):
        monkeypatch.setattr("domain.clock.now", lambda moment=moment: datetime.fromisoformat(moment))
        assert [each.sent for each in gateways_today(str(shouwang.data)).lines] == [count]
    assert "| spool | 0 |" in gateways_now(str(shouwang.data))
