"""The page at the end: figures that add up, charts, both languages, and nothing fetched from anywhere."""

import re
from xml.etree import ElementTree

import pytest
from support.lives import behaving, empty_store, live, planned, proved

from deployments.simulate.charts import Series, lines, round_up, stacked
from deployments.simulate.figures import Figures, figures_of
from deployments.simulate.page import written_page
from deployments.simulate.reading import behaviour_text
from domain.words import LANGUAGES


@pytest.fixture(scope="module")
def figures() -> Figures:
    """What two years of a few children came to."""
    store = empty_store()
    behaviour = behaving(machine={"round_every": 14}, families={"survey_days": 10}, helpers={"leave": 60})
    plan = planned(children=5, volunteers=12, years=2, behaviour=behaviour)
    years = live(store, plan)
    return figures_of(store, plan, proved(store, years))


def test_the_figures_count_the_same_duties_as_the_audit(figures: Figures) -> None:
    tally = figures.report.tally
    assert figures.lived.facts == tally.facts
    assert {f"duty-{how}": count for how, count in figures.ends.items() if count} == dict(tally.ended)
    assert figures.open_duties == tally.open
    assert figures.lived.cases == tally.cases == 5


def test_every_case_stands_in_one_stage_at_the_end_of_each_year(figures: Figures) -> None:
    assert [sum(year.stages.values()) for year in figures.lived.years] == [5, 5]


def test_answers_are_counted_once_on_time_or_late(figures: Figures) -> None:
    for year in figures.lived.years:
        assert year.late.total() == year.ends["met"]
    kinds = figures.lived.kinds.values()
    assert sum(kind.answered for kind in kinds) == figures.ends["met"]
    assert any(kind.late for kind in kinds)


def test_messages_to_volunteers_are_counted_by_month(figures: Figures) -> None:
    for year in figures.lived.years:
        assert 0 < year.helper_messages < year.messages
        assert 1 <= year.messages_a_month <= year.most_in_a_month


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_fetches_nothing_and_runs_nothing(figures: Figures, language: str) -> None:
    page = written_page(figures, behaviour_text(None), language)
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert not re.search(r"(src|href|action)\s*=|url\(|@import", page)
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) == {"http://www.w3.org/2000/svg"}
    assert "{{" not in page
    assert page.count("<svg") == 6


def test_the_page_speaks_chinese_by_itself_and_shows_the_numbers(figures: Figures) -> None:
    page = written_page(figures, "helpers: {}", "zh")
    assert figures.plan.programme.title.zh in page
    assert f"<dd>{figures.ends['met']:,}</dd>" in page
    assert "每一条承诺都得到遵守" in page
    assert "<pre>helpers: {}</pre>" in page


def test_what_is_written_into_a_behaviour_file_cannot_break_the_page(figures: Figures) -> None:
    assert "<b>" not in written_page(figures, "# <b>bold</b>", "en").split("<pre>")[1]


@pytest.mark.parametrize("draw", [stacked, lines])
def test_a_chart_is_sound_xml_and_says_each_number(draw: object) -> None:
    picture = draw(["2026", "2027"], [Series("a & b", [3, 0]), Series("c", [1.5, 2])])  # type: ignore[operator]
    root = ElementTree.fromstring(picture)
    told = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "2026 a & b: 3" in told
    assert "2027 c: 2" in told


@pytest.mark.parametrize(("value", "top"), [(0, 4), (1, 1), (3, 4), (41, 80), (100, 100), (101, 200), (8001, 10_000)])
def test_a_scale_ends_in_a_round_number(value: float, top: float) -> None:
    assert round_up(value) == top
