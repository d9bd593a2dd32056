"""How offices spell a division: what to take away before two spellings are compared."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_PEOPLES: Final = (
    "维吾尔|柯尔克孜|达斡尔|哈萨克|乌孜别克|塔吉克|鄂温克|鄂伦春|俄罗斯|塔塔尔|土家|蒙古|布依|朝鲜|哈尼|傈僳|"
    "仡佬|东乡|高山|拉祜|纳西|仫佬|锡伯|景颇|毛南|撒拉|布朗|阿昌|普米|基诺|德昂|保安|裕固|门巴|独龙|赫哲|珞巴|"
    "壮|满|回|苗|彝|藏|侗|瑶|白|黎|傣|畲|水|佤|羌|土|怒|京"
)
_NOISE: Final = re.compile(r"[\W_]+")
_GOVERNMENT: Final = re.compile(r"(人民政府|政府|党工委|党委|管理委员会|管委会)$")
_STREET_OFFICE: Final = re.compile(r"(街道办事处|街道办|街办)$")
_TOWNSHIP_ENDING: Final = re.compile(r"(街道|办事处|地区|民族乡|民族苏木|苏木|镇|乡)$")
_COUNTY_ENDING: Final = re.compile(r"(特别行政区|自治[区州县旗]|林区|矿区|新区|地区|盟|省|市|区|县|旗)$")
_OF_PEOPLES: Final = re.compile(rf"(?:(?:{_PEOPLES})族|维吾尔|哈萨克|蒙古|柯尔克孜|塔吉克)+$")
_HIGH_TECH: Final = re.compile(r"(高新技术产业|高新技术|高技术产业|高新产业|高新|高开)(开发区|产业园区|示范区|区)?$")
_ECONOMIC: Final = re.compile(r"(经济技术开发区|经济开发区|经济技术|经开区|经开)$")
_ZONE: Final = re.compile(r"高新|经开|临港|(开发|新|示范|园|管理|度假|工业|保税|产业|实验|试验|合作|风景)区")

# What is left of a name when its stem is taken for another division: 兰陵镇 is not 兰陵(县) and 镇.
BARE_ENDINGS: Final = frozenset(
    {
        "镇",
        "乡",
        "街道",
        "街道办",
        "街道办事处",
        "办事处",
        "街办",
        "苏木",
        "地区",
        "镇政府",
        "镇人民政府",
        "乡政府",
        "乡人民政府",
    }
)


def tidy(text: str) -> str:
    """Full-width signs made plain, blanks and punctuation taken out."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def township_spelling(text: str) -> str:
    """A township as the tables name it: 街道办事处 is 街道, the word for its government goes."""
    return _STREET_OFFICE.sub("街道", _GOVERNMENT.sub("", text))


def township_stem(text: str) -> str:
    """A township without its kind: 银雀山 for 银雀山街道, 新庄 for 新庄回族乡."""
    return _stem(township_spelling(text), _TOWNSHIP_ENDING)


def division_stem(text: str) -> str:
    """A county or higher without its kind: 兰山 for 兰山区, 大理 for 大理白族自治州."""
    return _stem(_GOVERNMENT.sub("", text), _COUNTY_ENDING)


def division_short_names(text: str) -> set[str]:
    """What a county or higher is called for short: its stem, and 宁蒗县 for 宁蒗彝族自治县."""
    stem = division_stem(text)
    return {stem, stem + text[-1]} if "自治" in text else {stem}


def zone_spelling(text: str) -> str:
    """A development zone in short: 高新区 and 高新技术产业开发区 are one, so are 经开区 and 经济技术开发区."""
    return _ECONOMIC.sub("经开", _HIGH_TECH.sub("高新", _GOVERNMENT.sub("", text)))


def sounds_like_zone(text: str) -> bool:
    """Whether this is a development zone's name; most have no townships of their own in the tables."""
    return _ZONE.search(text) is not None or "管委会" in text


def simplified(text: str) -> str:
    """Traditional characters made simplified sign by sign, only for comparing."""
    return text if text.isascii() else "".join(map(_simplified_sign, text))


@lru_cache(maxsize=1 << 15)
def _simplified_sign(sign: str) -> str:
    return _converter()(sign)


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # loads its tables, so only when a spelling did not match as it stands

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _stem(text: str, ending: re.Pattern[str]) -> str:
    bare = ending.sub("", text)
    named_for_peoples = _OF_PEOPLES.sub("", bare) if bare != text else bare
    return next((stem for stem in (named_for_peoples, bare) if len(stem) > 1), text)
