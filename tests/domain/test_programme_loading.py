"""Which programmes there are: the shipped ones and an office's own; a broken file never starts."""

import re
from pathlib import Path

import pytest
from support.programmes import FILE, LINYI

from domain.programme.read import ProgrammeBroken, load_programmes, shipped_programmes

TEXT = FILE.read_text(encoding="utf-8")


def test_the_shipped_programmes_are_found_by_name_and_version() -> None:
    assert LINYI in shipped_programmes()
    assert shipped_programmes()[LINYI].name == LINYI


def test_an_office_adds_its_own_version_beside_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(TEXT.replace("version: 1\n", "version: 9\n"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a programme", encoding="utf-8")
    assert load_programmes(tmp_path).keys() - shipped_programmes().keys() == {"linyi-1204@9"}


def test_a_folder_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert load_programmes(tmp_path / "absent").keys() == shipped_programmes().keys()


def test_a_copy_of_the_shipped_file_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "copy.yaml").write_text("# our copy\n" + TEXT, encoding="utf-8")
    assert LINYI in load_programmes(tmp_path)


def test_another_content_under_the_same_name_and_version_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(TEXT.replace("value: 15 working days", "value: 20 working days"), "utf-8")
    with pytest.raises(ProgrammeBroken) as caught:
        load_programmes(tmp_path)
    (mistake,) = caught.value.mistakes
    assert (mistake.problem, mistake.key, mistake.line) == ("same-version", "version", 5)
    assert mistake.write_instead() == "version: 2"


def test_a_broken_file_never_starts_and_every_mistake_of_every_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT.replace("version: 1", "version: 0"), encoding="utf-8")
    (tmp_path / "b.yml").write_text(TEXT.replace("subject: child", "subject: kid"), encoding="utf-8")
    (tmp_path / "c.yaml").mkdir()
    with pytest.raises(ProgrammeBroken) as caught:
        load_programmes(tmp_path)
    told = [(Path(each.file).name, each.problem) for each in caught.value.mistakes]
    assert told == [("a.yaml", "number-too-small"), ("b.yml", "one-of"), ("c.yaml", "no-file")]
    assert re.search(r"b\.yml:7:10? subject: subject cannot be kid", str(caught.value))
