"""An office of people with marked names on a running ``shouwang up``."""

import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pytest
from support.running import SECONDS_TO_START, Running, until

from deployments.cli import run
from deployments.demo.numbers import IdNumbers
from deployments.supervisor.place import noted
from notifiers.channels.spool import Spooled, listing

COUNTY: Final = "371302"
TOWNSHIP: Final = "371302001"
CITY: Final = "3713"
_PLACE: Final = ("兰山区", "兰山街道")
_SURVEY: Final = (
    "序号,姓名,性别,身份证号码,县区,乡镇(街道),村(社区),困境类别,监护人姓名,与儿童关系,监护人电话,就读学校,年级,备注"
)
_ROSTER: Final = (
    "序号,姓名,性别,身份证号码,类别,联系电话,电子邮箱,县区,乡镇(街道),可帮扶人数,承诺书日期,保密协议日期,培训日期"
)
_DESKS: Final = "姓名,职务,单位(区划代码),联系电话,电子邮箱"
_SIGNS: Final = "甲乙丙丁戊己庚辛壬癸"
_TOLD_AT_MOST: Final = 1_000
_PAGE: Final = 200


@dataclass
class Marks:
    """Everything personal that was ever given to the install; each of it can be found again."""

    all: list[str] = field(default_factory=list)
    ids: IdNumbers = field(default_factory=lambda: IdNumbers("3713"))

    def mark(self, text: str) -> str:
        """Remember it."""
        self.all.append(text)
        return text

    def name(self, group: str, number: int) -> str:
        """A name nobody bears: 麤鱻甲."""
        return self.mark(f"{group}{_SIGNS[number]}")

    def phone(self, start: str, number: int) -> str:
        """A telephone number nobody has."""
        return self.mark(f"{start}7351{number:04d}")

    def mail(self, who: str, number: int) -> str:
        """A mail address of nobody's."""
        return self.mark(f"{who}{number}.zzmark@example.org")


def write_survey(file: Path, marks: Marks, numbers: Sequence[int]) -> Path:
    """Children 0 to 9 as a village writes them: even ones are girls."""
    rows = []
    for number in numbers:
        sex = "女" if number % 2 == 0 else "男"
        born = date(2015, 3, 10 + number)
        rows.append((
            number + 1, marks.name("麤鱻", number), sex,
            marks.mark(marks.ids.give(born, "female" if sex == "女" else "male")), *_PLACE, "东关社区", "孤儿",
            marks.name("龘靐", number), "祖母", marks.phone("139", number), marks.mark(f"爨爨{_SIGNS[number]}小学"),
            "五年级", marks.mark(f"她父亲齉齾{_SIGNS[number]}"),
        ))  # fmt: skip
    return _written(file, _SURVEY, rows)


def write_roster(file: Path, marks: Marks, signed: date, count: int = 6) -> Path:
    """Volunteers with all papers in order: every other one is a man."""
    rows = []
    for number in range(count):
        sex, of = ("女", "female") if number % 2 == 0 else ("男", "male")
        rows.append((
            number + 1, marks.name("犇猋", number), sex, marks.mark(marks.ids.give(date(1960, 5, 1 + number), of)),
            "五老", marks.phone("138", number), marks.mail("volunteer", number), *_PLACE, 3, *[signed.isoformat()] * 3,
        ))  # fmt: skip
    return _written(file, _ROSTER, rows)


def write_coordinators(file: Path, marks: Marks) -> Path:
    """Somebody at the desks of the township, the county and the city."""
    rows = [
        (marks.name("骉骉", number), "负责同志", unit, marks.phone("137", number), marks.mail("desk", number))
        for number, unit in enumerate((TOWNSHIP, COUNTY, CITY))
    ]
    return _written(file, _DESKS, rows)


def _written(file: Path, headings: str, rows: Iterable[Sequence[object]]) -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(f"{headings}\n")
        csv.writer(out).writerows([[str(cell) for cell in row] for row in rows])
    return file


@dataclass
class Up(Running):
    """An install started as its users start it, and commanded as they command it."""

    def start(self) -> None:
        """``shouwang up``, waited for until it is ready."""
        command = [str(Path(sys.executable).with_name("shouwang")), "up", "--data", str(self.data)]
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        until(lambda: noted(self.data) is not None or self.has_ended(), SECONDS_TO_START)
        assert not self.has_ended(), self.said.read_text(encoding="utf-8")

    def settle_in(self) -> None:
        """An empty data folder with ports and the address that messages carry."""
        self.data.mkdir(mode=0o700)
        address = f'base_url = "http://127.0.0.1:{self.ports.web}"'
        ports = f"prefect_port = {self.ports.prefect}\nweb_port = {self.ports.web}"
        (self.data / "settings.toml").write_text(f"{address}\n{ports}\n", encoding="utf-8")

    def command(self, *words: object, now: datetime | None = None, fine: Sequence[int] = (0,)) -> Any:
        """One command of the command line: its answer. Any exit code but the ``fine`` ones fails the test."""
        moment = ["--now", now.isoformat()] if now else []
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            sys.exit(run([*map(str, words), "--data", str(self.data), "--json", *moment]))
        assert end.value.code in fine, (words, end.value.code, err.getvalue())
        return json.loads(out.getvalue() or "null")

    def pass_days(self, since: datetime, days: Iterable[int]) -> None:
        """A round and a delivery on each of these days after ``since``."""
        for day in days:
            self.command("round", now=since + timedelta(days=day))
            self.command("deliver", now=since + timedelta(days=day))

    def duty(self, case: str, kind: str) -> str:
        """The open duty of a kind: CASE/NUMBER."""
        found = self.ours('SELECT number FROM diary WHERE "case" = ? AND kind = ?', case, kind)
        return f"{case}/{found[0][0]}"

    def spooled(self) -> tuple[Spooled, ...]:
        """All messages there are, newest first."""
        return listing(self.data / "spool", most=_TOLD_AT_MOST)

    def told(self, to: str, case: str) -> list[Spooled]:
        """The messages to somebody about a case."""
        return [each for each in self.spooled() if to in each.to and case in each.text]

    def ours(self, query: str, *values: object) -> list[Any]:
        """Rows of our own database, read beside everything that runs."""
        with closing(sqlite3.connect(self.data / "shouwang.db", timeout=20)) as database:
            rows = database.execute(query, values).fetchall()
            database.commit()
        return rows

    def runs(self, tag: str) -> list[Any]:
        """Prefect's runs with a tag."""
        return [each for each in self.pages("/flow_runs/filter") if tag in each["tags"]]

    def pages(self, path: str) -> list[Any]:
        """All rows behind one of Prefect's filters."""
        found: list[Any] = []
        while True:
            status, answer = self.call(path, {"limit": _PAGE, "offset": len(found)})
            assert status == 200, (path, answer)
            found += answer
            if len(answer) < _PAGE:
                return found


@dataclass
class Office:
    """An install that is up, after some weeks of life; ``cases`` in the order of the survey."""

    up: Up
    marks: Marks
    began: datetime
    cases: list[str] = field(default_factory=list)
    helpers: dict[str, str] = field(default_factory=dict)
    desks: dict[str, str] = field(default_factory=dict)

    def day(self, number: float) -> datetime:
        """Ten in the morning, so many days after it all began."""
        return self.began + timedelta(days=number)

    def take_in(self, sheet: Path, day: float) -> list[str]:
        """Import a survey: the new cases."""
        taken = self.up.command("survey", "import", sheet, now=self.day(day))
        new = [str(each["case"]) for each in taken["imported"]["cases"]]
        self.cases += new
        return new

    def pair(self, day: float) -> None:
        """Propose, agree, accept: everybody who waits."""
        at = self.day(day)
        proposed = self.up.command("pair", "propose", COUNTY, now=at)
        self.helpers |= {each["case"]: each["person"] for each in proposed["proposals"]}
        self.up.command("pair", "accept", "--unit", COUNTY, "--by", self.desks[COUNTY], now=at)
        self.up.command("pair", "answer", "--unit", COUNTY, now=at + timedelta(hours=1))

    def answer(self, case: str, kind: str, day: float | None, **answers: str) -> None:
        """A volunteer answers by command."""
        given = [f"{key}={value}" for key, value in answers.items()]
        by, at = self.helpers[case], None if day is None else self.day(day)
        self.up.command("check-in", "answer", self.up.duty(case, kind), *given, "--by", by, now=at)

    def note(self, words: str) -> str:
        """Free words with somebody's name in them."""
        return self.marks.mark(words)

    def urgent_unsettled(self) -> int:
        """How many urgent signals nobody has answered for yet."""
        return int(self.up.ours("SELECT count(*) FROM signal WHERE urgent AND settled_at IS NULL")[0][0])


def let_prefect_age(database: Path, hours: int) -> None:
    """Move what Prefect has planned back: to it the time passes, the machine being off, that nobody needs to wait."""
    back = f"-{hours} hours"
    with closing(sqlite3.connect(database)) as prefect:
        prefect.execute(
            """UPDATE flow_run_state SET state_details = json_set(state_details, '$.scheduled_time',
                strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(state_details, '$.scheduled_time'), ?))
            WHERE id IN (SELECT state_id FROM flow_run WHERE state_type = 'SCHEDULED')""",
            (back,),
        )
        prefect.execute(
            """UPDATE flow_run SET
                expected_start_time = strftime('%Y-%m-%d %H:%M:%f000', expected_start_time, ?),
                next_scheduled_start_time = strftime('%Y-%m-%d %H:%M:%f000', next_scheduled_start_time, ?)
            WHERE state_type = 'SCHEDULED'""",
            (back, back),
        )
        prefect.commit()
