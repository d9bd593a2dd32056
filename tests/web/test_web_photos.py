"""Pictures of a visit: made small, without where they were taken, sealed with the answer or not kept at all."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select
from support.office import BEGIN, TOWNSHIP_DESK, ZHOU, days, open_case, open_office, pair
from support.pictures import SECRET, heic, jpeg, png
from support.seen import facts_of
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain import facts as f
from domain.ids import CaseId, DutyId
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.people import erase
from domain.store.photos import photos_of, read_photo
from web.photos import LONGEST_SIDE, NoPhoto, photo_of
from web.posted_files import MOST_BYTES_OF_A_FILE, Room

CASE: Final = CaseId("371302-00001")
GOOD: Final = {"needs_help": "no", "hours": "2", "supports": "heart"}


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """It is the time of Zhou's home visit."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(80)) as someone:
        yield someone


def sent(visitor: Visitor, *pictures: bytes, **changes: str) -> httpx.Response:
    """The report of the visit with pictures."""
    files = [("photo", (f"IMG_{number}.jpg", picture, "image/jpeg")) for number, picture in enumerate(pictures)]
    return visitor.post(visitor.link(ZHOU, CASE, "home_visit"), GOOD | changes, files=files)


def kept(visitor: Visitor) -> list[bytes]:
    """The pictures kept, opened."""
    with writing(visitor.store.engine) as connection:
        duties = connection.scalars(select(t.photo.c.duty).distinct()).all()
        found = [photo for duty in duties for photo in photos_of(connection, visitor.store, DutyId(duty))]
        return [
            read_photo(connection, visitor.store, each.id, by=TOWNSHIP_DESK, purpose="look", now=BEGIN) or b""
            for each in found
        ]


def test_pictures_come_with_the_answer_small_upright_and_without_their_place(visitor: Visitor) -> None:
    assert heading_of(sent(visitor, jpeg(turned=6), png())) == "已收到，谢谢您！"
    first, second = (Image.open(BytesIO(each)) for each in kept(visitor))
    assert first.size == (1200, LONGEST_SIDE)
    top: Any = first.getpixel((600, 100))
    assert top[0] > 200 > 60 > top[2]
    assert second.size == (300, 200)
    for each in (first, second):
        assert dict(each.getexif()) == {}
        assert set(each.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progression"}


def test_nothing_of_a_picture_lies_in_clear_in_the_database(visitor: Visitor) -> None:
    sent(visitor, jpeg())
    (picture,) = kept(visitor)
    with reading(visitor.store.engine) as connection:
        row = connection.execute(select(t.photo)).one()
    assert (row.by, row.person) == (ZHOU, "p000000101")
    assert SECRET.encode() not in picture
    for part in (SECRET.encode(), b"JFIF", picture[:64], picture[-64:]):
        assert part not in row.sealed


def test_each_look_at_a_picture_is_written_down(visitor: Visitor) -> None:
    sent(visitor, jpeg())
    kept(visitor)
    with reading(visitor.store.engine) as connection:
        row = connection.execute(select(t.record_read)).one()
    assert (row.person, row.by, row.purpose) == ("p000000101", TOWNSHIP_DESK, "look")


def test_after_a_child_is_erased_nobody_can_open_its_pictures(visitor: Visitor) -> None:
    sent(visitor, jpeg())
    with writing(visitor.store.engine) as connection:
        number = connection.execute(select(t.photo.c.id)).scalar_one()
        duty = DutyId(connection.execute(select(t.photo.c.duty)).scalar_one())
        erase(connection, "p000000101")  # type: ignore[arg-type]
        assert photos_of(connection, visitor.store, duty) == []
        look = read_photo(connection, visitor.store, number, by=TOWNSHIP_DESK, purpose="look", now=BEGIN)
        assert look is None
        assert connection.execute(select(func.count()).select_from(t.photo)).scalar_one() == 0


def test_the_same_picture_twice_is_kept_once(visitor: Visitor) -> None:
    sent(visitor, jpeg(), jpeg())
    assert len(kept(visitor)) == 1


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (heic(), "HEIC"),
        (b"\xff\xd8\xff garbage", "打不开"),
        (jpeg()[:3000], "打不开"),
        (png(size=(6000, 6000)), "太大了"),
    ],
    ids=["heic", "no picture", "broken off", "too many pixels"],
)
def test_a_picture_that_cannot_be_opened_is_named_and_nothing_typed_is_lost(
    visitor: Visitor, picture: bytes, says: str
) -> None:
    before = everything(visitor.store)
    page = sent(visitor, jpeg(), picture, note="一起做了作业")
    assert page.status_code == 422
    assert "第 2 张照片" in words_of(page)
    assert says in words_of(page)
    assert 'value="2"' in page.text
    assert "一起做了作业" in page.text
    assert everything(visitor.store) == before


def test_another_mistake_says_that_pictures_must_be_chosen_again(visitor: Visitor) -> None:
    page = sent(visitor, jpeg(), hours="many")
    assert page.status_code == 422
    assert "照片要请您再选一次" in words_of(page)
    assert kept(visitor) == []


def test_a_second_answer_brings_no_more_pictures(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "home_visit")
    files = [("photo", ("a.jpg", jpeg(), "image/jpeg"))]
    visitor.post(link, GOOD, files=files)
    again = visitor.post(link, GOOD, files=[("photo", ("b.jpg", jpeg(800, 600), "image/jpeg"))])
    assert (again.status_code, again.headers["shouwang-answer"]) == (409, "done")
    assert len(kept(visitor)) == 1


def test_the_form_works_without_any_picture(visitor: Visitor) -> None:
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in GOOD.items())
    empty = '--x\r\nContent-Disposition: form-data; name="photo"; filename=""\r\n\r\n\r\n' * 3
    page = visitor.client.post(
        visitor.link(ZHOU, CASE, "home_visit"), content=f"{parts}{empty}--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    assert heading_of(page) == "已收到，谢谢您！"
    met = [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.DutyMet)][-1]
    assert met.answers["hours"] == 2


def test_a_desk_is_asked_for_no_pictures(visitor: Visitor) -> None:
    other = open_case(visitor.store, 2, admit=False)
    page = visitor.get(visitor.link_to(TOWNSHIP_DESK, other, 1))
    assert 'type="file"' not in page.text
    done = visitor.post(visitor.link_to(TOWNSHIP_DESK, other, 1), {"eligible": "yes"}, files=[("photo", ("a", jpeg()))])
    assert heading_of(done) == "已收到，谢谢您！"
    assert kept(visitor) == []


def test_four_pictures_or_one_of_thirteen_megabytes_are_too_many(visitor: Visitor) -> None:
    before = everything(visitor.store)
    assert sent(visitor, *[jpeg(100 + number, 100) for number in range(4)]).status_code == 413
    assert sent(visitor, b"\xff\xd8" + b"x" * MOST_BYTES_OF_A_FILE).status_code == 413
    assert everything(visitor.store) == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"), ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nbroken off'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: x; name="a"\r\n\r\n\xff\r\n--x--\r\n'),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 50 + b"\r\n1\r\n--x--\r\n"),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x--"),
    ],
)  # fmt: skip
def test_a_broken_form_is_refused_politely(visitor: Visitor, kind: str, body: bytes) -> None:
    before = everything(visitor.store)
    page = visitor.client.post(
        visitor.link(ZHOU, CASE, "home_visit"), content=body, headers={"Content-Type": kind}
    )  # fmt: skip
    assert (page.status_code, heading_of(page)) == (400, "没有看懂这次提交")
    assert everything(visitor.store) == before


def test_where_too_many_pictures_are_under_way_one_is_asked_to_come_again(visitor: Visitor) -> None:
    object.__setattr__(visitor.site, "room", Room(1000))
    page = sent(visitor, jpeg())
    assert (page.status_code, page.headers["retry-after"], page.headers["shouwang-answer"]) == (503, "20", "later")
    object.__setattr__(visitor.site, "room", Room())
    assert sent(visitor, jpeg()).status_code == 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_become_plain_ones(mode: str) -> None:
    made = photo_of(png(mode))
    assert isinstance(made, bytes)
    with Image.open(BytesIO(made)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")


def test_no_temporary_file_is_written_while_a_picture_comes_in(
    visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a picture in clear on a disk")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert sent(visitor, jpeg(3000, 3000)).status_code == 200


def test_what_is_no_picture_is_told_apart() -> None:
    assert photo_of(heic()) is NoPhoto.HEIC
    assert photo_of(b"") is NoPhoto.BROKEN
    assert photo_of(png(size=(5000, 5000))) is NoPhoto.TOO_LARGE
    assert re.match(rb"\xff\xd8", photo_of(jpeg(9000, 8000)))  # type: ignore[arg-type]
