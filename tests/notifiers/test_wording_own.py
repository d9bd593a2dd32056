"""A programme's own words in messages, and values kept to what a provider takes: whole, shorter, or cut with a sign."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from support.office import BEGIN, ZHOU, days, open_case, open_office, pair
from support.programmes import changed_linyi
from support.telling import ScriptedChannel, nudges, opened, tell, telling

from domain.ids import CaseId, DutyId
from domain.rules.ways import Way
from domain.store.store import Store
from notifiers.matters import Matter
from notifiers.phrases import shortened
from notifiers.wording import chat_wording, mail_wording
from notifiers.wording_sms import FORMS, said_wording, sms_parts, sms_wording

CODE: Final = "48217390"
OWN: Final = """\
messages:
  duties:
    first_visit:
      sms: {zh: "{date}前带上水果去认识一下孩子", en: Meet the child}
      mail: {zh: 去孩子家里认识一下。, en: Go and meet the child.}
"""


def a_matter(**changes: Any) -> Matter:
    usual = Matter(
        duty=DutyId("371302-00412/17"), case=CaseId("371302-00412"), title="入户走访", due_on=date(2026, 11, 25),
        days_late=-3, urgent=False, way=Way.FORM, own_sms="去看看孩子", own_mail="{date}前到孩子家里走一走。",
    )  # fmt: skip
    return replace(usual, **changes)


def sms(matter: Matter, language: str = "zh", **more: Any) -> Any:
    return sms_wording([matter], language, telling(), CODE, **more)


def test_own_words_stand_in_a_text_message_in_place_of_the_title() -> None:
    said = sms(a_matter())
    assert said.text.startswith("【守望】去看看孩子，案号371302-00412，11月25日到期。请打开 ")
    assert said.filled.values["title"] == "去看看孩子"
    assert said.filled.key == "one-answer"


def test_own_words_are_the_first_line_below_the_title_in_a_mail_in_both_parts() -> None:
    said = mail_wording([a_matter()], "zh", telling(), 1)
    assert "入户走访\n11月25日前到孩子家里走一走。\n案号：371302-00412" in said.text
    assert said.html is not None
    assert (
        said.html.index("入户走访</div>") < said.html.index("11月25日前到孩子家里走一走。") < said.html.index("案号：")
    )
    assert "入户走访（案号 371302-00412）" in said.subject


@pytest.mark.parametrize("way", [Way.ACKNOWLEDGE, Way.NOT_YOURS, Way.ACKNOWLEDGED])
def test_a_desk_to_which_it_has_climbed_reads_the_title(way: Way) -> None:
    climbed = a_matter(way=way, climbed_to="county", days_late=9)
    assert "入户走访，案号" in sms(climbed).text
    assert "走一走" not in mail_wording([climbed], "zh", telling(), 1).text
    assert "走一走" not in chat_wording([climbed], "zh", telling(), 1).text


def test_where_own_words_find_no_room_the_title_does() -> None:
    narrow = sms(a_matter(), longest_value=4)
    assert narrow.filled.values["title"] == "入户走访"
    long = a_matter(own_sms="孩" * 120)
    assert "入户走访，案号" in sms(long).text
    assert sms_parts(sms(long).text) <= 2


def test_digits_are_offered_where_they_go_into_one_value_else_the_page_is() -> None:
    coded = a_matter(digits="123", reply_code=345)
    whole, filed, narrow = sms(coded), sms(coded, longest_value=35), sms(coded, longest_value=12)
    assert (whole.filled.key, filed.filled.key, narrow.filled.key) == ("one-reply", "one-reply", "one-answer")
    assert len(filed.filled.values["how"]) <= 35
    assert "how" not in narrow.filled.values
    assert narrow.text.endswith(f"输入 {CODE} 填报。")


def test_a_filed_template_gets_the_values_of_its_words_and_no_others() -> None:
    places = {form.key: form.places("zh") for form in FORMS}
    told = a_matter(way=Way.NOT_YOURS)
    for said in (sms(a_matter()), sms(a_matter(digits="1")), sms(told)):
        assert tuple(said.filled.values) == places[said.filled.key]


def test_an_english_title_that_leaves_no_room_is_cut_with_a_sign_that_says_so() -> None:
    settings = telling("sms", short_url="https://" + "x" * 28, signature="守" * 8)
    long = a_matter(title="A title as long as rules allow", own_sms="", urgent=True, days_late=365)
    said = sms_wording([long], "en", settings, CODE, again=True)
    assert sms_parts(said.text) == 2
    assert "A title as long a…, 371302-00412, 365 days late." in said.text


@pytest.mark.parametrize(
    ("text", "most", "said"), [("守望", 2, "守望"), ("守望者", 2, "守…"), ("a b c", 3, "a…"), ("😀😀", 3, "😀…")]
)
def test_what_is_cut_says_so_and_never_ends_inside_a_sign(text: str, most: int, said: str) -> None:
    assert shortened(text, most) == said


def test_a_list_that_is_too_long_loses_whole_duties_from_its_end() -> None:
    values = {"example": "11 1", "listed": "11谈心00412，12入户走访00412，13新春问候00413，14季度评议00414"}
    whole = said_wording("which", values, "zh", telling())
    assert values["listed"] in whole.text
    filed = said_wording("which", values, "zh", telling(), longest_value=35)
    assert filed.filled is not None
    assert filed.filled.values["listed"] == "11谈心00412，12入户走访00412，13新春问候00413等"
    assert "14季度评议" not in filed.text


@pytest.fixture
def worded(sqlite_url: str) -> Store:
    """An office whose programme has words of its own for the first visit, which a volunteer now owes."""
    store = open_office(sqlite_url)
    own = changed_linyi(("ladders:\n", f"{OWN}ladders:\n"))
    pair(store, open_case(store), ZHOU, BEGIN)
    return Store(**{**vars(store), "programmes": {**store.programmes, own.name: own}})


def test_a_volunteer_is_told_of_a_first_visit_in_the_programmes_words(worded: Store) -> None:
    channel = ScriptedChannel()
    tell(worded, telling("sms"), opened(sms=channel), BEGIN + days(8))
    assert [nudge.state for nudge in nudges(worded)].count("sent") == len(channel.sent) > 0
    assert any("前带上水果去认识一下孩子，案号371302-00001" in message.text for message in channel.sent)


def test_a_channel_that_takes_short_values_gets_short_ones(worded: Store) -> None:
    channel = ScriptedChannel(longest_value=12)
    tell(worded, telling("sms"), opened(sms=channel), BEGIN + days(8))
    values = [value for message in channel.sent if message.filled for value in message.filled.values.values()]
    assert "首次见面" in values
    assert max(map(len, values)) <= 12
