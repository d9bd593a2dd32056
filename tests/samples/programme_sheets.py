"""Small sheets as the offices of Yunnan and Zixi would fill them in; every name in them is made up."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from samples.sheets import Rows, an_id, workbook

YUNNAN_SURVEY: Final = (
    *("姓名", "性别", "身份证号码", "出生日期", "县区", "乡镇(街道)", "村(社区)", "类别"),
    *("监护人姓名", "与儿童关系", "监护人电话", "监护人银行账号"),
)  # fmt: skip
ZIXI_SURVEY: Final = YUNNAN_SURVEY[:-1]
ROSTER: Final = ("姓名", "性别", "身份证号码", "人员类别", "县区", "乡镇(街道)", "联系电话", "可帮扶人数")


def yunnan_survey(path: Path) -> Path:
    """Seven rows: three children and two elders who come in, a girl too old and a man too young."""
    people = (
        _row("杨小禾", "女", date(2014, 4, 2), "530621", 类别="留守儿童", 监护人银行账号="6228480860012345671"),
        _row("李小岩", "男", date(2012, 9, 1), "530621", 2, 类别="父母双方外出务工"),
        _row("马小松", "男", date(2013, 1, 31), "530621", 3, 类别="困境儿童"),
        _row("赵大梅", "女", date(2008, 5, 5), "530621", 4, 类别="留守儿童"),
        _row("陈守望", "男", date(1946, 3, 8), "530621", 5, 类别="空巢老人"),
        _row("周守田", "女", date(1950, 7, 7), "530621", 6, 类别="留守老人"),
        _row("孙来早", "男", date(1975, 6, 6), "530621", 7, 类别="留守老人"),
    )
    return workbook(path, _table(YUNNAN_SURVEY, people))


def zixi_survey(path: Path) -> Path:
    """Three rows: two pupils who come in, and one of another county."""
    people = (
        _row("胡小溪", "女", date(2014, 4, 2), "361028", 类别="帮扶学生"),
        _row("徐小峰", "男", date(2013, 9, 1), "361028", 2, 类别="困难学生"),
        _row(
            "唐小远", "男", date(2013, 2, 1), "361028", 3, 类别="帮扶学生", **{"县区": "南城县", "乡镇(街道)": "建昌镇"}
        ),
    )
    return workbook(path, _table(ZIXI_SURVEY, people))


def yunnan_roster(path: Path) -> Path:
    """The six around a child, a woman cadre, a principal and a young entrepreneur for several children."""
    kinds = (
        "县级干部", "乡镇干部", "村干部", "教师", "委托监护人", "友好邻居", "村妇女干部", "校长", "青年企业家"
    )  # fmt: skip
    return workbook(path, _table(ROSTER, [_helper(number, kind, "530621") for number, kind in enumerate(kinds, 1)]))


def zixi_roster(path: Path) -> Path:
    """Three retired elders and a cadre, three of them with the handbook."""
    headings = (*ROSTER, "帮扶手册")
    people = [
        _helper(number, kind, "361028") for number, kind in enumerate(("五老", "老干部", "退休教师", "机关干部"), 1)
    ]
    for person in people[:3]:
        person["帮扶手册"] = date(2025, 1, 2)
    return workbook(path, _table(headings, people))


def yunnan_units(path: Path) -> Path:
    """A school and a roll-out site, and a bookshop that is neither."""
    headings = ("名称", "类别", "县区", "乡镇(街道)", "联系人", "联系电话")
    units = (
        ("龙头山镇中心小学", "学校", "鲁甸县", "龙头山镇", "李校长", "13905390101"),
        ("鲁甸县儿童之家", "推广点", "鲁甸县", "文屏街道", "王主任", "13905390102"),
        ("光明书店", "书店", "鲁甸县", "龙头山镇", "张店长", "13905390103"),
    )
    return workbook(path, [headings, *units])


def zixi_units(path: Path) -> Path:
    """Committees of a village, a school, an association and a company."""
    headings = ("名称", "类别", "县区", "乡镇(街道)", "联系人", "联系电话")
    units = (
        ("沙苑村关工委", "村关工委", "资溪县", "鹤城镇", "胡主任", "13905390201"),
        ("鹤城小学关工委", "学校关工委", "资溪县", "鹤城镇", "徐主任", "13905390202"),
        ("面包行业协会关工委", "协会关工委", "资溪县", "鹤城镇", "唐主任", "13905390203"),
        ("大觉山公司关工委", "企业关工委", "资溪县", "嵩市镇", "吴主任", "13905390204"),
    )
    return workbook(path, [headings, *units])


def yunnan_desks(path: Path) -> Path:
    """Somebody at each of the five levels."""
    desks = (("云南省", ""), ("5306", ""), ("鲁甸县", ""), ("龙头山镇", ""), ("龙头山镇", "光明村"))
    return workbook(path, [("姓名", "手机", "单位", "村(社区)"), *[
        (f"{'张王李赵刘'[number]}值守", f"1370539{number:04d}", *desk) for number, desk in enumerate(desks)
    ]])  # fmt: skip


def zixi_desks(path: Path) -> Path:
    """Somebody for the county, a township and two of its committees."""
    desks = ("资溪县", "鹤城镇", "沙苑村关工委", "鹤城小学关工委")
    return workbook(path, [("姓名", "手机", "单位"), *[
        (f"{'胡徐唐吴'[number]}值守", f"1370539{number + 10:04d}", desk) for number, desk in enumerate(desks)
    ]])  # fmt: skip


_HOMES: Final[Mapping[str, Mapping[str, str]]] = {
    "530621": {"县区": "鲁甸县", "乡镇(街道)": "龙头山镇", "村(社区)": "光明村"},
    "361028": {"县区": "资溪县", "乡镇(街道)": "鹤城镇", "村(社区)": "沙苑村"},
}


def _row(name: str, sex: str, born: date, county: str, number: int = 1, **more: object) -> dict[str, object]:
    return {
        "姓名": name, "性别": sex, "身份证号码": an_id(born, sex, number, county), "出生日期": born, **_HOMES[county],
        "监护人姓名": f"{name[0]}守家", "与儿童关系": "祖父", "监护人电话": f"1380539{number:04d}", **more,
    }  # fmt: skip


def _helper(number: int, kind: str, county: str) -> dict[str, object]:
    born, name = date(1962, 3, number), f"{'张王李赵刘陈杨黄吴'[number - 1]}可靠"
    return {
        "姓名": name, "性别": "女", "身份证号码": an_id(born, "女", number, county), "人员类别": kind, **_HOMES[county],
        "联系电话": f"1390539{number:04d}", "可帮扶人数": 5,
    }  # fmt: skip


def _table(headings: tuple[str, ...], people: tuple[dict[str, object], ...] | list[dict[str, object]]) -> Rows:
    return [list(headings), *[[person.get(heading) for heading in headings] for person in people]]
