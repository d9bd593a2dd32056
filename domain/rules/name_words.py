"""By which words a name may be looked for: itself, its beginnings, the given name, pinyin and initials."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, product
from typing import Final

from domain.places.spelling import simplified, tidy

LONGEST: Final = 12
"""So many signs of a name are looked at: enough for any person, and a school is not spelt out to its end."""

_FEWEST: Final = 2
_MOST_READINGS: Final = 4

SURNAMES: Final = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "乐": "yue", "朴": "piao", "区": "ou",
    "盖": "ge", "覃": "qin", "缪": "miao", "翟": "zhai", "员": "yun", "种": "chong", "折": "she", "宓": "fu",
    "黑": "he", "洗": "xian", "冼": "xian", "繁": "po", "卜": "bu", "召": "shao", "晁": "chao", "郗": "chi",
    "秘": "bi", "祭": "zhai", "句": "gou", "阚": "kan", "会": "gui", "都": "du", "薄": "bo", "柏": "bai",
    "谌": "chen", "乜": "nie", "不": "fou", "尉": "wei", "訾": "zi", "贾": "jia", "石": "shi", "沈": "shen",
    "车": "che", "任": "ren", "葛": "ge", "纪": "ji", "华": "hua", "燕": "yan", "盛": "sheng", "应": "ying",
    "能": "nai", "难": "ning", "恶": "wu", "过": "guo", "幺": "yao", "撒": "sa", "莘": "shen", "尹": "yin",
    "干": "gan", "牟": "mu", "俞": "yu", "褚": "chu", "逯": "lu", "佘": "she", "臧": "zang", "隗": "wei",
}  # fmt: skip
"""How a sign is read as a surname, where that is not, or not always, how a dictionary reads it first."""

DOUBLE: Final = {
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "司徒": "si tu", "司空": "si kong",
    "诸葛": "zhu ge", "尉迟": "yu chi", "皇甫": "huang fu", "长孙": "zhang sun", "令狐": "ling hu",
    "宇文": "yu wen", "慕容": "mu rong", "东方": "dong fang", "夏侯": "xia hou", "公孙": "gong sun",
    "轩辕": "xuan yuan", "万俟": "mo qi", "澹台": "tan tai", "南宫": "nan gong", "端木": "duan mu",
    "百里": "bai li", "呼延": "hu yan", "西门": "xi men", "独孤": "du gu", "申屠": "shen tu",
    "淳于": "chun yu", "闻人": "wen ren", "濮阳": "pu yang", "单于": "chan yu", "太史": "tai shi",
}  # fmt: skip
"""Surnames of two signs, with their readings."""


def searched_word(text: str) -> str:
    """What somebody types to look for a name, as it is compared: no blanks, small letters, simplified signs."""
    return simplified(tidy(text).casefold()).replace("ü", "v")


def name_words(name: str) -> frozenset[str]:
    """All that finds a name: 王小明, 王小, 小明, wangxiaoming, xiaoming, wangxiao, wang, wxm and wx find 王小明."""
    signs, surname = _parts(name)
    if not surname:
        return frozenset({signs, *_latin(name)} - {""})
    words = {signs, *_beginnings(signs), *_given(signs[surname:])}
    for spelt in _spellings(signs[:surname], signs[surname:]):
        words.update(_of_pinyin(spelt, surname))
    return frozenset(words)


def few_words(name: str) -> frozenset[str]:
    """A name as a whole only: 王小明 by 王小明, wangxiaoming, wxm."""
    signs, surname = _parts(name)
    spelt = _spellings(signs[:surname], signs[surname:]) if surname else []
    initials = {"".join([each[0] for each in one]) for one in spelt}
    whole = {signs, *map("".join, spelt), *(each for each in initials if len(each) >= _FEWEST)}
    return frozenset(whole - {""})


def _parts(name: str) -> tuple[str, int]:
    """The signs of a name, and how many of them are the surname; none where it is not written in Chinese."""
    signs = searched_word(name)[:LONGEST]
    if not signs or not _is_chinese(signs):
        return signs, 0
    return signs, 2 if len(signs) > _FEWEST and signs[:2] in DOUBLE else 1


def _is_chinese(signs: str) -> bool:
    return "\u3400" <= signs[0] <= "\u9fff" or ord(signs[0]) >= 0x20000


def _latin(name: str) -> Iterator[str]:
    parts = [searched_word(part) for part in name.split()]
    yield from (part for part in parts if len(part) >= _FEWEST)
    yield "".join(part[:1] for part in parts) if len(parts) > 1 else ""


def _beginnings(whole: str) -> list[str]:
    return [whole[:length] for length in range(_FEWEST, len(whole))]


def _given(given: str) -> tuple[str, ...]:
    return (given,) if len(given) >= _FEWEST else ()


def _of_pinyin(spelt: tuple[str, ...], surname: int) -> Iterator[str]:
    yield from accumulate(spelt)
    if len(spelt) - surname >= _FEWEST:
        yield "".join(spelt[surname:])
    initials = "".join([each[0] for each in spelt])
    yield from _beginnings(initials)
    if len(initials) >= _FEWEST:
        yield initials


def _spellings(surname: str, given: str) -> list[tuple[str, ...]]:
    """A few at most: with one reading for each sign, and two where people often type another one."""
    made = [(*first, *rest) for first in _surname_spellings(surname) for rest in product(*map(_spelt, given))]
    return made[:_MOST_READINGS]


@lru_cache(maxsize=1 << 12)
def _surname_spellings(surname: str) -> tuple[tuple[str, ...], ...]:
    """As a surname first, then as a dictionary reads the sign: many people type the wrong one."""
    if surname in DOUBLE:
        return (tuple(DOUBLE[surname].split()),)
    own = [SURNAMES[surname]] if surname in SURNAMES else []
    return tuple((each,) for each in dict.fromkeys([*own, *_spelt(surname)]))


@lru_cache(maxsize=1 << 14)
def _spelt(sign: str) -> tuple[str, ...]:
    """How a sign is read, without its tone; itself where nobody knows. ``lv`` is typed ``lu`` too."""
    from pypinyin.pinyin_dict import pinyin_dict  # loads its tables, so only when a name is to be spelt

    reading = _without_tone(pinyin_dict.get(ord(sign), sign).split(",")[0])
    return tuple(dict.fromkeys((reading, reading.replace("v", "u"))))


def _without_tone(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
