"""Words of a programme's own in messages: what they may say, what comes of them, and what never does."""

import ast
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest
from support.programmes import changed_linyi, linyi
from support.small_programme import SMALL

from domain.programme.diff import differences
from domain.programme.kept import kept_programmes
from domain.programme.mistakes import Mistake
from domain.programme.read import read_programme, shipped_programmes
from domain.programme.schema import OwnWords, Programme
from domain.words.places import IN_MESSAGES, places, units

DOMAIN: Final = Path(__file__).parents[2] / "domain"
OWN: Final = ("ladders:\n", "messages: {duties: {home_visit: {sms: {zh: 去看看孩子, en: See the child}}}}\nladders:\n")
NEXT: Final = """\
    extends: linyi-1204@2
    programme: linyi-1204
    version: 3
"""


def good(text: str) -> Programme:
    read = read_programme(dedent(NEXT) + dedent(text))
    assert isinstance(read, Programme), [each.sentence("en") for each in read]
    return read


def mistakes(words: str) -> tuple[Mistake, ...]:
    read = read_programme(SMALL.replace("duties:\n", f"messages: {{duties: {{{words}}}}}\nduties:\n", 1))
    assert not isinstance(read, Programme)
    return read


def test_a_programme_says_in_its_own_words_what_a_duty_is() -> None:
    own = changed_linyi(OWN).messages.duties["home_visit"]
    assert own.sms is not None
    assert (own.sms.say("zh"), own.sms.say("en"), own.mail) == ("去看看孩子", "See the child", None)
    assert linyi().messages.duties == {}


def test_linyis_second_version_tells_a_home_visit_as_one_would_a_neighbour() -> None:
    own = shipped_programmes()["linyi-1204@2"].messages.duties
    assert own["home_visit"].sms is not None
    assert own["home_visit"].sms.zh == "去家里看看孩子"
    assert {"monthly_talk", "home_visit", "yearly_greeting"} == own.keys()


def test_a_next_version_changes_one_sentence_and_takes_out_another() -> None:
    own = good("messages: {duties: {home_visit: {mail: ~}, monthly_talk: {sms: {zh: 找孩子谈谈}}}}").messages.duties
    assert own["home_visit"].mail is None
    assert own["home_visit"].sms is not None
    assert own["monthly_talk"].sms is not None
    assert (own["monthly_talk"].sms.zh, own["monthly_talk"].sms.en) == ("找孩子谈谈", "Have a talk with the child")
    assert good("messages: {duties: {home_visit: ~}}").messages.duties.keys() == {"monthly_talk", "yearly_greeting"}


def test_a_place_for_a_name_is_told_with_its_line_and_what_to_write_instead() -> None:
    (found,) = mistakes('talk: {sms: {zh: "和{name}聊聊", en: "Talk to {name}"}}')[:1]
    line = SMALL.count("\n", 0, SMALL.index("duties:\n")) + 1
    assert (found.line, found.key, found.problem) == (line, "messages.duties.talk.sms.zh", "own-place")
    assert "title、case 或 date" in found.sentence("zh")


@pytest.mark.parametrize("place", ["case.subject", "case!r", "case:>90000000", "0", "phone"])
def test_nothing_but_a_title_a_case_number_and_a_day_has_a_place(place: str) -> None:
    assert "own-place" in {each.problem for each in mistakes(f'talk: {{mail: {{zh: "聊{{{place}}}", en: Talk}}}}')}


def test_the_day_of_a_duty_may_stand_in_its_words() -> None:
    own = good('messages: {duties: {home_visit: {sms: {zh: "{date}前看看孩子", en: "See the child by {date}"}}}}')
    assert own.messages.duties["home_visit"].sms is not None


def test_what_changes_in_the_words_of_messages_is_told_with_their_duty() -> None:
    new = changed_linyi(OWN)
    assert [(each.about, each.sentence) for each in differences(linyi(), new, "zh")] == [
        ("入户走访", "短信里说成：新增，去看看孩子")
    ]
    ((about, sentence),) = [(each.about, each.sentence) for each in differences(new, linyi(), "en")]
    assert (about, sentence) == ("Home visit", "called in a text message: gone, was See the child")


def test_a_programme_kept_as_it_was_read_keeps_its_words(tmp_path: Path) -> None:
    kept = [kept_programmes(tmp_path / "none", tmp_path / "cache" / "programmes") for _ in range(2)][1]
    assert kept["linyi-1204@2"].messages == shipped_programmes()["linyi-1204@2"].messages


def test_no_rule_no_fact_and_no_fold_looks_at_the_words_of_messages() -> None:
    looking = {
        path.relative_to(DOMAIN).as_posix()
        for path in DOMAIN.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith("programme.messages")
    }
    assert looking == {"programme/aspects_duty.py", "programme/check_messages.py"}


def test_no_place_that_messages_have_could_hold_who_somebody_is() -> None:
    who = {"name", "child", "person", "phone", "telephone", "address_of", "home", "guardian", "born", "id", "school"}
    assert IN_MESSAGES & who == set()


def test_places_are_named_in_order_and_once() -> None:
    assert places("{b}, {a} and {b}") == ("b", "a")
    with pytest.raises(ValueError, match="expected"):
        places("{a")


def test_a_sign_outside_the_basic_plane_counts_twice_as_carriers_count_it() -> None:
    assert units("守望😀") == 4


def test_words_for_one_channel_are_enough() -> None:
    assert OwnWords().sms is None
    assert good("messages: {duties: {closure: {mail: {zh: 收尾, en: Closing}}}}").messages.duties["closure"].mail
