"""Names, villages, sexes and lists as offices write them."""

import re
from typing import Final, Literal

from domain.places.spelling import simplified
from domain.sheets.grid import plain, solid

Sex = Literal["female", "male"]

_SEXES: Final[dict[str, Sex]] = {
    **dict.fromkeys(("女", "女性", "女孩", "女童", "女生", "f", "female", "女士", "2"), "female"),
    **dict.fromkeys(("男", "男性", "男孩", "男童", "男生", "m", "male", "先生", "1"), "male"),
}
_HAN: Final = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_BLANK_IN_HAN: Final = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_MIDDLE_DOTS: Final = re.compile(r"[•‧∙・･．.·⋅]")
_NAME: Final = re.compile(rf"[{_HAN}](?:·?[{_HAN}])+|[A-Za-z][A-Za-z' \-]+")
_COMMITTEE: Final = re.compile(r"(村民委员会|村委会|村委|居民委员会|居委会|居委|社区党群服务中心)$")
_NOTHING: Final = frozenset({"", "无", "暂无", "没有", "-", "--", "/", "\\", "—", "——", "不详", "空"})
_SAME_AS_ABOVE: Final = frozenset({"同上", "〃", "″", '"', "''", "”", "“", "同前"})
_LIST_SIGNS: Final = re.compile(r"[、,，;；/|\s]+")
_LONGEST: Final = 500
_LONGEST_DITTO: Final = 6


def read_sex(text: str) -> Sex | None:
    """The sex a cell names."""
    return _SEXES.get(solid(text).lower())


def tidy_name(text: str) -> str:
    """A person's name without blanks between Chinese characters, with one kind of middle dot."""
    return _MIDDLE_DOTS.sub("·", _BLANK_IN_HAN.sub("", plain(text))).strip("·")[:_LONGEST]


def looks_like_name(name: str) -> bool:
    """Whether this can be somebody's name; a question mark stands where a rare character was lost."""
    return _NAME.fullmatch(name) is not None


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, traditional and simplified characters alike."""
    return one == other or simplified(one) == simplified(other)


def tidy_village(text: str, township: str) -> str:
    """A village without its committee and without the township in front: 三合屯社区, 高桥村; may be empty."""
    name = solid(text)[:_LONGEST]
    if name in _NOTHING:
        return ""
    before = name.find(township)
    name = name[before + len(township) :] if before >= 0 else name
    bare = _COMMITTEE.sub("", name)
    if bare == name or not bare:
        return name
    if bare.endswith(("村", "社区", "居")):
        return bare
    return bare + ("村" if name[len(bare)] == "村" else "社区")


def tidy_text(text: str) -> str:
    """Free words with plain blanks; nothing where somebody wrote 无 or a dash."""
    tidied = plain(text)[:_LONGEST]
    return "" if tidied in _NOTHING else tidied


def same_as_above(text: str) -> bool:
    """Whether a cell only points at the one above it."""
    return len(text) <= _LONGEST_DITTO and solid(text) in _SAME_AS_ABOVE


def listed(text: str) -> tuple[str, ...]:
    """The entries of a list in one cell, each once."""
    entries = (entry for entry in _LIST_SIGNS.split(tidy_text(text)) if entry not in _NOTHING)
    return tuple(dict.fromkeys(entries))
