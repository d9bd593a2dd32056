"""The small office with the programme about more than children; sheets as it would send them in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from samples.sheets import a_child, an_id, csv_bytes
from sqlalchemy import select
from support.bodies_programme import BODIES, bodies_programme
from support.office import BEGIN, open_office

from domain.case import Case
from domain.ids import CaseId
from domain.rules.sheet_rules import body_rules, survey_rules
from domain.sheets.bodies import read_bodies
from domain.sheets.survey import read_survey
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading, writing
from domain.store.journal import snapshot_of
from domain.store.offices import next_number
from domain.store.registry import Imported, Seen
from domain.store.registry_bodies import BODY, import_bodies
from domain.store.registry_survey import import_survey
from domain.store.store import Store

CARD: Final = "6222021001116245702"
OTHER_CARD: Final = "6228480402564890018"
PASSBOOK: Final = "910113000200011234567"
TOWNSHIP_NAME, SECOND_NAME = "兰山街道", "银雀山街道"

UNITS: Final[Sequence[Sequence[object]]] = (
    ["兰山区帮扶单位和项目一览表"],
    ["序号", "名称", "类别", "县区", "乡镇(街道)", "村(社区)", "联系人", "联系电话", "成员"],
    [1, "银雀山小学", "学校", "兰山区", SECOND_NAME, "西村", "李明", "13805390011", "张一、李二"],
    [2, "银雀山街道关工委", None, "兰山区", SECOND_NAME, None, "王华", "13805390012", None],
    [3, "鲁南食品有限公司", "共建单位", "市直", None, None, "赵总", "13805390013", None],
    [4, "王大山", "低保户", "兰山区", SECOND_NAME, "西村", None, None, None],
    [5, "西村日间照料中心", None, "兰山区", SECOND_NAME, "西村", "钱主任", "13805390014", None],
    [6, "无名单位", "饭店", "兰山区", SECOND_NAME, None, None, None, None],
)


def open_bodies(url: str) -> Store:
    """The small office in an empty database, under that programme; the ids of its people are taken."""
    store = replace(open_office(url), programmes={BODIES: bodies_programme()})
    with writing(store.engine) as connection:
        next_number(connection, "person", 1_000)
    return store


def people() -> list[dict[str, object]]:
    """Two sisters with their grandfather's account, a neighbour's child, and an elder with her own passbook."""
    home = {"县区": "兰山区", "乡镇(街道)": SECOND_NAME, "村(社区)": "西村"}
    girl = a_child(困境类别="孤儿", 监护人银行账号=CARD, 开户行="农商行", **home)
    sister = a_child(姓名="王小雪", 出生日期=date(2016, 1, 2), 困境类别="孤儿", **home)
    neighbour = a_child(
        姓名="李小花", 身份证号码=an_id(date(2014, 4, 2), "女", 7), 困境类别="孤儿", 监护人姓名="李建军",
        监护人电话="13805390009", 监护人银行账号=OTHER_CARD, **home,
    )  # fmt: skip
    elder = {
        **home, "姓名": "赵德芳", "性别": "女", "出生日期": date(1948, 5, 6), "困境类别": "独居老人",
        "身份证号码": an_id(date(1948, 5, 6), "女"), "监护人电话": "13805390008", "监护人银行账号": PASSBOOK,
    }  # fmt: skip
    return [girl, sister, neighbour, elder]


def survey_in(store: Store, folder: Path) -> list[CaseId]:
    """The survey taken in: the cases of the two sisters, the neighbour's child and the elder."""
    rows = people()
    headings = list(dict.fromkeys(key for row in rows for key in row))
    cells: list[Sequence[object]] = [headings, *[[row.get(heading) for heading in headings] for row in rows]]
    path = folder / "survey.csv"
    path.write_bytes(csv_bytes(cells))
    programme = store.programmes[BODIES]
    with reading(store.engine) as connection:
        seen = Seen(connection, store, "child")
    report = read_survey(path, survey_rules(programme, BEGIN.date()), seen)
    return [case for _, case in import_survey(store, programme, report, BEGIN).cases]


def units_in(store: Store, folder: Path) -> Imported:
    """The sheet of units taken in."""
    path = folder / "units.csv"
    path.write_bytes(csv_bytes(UNITS))
    programme = store.programmes[BODIES]
    with reading(store.engine) as connection:
        seen = Seen(connection, store, BODY)
    return import_bodies(store, programme, read_bodies(path, body_rules(programme, BEGIN.date()), seen), BEGIN)


def state(store: Store, case: CaseId) -> Case:
    """A case as it stands."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return found


def of_kind(store: Store, kind: str) -> CaseId:
    """The first case of a kind."""
    with reading(store.engine) as connection:
        cases = [CaseId(each) for each in connection.scalars(select(t.snapshot.c.case).order_by(t.snapshot.c.case))]
    return next(case for case in cases if state(store, case).kind == kind)


def whole_dump(store: Store) -> Iterator[tuple[str, str]]:
    """Every value of every table: where it stands, and what it says; sealed bytes as they lie there."""
    with reading(store.engine) as connection:
        for table in t.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for column, value in row._mapping.items():
                    text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    yield f"{table.name}.{column}", text


def found_in(store: Store, *secrets: str) -> set[str]:
    """Where in the database one of these stands readable."""
    return {place for place, text in whole_dump(store) if any(secret in text for secret in secrets)}


def assert_clean(store: Store, now: Any) -> None:
    """No promise is broken."""
    report = audit_report(store, now)
    assert report.clean, report.breaches[:5]
