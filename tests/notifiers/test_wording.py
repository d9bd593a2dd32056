"""Every wording in every language: short enough, complete, and without a name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from support.programmes import linyi
from support.telling import BASE, telling

from domain.ids import CaseId, DutyId
from domain.programme.schema import Level
from domain.rules.ways import Way
from domain.words import LANGUAGES, sentences
from notifiers import phrases, wording, wording_sms
from notifiers.matters import Matter
from notifiers.settings import LONGEST_IN_SMS, Telling
from notifiers.wording import MOST_IN_FULL, mail_wording
from notifiers.wording_sms import sms_parts, sms_wording

CODE = "48217390"
LINK = f"{BASE}/a/WyJw.c2ln"


def a_matter(number: int = 17, **changes: object) -> Matter:
    usual = Matter(
        duty=DutyId(f"371302-00412/{number}"), case=CaseId("371302-00412"), title="谈心", due_on=date(2026, 11, 25),
        days_late=-3, urgent=False, way=Way.FORM, link=LINK,
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def every_matter(language: str) -> Iterator[Matter]:
    """One matter of each kind of the Linyi programme, in every state it can be in."""
    titles = [kind.title.say(language) for kind in linyi().duties.values()]
    levels = (None, *(level.value for level in Level))
    for title, late, climbed, urgent in product(titles, (-30, -1, 0, 1, 365), levels, (False, True)):
        empty = ("兰山街道", "兰山区") if climbed else ()
        for way in (Way.ACKNOWLEDGE, Way.NOT_YOURS) if climbed else (Way.FORM, Way.DECISION):
            yield a_matter(
                title=title, days_late=late, due_on=date(2026, 12, 25), climbed_to=climbed, urgent=urgent, empty=empty,
                way=way, link=None if way is Way.NOT_YOURS else LINK,
            )  # fmt: skip


def longest_address() -> Telling:
    host = "https://" + "x" * (LONGEST_IN_SMS - len("https://"))
    return telling("sms", short_url=host)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_duty_fits_into_two_text_messages_with_the_longest_title_and_address(language: str) -> None:
    settings = longest_address()
    for matter, again in product(every_matter(language), (False, True)):
        code = CODE if matter.has_page else None
        said = sms_wording([matter], language, settings, code, again=again)
        assert sms_parts(said.text) <= 2, said.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [CODE, None])
@pytest.mark.parametrize("days_late", [-3, 12])
def test_many_duties_are_one_count_in_one_or_two_text_messages(language: str, code: str | None, days_late: int) -> None:
    many = [a_matter(number, days_late=days_late) for number in range(1, 1000)]
    said = sms_wording(many, language, longest_address(), code)
    assert "999" in said.text
    assert sms_parts(said.text) <= 2


def test_three_duties_are_said_as_three_things_to_do() -> None:
    three = [a_matter(number) for number in (1, 2, 3)]
    assert sms_wording(three, "zh", telling(), CODE).text == (
        f"【守望】3项待办，最早11月25日到期。请打开 {BASE}/a 输入 {CODE} 填报。"
    )
    late = [a_matter(1), a_matter(2, days_late=4), a_matter(3, days_late=1)]
    assert "3项待办，其中2项逾期" in sms_wording(late, "zh", telling(), CODE).text
    assert mail_wording(three, "zh", telling(), 1).subject == "守望：3 项待办"


def test_a_text_message_carries_the_signature_the_fixed_address_and_a_code_but_no_personal_link() -> None:
    said = sms_wording([a_matter()], "zh", telling(), CODE).text
    assert said == f"【守望】谈心，案号371302-00412，11月25日到期。请打开 {BASE}/a 输入 {CODE} 填报。"


def test_a_repeated_text_message_says_that_it_is_one() -> None:
    assert sms_wording([a_matter()], "zh", telling(), CODE, again=True).text.startswith("【守望】（重发）")


def test_an_urgent_matter_says_so_first() -> None:
    urgent = [a_matter(urgent=True)]
    assert sms_wording(urgent, "zh", telling(), CODE).text.startswith("【守望】紧急！")
    assert mail_wording(urgent, "zh", telling(), 1).subject.startswith("【紧急】")


@pytest.mark.parametrize(
    ("days_late", "zh", "en"),
    [
        (-3, "还有3天到期", "due in 3 days"),
        (-1, "明天到期", "due tomorrow"),
        (0, "今天到期", "due today"),
        (1, "已逾期1天", "1 day late"),
        (12, "已逾期12天", "12 days late"),
    ],
)
def test_the_due_day_itself_is_on_time_and_the_day_after_is_one_day_late(days_late: int, zh: str, en: str) -> None:
    assert zh in mail_wording([a_matter(days_late=days_late)], "zh", telling(), 1).text
    assert en in mail_wording([a_matter(days_late=days_late)], "en", telling(), 1).text


def test_a_volunteers_mail_has_a_signed_link_for_each_duty_in_both_parts() -> None:
    links = [f"{LINK}{number}" for number in range(3)]
    said = mail_wording([a_matter(link=link) for link in links], "zh", telling(), 1)
    assert all(link in said.text for link in links)
    assert [link for link in _hrefs(said.html) if link] == links


def test_what_has_climbed_names_the_level_and_says_aloud_which_desks_were_empty() -> None:
    climbed = a_matter(way=Way.NOT_YOURS, link=None, days_late=5, climbed_to="county", empty=("东村", "兰山街道"))
    said = mail_wording([climbed], "zh", telling(), 7)
    assert said.subject == "守望：谈心（案号 371302-00412），已逾期5天，已上报到县（区）"
    assert "东村、兰山街道无人值守" in said.text
    assert "shouwang case show 371302-00412" in said.text
    assert "消息编号 7" in said.text
    assert _hrefs(said.html) == []


def test_a_coordinator_gets_a_link_into_the_console_only_where_there_is_one() -> None:
    climbed = a_matter(way=Way.NOT_YOURS, link=None, climbed_to="county")
    said = mail_wording([climbed], "zh", telling(console=True), 7)
    assert _hrefs(said.html) == [f"{BASE}/c/371302-00412"]
    assert "shouwang case show" not in said.text


def test_a_very_long_digest_names_every_case_though_it_tells_only_of_some() -> None:
    many = [a_matter(number, case=CaseId(f"371302-{number:05d}")) for number in range(1, 201)]
    said = mail_wording(many, "zh", telling(), 1)
    assert said.text.count("截止日期") == MOST_IN_FULL
    assert all(matter.case in said.text for matter in many)


def test_the_html_says_the_same_and_lets_no_title_smuggle_in_markup() -> None:
    said = mail_wording([a_matter(title="<b>谈心</b> & 家访")], "zh", telling(), 1)
    assert said.html is not None
    assert "&lt;b&gt;谈心&lt;/b&gt; &amp; 家访" in said.html
    shown = " ".join(_shown(said.html).split())
    for line in said.text.splitlines():
        if LINK not in line:
            assert " ".join(line.split()) in shown


def test_no_sentence_is_left_over_that_no_message_says() -> None:
    code = "".join(Path(str(each.__file__)).read_text(encoding="utf-8") for each in (wording, wording_sms, phrases))
    said = {f"level-{level.value}" for level in Level} | set(re.findall(r'"(date(?:-short)?)"', code))
    said |= set(re.findall(r'"messages\.([a-z-]+)"', code))
    made = {"sms-one", "sms-many"} | {f"sms-{action}" for action in ("reply", "answer", "open")}
    made |= {"sms-see-to-it", "sms-act-on-it", "sms-proposal-1", "sms-proposal-3", "sms-acknowledge-1"}
    made |= {f"sms-{words}-{digit}" for words in ("form", "many") for digit in "123"}
    assert set(sentences("messages", "zh")) - said - made == set()


@pytest.mark.parametrize("text", ["", "a" * 70, "守" * 70])
def test_up_to_seventy_signs_are_one_text_message(text: str) -> None:
    assert sms_parts(text) == 1


@pytest.mark.parametrize(("text", "parts"), [("守" * 71, 2), ("守" * 134, 2), ("守" * 135, 3), ("😀" * 36, 2)])
def test_a_longer_one_is_counted_in_parts_of_sixty_seven_utf_16_units(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _hrefs(html: str | None) -> list[str]:
    return _parsed(html).found


def _shown(html: str | None) -> str:
    return " ".join(_parsed(html).text)


def _parsed(html: str | None) -> _Links:
    assert html is not None
    parser = _Links()
    parser.feed(html)
    return parser
