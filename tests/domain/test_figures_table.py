"""Periods, changes, ranks and lines of a table of figures, without a database."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from support.programmes import linyi

from domain.ids import PersonId, UnitId
from domain.programme.schema import Level
from domain.rules.office import Office, Unit
from domain.store.figures_columns import Form, fixed_columns
from domain.store.figures_period import Period, bounds, year_earlier
from domain.store.figures_places import REST, Places, stem_of
from domain.store.figures_programme import programme_columns
from domain.store.figures_table import Counted, change_of, line_of, ranks
from domain.store.figures_tally import Tally, together

LINYI: Final = ZoneInfo("Asia/Shanghai")


def unit(code: str, parent: str | None, level: Level, name: str = "") -> Unit:
    """One unit of a tree."""
    return Unit(UnitId(code), UnitId(parent) if parent else None, level, name)


TREE: Final = Office(
    {
        each.id: each
        for each in (
            unit("37", None, Level.PROVINCE),
            unit("3713", "37", Level.CITY),
            unit("371302", "3713", Level.COUNTY),
            unit("371321", "3713", Level.COUNTY),
            unit("371302001", "371302", Level.TOWNSHIP),
            unit("371302001-aa", "371302001", Level.VILLAGE),
        )
    },
    {},
)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2027, 1, 1), date(2027, 12, 31), (date(2026, 1, 1), date(2026, 12, 31))),
        (date(2028, 2, 1), date(2028, 2, 29), (date(2027, 2, 1), date(2027, 2, 28))),
        (date(2029, 2, 1), date(2029, 2, 28), (date(2028, 2, 1), date(2028, 2, 29))),
        (date(2028, 2, 29), date(2028, 3, 1), (date(2027, 2, 28), date(2027, 3, 1))),
        (date(2027, 5, 9), date(2027, 5, 9), (date(2026, 5, 9), date(2026, 5, 9))),
    ],
)
def test_the_year_before_has_the_same_days_and_whole_months_stay_whole(
    first: date, last: date, before: tuple[date, date]
) -> None:
    assert Period(first, last).year_before() == before


def test_a_period_is_seen_in_local_days_and_never_beyond_now() -> None:
    period = Period(date(2027, 3, 1), date(2027, 3, 31))
    over = bounds(period, datetime(2028, 1, 1, tzinfo=UTC), LINYI)
    assert over == ("2027-02-28T16:00:00Z", "2027-03-31T16:00:00Z")
    now = datetime(2027, 3, 10, 1, tzinfo=UTC)
    assert bounds(period, now, LINYI).ends == "2027-03-10T01:00:01Z"
    assert year_earlier(now, LINYI) == datetime(2026, 3, 10, 1, tzinfo=UTC)
    assert year_earlier(datetime(2028, 2, 29, 1, tzinfo=UTC), LINYI) == datetime(2027, 2, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "value", "before", "change"),
    [
        (Form.COUNT, 1742, 1000, 74.2),
        (Form.COUNT, 0, 4, -100.0),
        (Form.COUNT, 5, 0, None),
        (Form.DAYS, 3.0, 4.0, -25.0),
        (Form.SHARE, 0.5, 0.25, 25.0),
        (Form.SHARE, 0.5, 0.0, 50.0),
        (Form.SHARE, None, 0.5, None),
        (Form.SPREAD, 0.1, 0.3, -20.0),
    ],
)
def test_a_change_is_told_in_per_cent_and_of_shares_in_points(
    form: Form, value: float | None, before: float | None, change: float | None
) -> None:
    assert change_of(form, value, before) == change


def test_equal_figures_share_a_rank_and_what_is_nothing_has_none() -> None:
    assert ranks([3, 9, None, 9, 1], least_first=False) == [3, 1, None, 1, 4]
    assert ranks([3, 9, None, 9, 1], least_first=True) == [2, 3, None, 3, 1]


def test_a_unit_counts_in_the_listed_unit_it_lies_in() -> None:
    places = Places(TREE, UnitId("3713"), Level.COUNTY)
    assert [each.id for each in places.listed] == ["371302", "371321"]
    found = [places.row_of(UnitId(code)) for code in ("371302001-aa", "371321", "3713", "37", "5001")]
    assert found == ["371302", "371321", REST, None, None]
    assert Places(TREE, None, Level.COUNTY).row_of(UnitId("5001")) == REST


def test_without_a_level_the_next_one_below_is_listed() -> None:
    assert Places(TREE, None, None).level is Level.COUNTY
    assert Places(TREE, UnitId("371302"), None).level is Level.TOWNSHIP
    assert Places(TREE, UnitId("371302001"), None).level is Level.VILLAGE
    assert Places(TREE, UnitId("371302001-aa"), None).level is None
    stem = stem_of(TREE)
    assert stem is not None
    assert stem.id == "3713"


def test_a_helper_of_two_units_counts_once_in_the_whole() -> None:
    here, there = Tally(), Tally()
    for tally in (here, there):
        tally.meet("helpers", person=PersonId("p000000011"))
        tally.add("moved", "in", "near")
    there.add("moved", "in", "far", many=2)
    columns = {column.key: column for column in fixed_columns([])}
    whole = together([here, there])
    assert columns["helpers.with_case"].reckon(whole) == 1
    assert [columns["cases.moved_in"].reckon(tally) for tally in (here, there, whole)] == [1, 3, 2]


def test_what_was_let_go_or_replaced_is_neither_late_nor_in_time() -> None:
    tally = Tally()
    for end, many in (("on-time", 6), ("late", 1), ("lapsed", 1), ("overdue", 2), ("excused", 7), ("superseded", 9)):
        tally.add("duty", end, many=many)
    tally.add("duty", "open", many=5)
    found = {column.key: column.reckon(tally) for column in fixed_columns([])}
    assert (found["duties.due"], found["duties.on_time_share"], found["duties.late_share"]) == (31, 0.6, 0.4)


def test_a_scale_a_choice_and_a_yes_or_no_show_as_shares_and_numbers_as_sums() -> None:
    tally = Tally()
    for kind, question, answer, many in (
        ("monthly_talk", "psychology", "well", 3), ("monthly_talk", "psychology", "poor", 1),
        ("monthly_talk", "needs_help", "yes", 1), ("monthly_talk", "needs_help", "no", 4),
        ("monthly_talk", "supports", "heart", 2), ("home_visit", "supports", "skill", 6),
        ("home_visit", "hours", "sum", 14),
    ):  # fmt: skip
        tally.add("answer", "linyi-1204", kind, question, answer, many=many)
    columns = tuple(programme_columns({"linyi-1204@1": linyi()}, tally.counts))
    line = line_of(columns, Counted(UnitId("3713"), "", "", tally, Tally()))
    found = {column.key: cell.value for column, cell in zip(columns, line.cells, strict=True)}
    wanted = {
        "linyi-1204.monthly_talk.psychology.well": 3, "linyi-1204.monthly_talk.psychology.well.share": 0.75,
        "linyi-1204.monthly_talk.psychology.fair": 0, "linyi-1204.monthly_talk.psychology.poor.share": 0.25,
        "linyi-1204.monthly_talk.needs_help.yes": 0.2, "linyi-1204.home_visit.hours.sum": 14,
        "linyi-1204.all.supports.heart.share": 0.25, "linyi-1204.all.supports.skill": 6,
        "linyi-1204.all.supports.spread": 0.75,
    }  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted
    assert not [key for key in found if ".note" in key or "quarterly_review" in key]
    assert all(column.title(language) for column in columns for language in ("zh", "en"))
