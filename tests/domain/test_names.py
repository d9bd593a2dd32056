"""Names that can be looked for: which words find one, and that an older install is brought up to it step by step."""

import pytest
from sqlalchemy import delete, func, select
from support.office import ZHOU, open_case, open_office

from domain.ids import PersonId
from domain.rules.name_words import few_words, name_words, searched_word
from domain.store import naming
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.naming import make_findable
from domain.store.people import Identity, change_identity
from domain.store.store import Store


@pytest.mark.parametrize(
    ("name", "word"),
    [("单雄信", "shanxiongxin"), ("仇英", "qy"), ("解小龙", "xiexiaolong"), ("曾庆", "zengqing"), ("曾庆", "cengqing"),
     ("吕布", "lvbu"), ("吕布", "lubu"), ("欧阳娜娜", "ouyang"), ("欧阳娜娜", "娜娜"), ("葉倩文", "叶倩"),
     ("长孙无忌", "zhangsunwuji"),
     ("阿依古丽·买买提", "阿依古丽买买提"), ("John Smith", "smith")],
)  # fmt: skip
def test_a_name_is_found_by(name: str, word: str) -> None:
    assert word in name_words(name)


def test_what_is_typed_may_be_written_in_any_way() -> None:
    assert searched_word(" Wang  XiaoMing ") == "wangxiaoming"
    assert searched_word("葉倩文") == "叶倩文"
    assert searched_word("ＷＸＭ") == "wxm"
    assert searched_word("···") == ""


def test_no_single_sign_finds_anybody_who_has_more() -> None:
    assert not [word for word in name_words("王小明") | few_words("王小明") if len(word) < 2]
    assert name_words("") == frozenset()


def tokens(store: Store) -> int:
    """How many words are kept."""
    with reading(store.engine) as connection:
        return connection.scalar(select(func.count()).select_from(t.name_token)) or 0


def test_an_older_install_becomes_findable_in_steps_and_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    store = open_office(database_url)
    for number in range(1, 6):
        open_case(store, number)
    with writing(store.engine) as connection:
        change_identity(connection, store.seal, ZHOU, Identity(name="周桂兰"))
    before = tokens(store)
    with writing(store.engine) as connection:
        connection.execute(delete(t.name_token))
    monkeypatch.setattr(naming, "AT_A_TIME", 4)
    assert make_findable(store, most=4) == 4
    assert 0 <= tokens(store) < before
    while make_findable(store, most=4):
        pass
    assert tokens(store) == before
    with writing(store.engine) as connection:
        connection.execute(delete(t.name_token).where(t.name_token.c.person == PersonId(ZHOU)))
    assert make_findable(store) == 0
