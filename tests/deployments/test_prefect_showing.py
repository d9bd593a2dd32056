"""What people read on Prefect's dashboard, and what must never get there."""

import asyncio
import traceback
from pathlib import Path

import pytest

from domain.ids import UnitId
from domain.store.lists import CountyLine
from flows.delivery import delivery_words
from flows.showing import overdue_table
from flows.stages import WorkFailed, quietly, stage_name, tags_of
from flows.turn import my_turn
from flows.work import StageReport
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
    assert table[2:] == ["| [兰山区](https://shouwang.example/overdue/371302) | 4 | 7 | 2 | 31 |"]
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
