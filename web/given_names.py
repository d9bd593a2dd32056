"""The part of a name that people who know each other use."""

from typing import Final

FAMILY_NAMES_OF_TWO: Final = frozenset({
    "欧阳", "上官", "司马", "东方", "南宫", "夏侯", "诸葛", "尉迟", "公孙", "慕容", "长孙", "宇文",
    "司徒", "司空", "皇甫", "轩辕", "令狐", "呼延", "端木", "西门", "东郭", "闻人", "钟离", "淳于",
    "赫连", "澹台", "独孤", "拓跋", "公冶", "申屠", "太史", "濮阳", "万俟", "百里", "第五", "鲜于",
    "闾丘", "左丘",
})  # fmt: skip
_DOTS: Final = "·•‧・．."
_CHINESE: Final = range(0x3400, 0xA000)


def given_name(name: str) -> str:
    """A Chinese name without the family name; of others the first part. A name of one sign stays as it is."""
    whole = name.strip()
    for dot in _DOTS:
        if dot in whole.strip(dot):
            return whole.partition(dot)[0].strip()
    if not whole or ord(whole[0]) not in _CHINESE:
        return whole.partition(" ")[0]
    family = 2 if len(whole) > 2 and whole[:2] in FAMILY_NAMES_OF_TWO else 1
    return whole[family:] or whole
