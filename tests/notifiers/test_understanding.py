"""What people mean by the text messages they send back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.understanding import Meaning, Meant, Said, meaning


def answered(*said: tuple[int | None, str], words: bool = False) -> Meaning:
    return Meaning(Meant.ANSWER, tuple(Said(*each) for each in said), words)


@pytest.mark.parametrize(
    "text",
    [
        "1", " 1 ", "１", "1。", "1!", "一", "①", "壹", "1 谢谢", "谢谢，1", "好的 1", "回复1", "回复：1",
        "您好，1。谢谢您！", "已完成", "办好了", "1\n",
    ],
)  # fmt: skip
def test_a_one_is_understood_however_it_is_written(text: str) -> None:
    assert meaning(text) == answered((None, "1"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12 1", (12, "1")),
        ("１２　１", (12, "1")),
        ("12，1", (12, "1")),
        ("12-2", (12, "2")),
        ("12\n3", (12, "3")),
        ("121", (12, "1")),
        ("1 12", (12, "1")),
        ("十二 一", (12, "1")),
        ("二十一，3", (21, "3")),
        ("十二、2 谢谢", (12, "2")),
        ("105 1", (105, "1")),
    ],
)
def test_a_code_and_a_digit_are_understood_however_they_are_written(text: str, said: tuple[int, str]) -> None:
    assert meaning(text) == answered(said)


def test_several_duties_may_be_answered_in_one_message() -> None:
    assert meaning("12 1，13 1，14 2") == answered((12, "1"), (13, "1"), (14, "2"))


@pytest.mark.parametrize("text", ["谢谢", "收到", "好的，谢谢！", "OK", "👍", "收到了 谢谢您", "thanks"])
def test_thanks_are_no_answer(text: str) -> None:
    assert meaning(text) == Meaning(Meant.THANKS)


@pytest.mark.parametrize("text", ["?", "？", "??", "怎么回复", "怎么回"])
def test_a_question_mark_asks_how_to_answer(text: str) -> None:
    assert meaning(text) == Meaning(Meant.QUESTION)


@pytest.mark.parametrize("text", ["TD", "td", "退订", "ＴＤ", "不要再发了", "stop"])
def test_no_more_of_this_is_understood(text: str) -> None:
    assert meaning(text) == Meaning(Meant.STOP)


@pytest.mark.parametrize(
    "text",
    [
        "没完成", "1个孩子病了", "12", "孩子今天没来", "4", "0", "1234567", "12 4", "", "。", "1 2", "还没去，明天去",
        "我完成不了", "1.5", "11",
        "13812345678",
    ],
)  # fmt: skip
def test_what_could_mean_something_else_is_left_to_a_person(text: str) -> None:
    assert meaning(text) == Meaning(Meant.UNCLEAR)


def test_words_beside_a_digit_are_kept_for_a_person_to_read() -> None:
    assert meaning("1，孩子最近不太爱说话") == answered((None, "1"), words=True)
    assert meaning("12 2 家里漏雨了") == answered((12, "2"), words=True)


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_every_digit_is_one_of_three(text: str) -> None:
    found = meaning(text)
    assert all(said.digit in {"1", "2", "3"} for said in found.said)
    assert bool(found.said) is (found.what is Meant.ANSWER)


@given(
    code=st.integers(11, 999),
    digit=st.sampled_from("123"),
    between=st.sampled_from([" ", "，", "、", "\n", "  ", ": "]),
)
def test_every_code_is_read_back(code: int, digit: str, between: str) -> None:
    assert meaning(f"{code}{between}{digit}") == answered((code, digit))
