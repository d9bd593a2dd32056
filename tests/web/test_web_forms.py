"""The form itself: what it asks and how, what may be typed, and how mistakes come back."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from support.office import BEGIN, ZHOU, days, open_case, open_office, pair
from support.programmes import linyi
from support.seen import facts_of
from support.site import Visitor, everything, visiting, words_of
from support.telling import speak

from domain import facts as f
from domain.ids import CaseId
from web.fields import read_answers
from web.static import static_address

CASE: Final = CaseId("371302-00001")
MOST_BYTES: Final = 30_000
GOOD: Final = {"needs_help": "no", "hours": "2", "supports": "heart"}


@pytest.fixture
def visitor(sqlite_url: str) -> Iterator[Visitor]:
    """Zhou was paired with the first child on 1 September; it is the time of the home visit."""
    store = open_office(sqlite_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(80)) as someone:
        yield someone


@pytest.fixture
def link(visitor: Visitor) -> str:
    """The link to the report of the visit."""
    return visitor.link(ZHOU, CASE, "home_visit")


def test_the_page_is_small_and_loads_nothing_but_two_scripts_of_our_own(visitor: Visitor) -> None:
    page = visitor.get(visitor.link(ZHOU, CASE, "monthly_talk"))
    assert len(page.content) < MOST_BYTES
    for loading in ("@import", "url(", "http://", "https://", "<iframe", "onclick"):
        assert loading not in page.text
    assert re.findall(r'src="([^"]*)"', page.text) == [static_address("keeping.js"), static_address("answer.js")]
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_every_question_has_a_name_a_voice_reader_can_say(visitor: Visitor) -> None:
    text = visitor.get(visitor.link(ZHOU, CASE, "monthly_talk")).text
    assert text.count("<fieldset") == text.count("<legend>") == 10
    assert text.count("<input ") + text.count("<textarea ") == text.count("<label ")
    assert text.count("<h1>") == text.count("<main") == 1


def test_who_reads_english_gets_english(visitor: Visitor, link: str) -> None:
    speak(visitor.store, ZHOU, "en")
    page = visitor.get(link)
    assert '<html lang="en">' in page.text
    for words in ("Home visit", "Due: Tuesday 1 December", "Hours spent", "1 to 24", "Send"):
        assert words in page.text


def test_a_form_with_mistakes_comes_back_as_typed_and_names_each_question(visitor: Visitor, link: str) -> None:
    before = everything(visitor.store)
    page = visitor.post(link, {"needs_help": "no", "hours": "99", "note": "门口有条<狗>"})
    said = words_of(page)
    assert page.status_code == 422
    assert "“陪伴了几小时”请填 1 到 24 之间的整数。" in said
    assert "“做了哪些帮扶”还没有回答。" in said
    assert "“是否需要帮助”" not in said
    assert 'name="needs_help" value="no" checked' in page.text
    assert 'value="99"' in page.text
    assert "门口有条&lt;狗&gt;" in page.text
    assert '<a href="#q-hours">' in page.text
    assert page.text.count('aria-invalid="true"') == 2
    assert everything(visitor.store) == before


def test_whatever_is_typed_is_answered_with_a_sentence_about_that_question(visitor: Visitor, link: str) -> None:
    odd = [
        ("needs_help", "maybe"), ("hours", "两"), ("hours", "-1"), ("hours", "1.5"), ("hours", "9" * 5000),
        ("supports", "heart,gold"), ("note", "长" * 2001),
    ]  # fmt: skip
    for question, typed in odd:
        page = visitor.post(link, GOOD | {question: typed})
        assert page.status_code == 422, (question, typed[:9])
        assert page.text.count('<a href="#q-') == 1
        assert f'<a href="#q-{question}">' in page.text


def test_a_question_nobody_asked_is_refused(visitor: Visitor, link: str) -> None:
    page = visitor.post(link, GOOD | {"<colour>": "red"})
    assert page.status_code == 422
    assert "&lt;colour&gt;" in page.text


def test_nothing_at_all_names_every_question_that_must_be_answered(visitor: Visitor, link: str) -> None:
    page = visitor.post(link)
    assert page.status_code == 422
    assert page.text.count('<a href="#q-') == 3


def test_days_may_be_typed_as_people_write_them() -> None:
    renewal = linyi().duties["pledge_renewal"]
    for typed in ("2026-11-10", "2026年11月10日", "2026.11.10", "20261110", "２０２６－１１－１０", "2026/11/10"):
        assert read_answers(renewal, {"signed_on": [typed]}) == ({"signed_on": "2026-11-10"}, {})


def test_a_day_that_does_not_exist_is_named(visitor: Visitor) -> None:
    visitor.clock.moment = BEGIN + days(640)
    page = visitor.post(visitor.link(ZHOU, CASE, "pledge_renewal"), {"signed_on": "2026-02-30"})
    assert "“签订日期”请填日期，例如 2026-09-03。" in words_of(page)


def test_full_width_digits_are_digits_and_options_may_be_words(visitor: Visitor, link: str) -> None:
    assert visitor.post(link, {"needs_help": "否", "hours": "２", "supports": "扶心"}).status_code == 200
    met = [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.DutyMet)][-1]
    assert (met.answers["hours"], met.answers["needs_help"]) == (2, False)
