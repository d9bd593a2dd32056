"""Many at the same moment: every answer is kept, none twice, nobody is turned away."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Final

from support.office import BEGIN, COUNTY, TOWNSHIP, TOWNSHIP_DESK, ZHOU, open_case, open_office, pair, village
from support.programmes import LINYI
from support.site import Visitor, count_of, heading_of, visiting

from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.store.engine import writing
from domain.store.people import Identity, NewPerson, add_people
from domain.store.store import Store
from domain.store.writing import Carried, carry_out

CROWD: Final = 100


def children_to_review(store: Store) -> list[CaseId]:
    """So many cases that each wait for one answer."""
    people = [PersonId(f"p{1000 + number:09d}") for number in range(CROWD)]
    cases = [CaseId(f"{COUNTY}-{1000 + number:05d}") for number in range(CROWD)]
    with writing(store.engine) as connection:
        who = Identity(name="某")
        add_people(connection, store.seal, [NewPerson(each, "child", village(TOWNSHIP), who, ()) for each in people])
    commands = [
        c.OpenCase(
            case=case, programme=LINYI, subject=child, unit=village(TOWNSHIP), county=COUNTY, kind="orphan",
            sex="female", born=date(2015, 3, 10), admit=False,
        )
        for case, child in zip(cases, people, strict=True)
    ]  # fmt: skip
    assert all(isinstance(outcome, Carried) for outcome in carry_out(store, commands, BEGIN))
    return cases


def at_once(visitor: Visitor, links: list[str], given: dict[str, str]) -> Counter[tuple[int, str]]:
    """Post to every link at the same moment; how often which page came back."""
    with ThreadPoolExecutor(len(links)) as crowd:
        pages = list(crowd.map(lambda link: visitor.post(link, given), links))
    return Counter((page.status_code, heading_of(page)) for page in pages)


def test_a_hundred_answers_at_the_same_moment_are_all_kept(database_url: str) -> None:
    store = open_office(database_url)
    cases = children_to_review(store)
    with visiting(store, BEGIN) as visitor:
        links = [visitor.link_to(TOWNSHIP_DESK, case, 1) for case in cases]
        assert at_once(visitor, links, {"eligible": "yes"}) == {(200, "已收到，谢谢您！"): CROWD}
    assert count_of(store, "duty-met") == CROWD
    assert count_of(store, "case-admitted") == CROWD


def test_one_button_pressed_by_many_thumbs_at_once_answers_once(database_url: str) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    met = count_of(store, "duty-met")
    with visiting(store, BEGIN) as visitor:
        link = visitor.link(ZHOU, CaseId("371302-00001"), "first_visit")
        pages = at_once(visitor, [link] * 20, {"needs_help": "no"})
    assert pages == {(200, "已收到，谢谢您！"): 1, (409, "已收到，谢谢您！"): 19}
    assert count_of(store, "duty-met") == met + 1
