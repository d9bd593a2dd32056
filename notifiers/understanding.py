"""What somebody means by a text message: digits with or without a code, a question, thanks, no more of it, or unclear.

Tolerant in form, never in meaning: full-width digits, spaces, Chinese numerals and thanks do no harm, but whatever
could also mean something else is left to a person.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple
from unicodedata import normalize


class Meant(StrEnum):
    """The kinds of text messages people send back."""

    ANSWER = "answer"
    QUESTION = "question"
    THANKS = "thanks"
    STOP = "stop"
    UNCLEAR = "unclear"


class Said(NamedTuple):
    """One digit (1, 2, 3) about the duty with this code; without a code about the only one there is."""

    code: int | None
    digit: str


class Meaning(NamedTuple):
    """What a text message means. ``words``: it holds words beside the digits, which a person should read."""

    what: Meant
    said: tuple[Said, ...] = ()
    words: bool = False


_NUMERALS: Final = {
    "一": "1",
    "二": "2",
    "两": "2",
    "三": "3",
    "①": "1",
    "②": "2",
    "③": "3",
    "壹": "1",
    "贰": "2",
    "叁": "3",
}
_WORDS: Final = {
    "完成": "1", "已完成": "1", "完成了": "1", "已办": "1", "办好了": "1", "办完了": "1", "已办好": "1",
    "同意": "1", "去过了": "1", "done": "1",
    "需要帮助": "2", "要帮助": "2", "帮助": "2", "求助": "2", "help": "2",
    "办不了": "3", "去不了": "3", "做不了": "3", "来不了": "3", "不同意": "3", "cannot": "3", "can't": "3",
}  # fmt: skip
"""Words that say the same as a digit, where the message holds nothing else."""

_THANKS: Final = (
    "谢谢您", "谢谢你", "谢谢了", "谢谢", "多谢", "感谢", "辛苦了", "辛苦", "收到了", "收到", "知道了", "明白了",
    "好的", "好嘞", "好", "嗯", "您好", "你好", "thank you", "thanks", "okay", "ok", "hello", "hi",
    "👍", "🙏", "👌", "🌹",
)  # fmt: skip
_QUESTION: Final = re.compile(r"\?+|怎么回复?|如何回复?|帮助说明|how")
_STOP: Final = re.compile(r"td|t|退订|取消订阅|不要再发了?|别发了|停止发送|stop|unsubscribe")
_CALLED: Final = re.compile(r"^(我?回复|答复|reply)[:\s]*")
_BETWEEN: Final = r"[\s,.:;!、。，；：！/\-—_+]"
_EDGES: Final = re.compile(rf"^{_BETWEEN}+|{_BETWEEN}+$")
_POLITE: Final = "|".join(re.escape(word) for word in sorted(_THANKS, key=len, reverse=True))
_COURTESIES: Final = re.compile(rf"^(?:(?:{_POLITE}){_BETWEEN}*)+|(?:{_BETWEEN}*(?:{_POLITE}))+$")
"""Thanks and greetings around what is said, never inside of it."""

_PAIRS: Final = re.compile(rf"(?:[1-9]\d{{1,2}}{_BETWEEN}+[123])(?:{_BETWEEN}+[1-9]\d{{1,2}}{_BETWEEN}+[123])*")
_PAIR: Final = re.compile(rf"([1-9]\d{{1,2}}){_BETWEEN}+([123])")
_TURNED: Final = re.compile(rf"([123]){_BETWEEN}+([1-9]\d{{1,2}})")
_TOGETHER: Final = re.compile(r"([1-9]\d{1,2})([123])")
_AND_WORDS: Final = re.compile(rf"((?:[1-9]\d{{1,2}}{_BETWEEN}+)?[123]){_BETWEEN}+(\D.*)", re.DOTALL)
_TEN: Final = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_UP_TO_NINE: Final = "零一二三四五六七八九"


def meaning(text: str) -> Meaning:
    """What a text message means, whatever its sender owes."""
    plain = _EDGES.sub("", _CALLED.sub("", normalize("NFKC", text).casefold().strip()))
    if _QUESTION.fullmatch(plain):
        return Meaning(Meant.QUESTION)
    if _STOP.fullmatch(plain):
        return Meaning(Meant.STOP)
    bare = plain if plain in _WORDS else _EDGES.sub("", _COURTESIES.sub("", plain))
    if not bare:
        return Meaning(Meant.THANKS if plain else Meant.UNCLEAR)
    return _answer(_with_digits(bare)) or Meaning(Meant.UNCLEAR)


def _answer(bare: str) -> Meaning | None:
    said = _said(bare)
    if said:
        return Meaning(Meant.ANSWER, said)
    with_words = _AND_WORDS.fullmatch(bare)
    if with_words is None:
        return None
    return Meaning(Meant.ANSWER, _said(with_words[1]), words=True)


def _said(bare: str) -> tuple[Said, ...]:
    digit = _WORDS.get(bare, bare)
    if digit in {"1", "2", "3"}:
        return (Said(None, digit),)
    if _PAIRS.fullmatch(bare):
        return tuple(Said(int(code), digit) for code, digit in _PAIR.findall(bare))
    turned, together = _TURNED.fullmatch(bare), _TOGETHER.fullmatch(bare)
    if turned:
        return (Said(int(turned[2]), turned[1]),)
    return (Said(int(together[1]), together[2]),) if together else ()


def _with_digits(bare: str) -> str:
    """Chinese numerals as digits, where nothing but numerals and what stands between them is written."""
    if not re.fullmatch(rf"(?:[一二两三四五六七八九十①②③壹贰叁\d]|{_BETWEEN})+", bare):
        return bare
    tens = _TEN.sub(lambda found: str(_value(found[1], 1) * 10 + _value(found[2], 0)), bare)
    return "".join(_NUMERALS.get(sign, str(_UP_TO_NINE.find(sign)) if sign in _UP_TO_NINE else sign) for sign in tens)


def _value(numeral: str | None, otherwise: int) -> int:
    return _UP_TO_NINE.index(numeral) if numeral else otherwise
