"""``shouwang case open``, ``case account``: one case of any kind by hand, and the account its money is paid to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final

from cyclopts import App, Parameter

from deployments.cli.case_commands import By
from deployments.cli.case_commands import case as case_group
from deployments.cli.where import DONE, FINDINGS, BadInput, Refused, Where
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.moments import GROWING
from domain.rules.refusals import Reason, Refusal
from domain.rules.sheet_rules import body_rules, survey_rules
from domain.sheets.accounts import Account, read_account
from domain.sheets.bodies import judge_bodies
from domain.sheets.grid import Grid
from domain.sheets.people import ACCOUNT_TROUBLES
from domain.sheets.report import SheetReport, Verdict
from domain.sheets.survey import judge_survey
from domain.store.accounts import AccountOfAnother, Noted, change_account
from domain.store.engine import reading, writing
from domain.store.journal import snapshot_of
from domain.store.registry import Imported, Seen
from domain.store.registry_bodies import BODY, import_bodies
from domain.store.registry_survey import import_survey
from domain.store.units import bodies, division_of

_TOWNSHIP_DIGITS: Final = 9
_AT_THE_DIVISION: Final = "市直"
"""How a sheet says that something belongs to the division itself and to nothing below it."""

Number = Annotated[str, Parameter(help="the account's digits")]
Kind = Annotated[str, Parameter(help="the kind of case, a key of the programme's eligible.kinds")]
At = Annotated[str, Parameter(help="where: the id of a unit")]


def add(_app: App) -> None:
    """Put these commands into their group."""
    case_group.command(open_, name="open")
    case_group.command(account)


def open_(
    *, kind: Kind, unit: At, name: str, by: By, programme: str | None = None, born: date | None = None,
    sex: str | None = None, id_number: str | None = None, guardian: str | None = None, phone: str | None = None,
    account: str | None = None, bank: str | None = None, contact: str | None = None, risk: str | None = None,
    where: Where = Where(),
) -> int:  # fmt: skip
    """Open one case by hand, judged as a row of a sheet would be: of a child, elder, school, unit or project."""
    where.people(by)
    opening = _Opening(where, where.programme(programme), kind, _unit(unit, where), PersonId(by), risk)
    opening.check()
    if opening.grows:
        cells = {
            "姓名": name, "性别": sex, "身份证号码": id_number, "出生日期": born, "监护人姓名": guardian,
            "监护人电话": phone, "监护人银行账号": account, "监护人开户行": bank,
        }  # fmt: skip
        return opening.of_person(cells)
    cells = {"名称": name, "联系人": contact or guardian, "联系电话": phone, "银行账号": account, "开户行": bank}
    return opening.of_body(cells)


def _unit(unit: str, where: Where) -> UnitId:
    found = where.unit(unit)
    assert found is not None
    return found


@dataclass(frozen=True)
class _Opening:
    """A case about to be opened."""

    where: Where
    programme: Programme
    kind: str
    unit: UnitId
    by: PersonId
    risk: str | None

    @property
    def grows(self) -> bool:
        """Whether it is about a child or an elder."""
        return self.programme.subject_of(self.kind) in GROWING

    @property
    def today(self) -> date:
        """The day on which it is opened."""
        return self.where.moment.astimezone(self.programme.time_zone).date()

    @property
    def division(self) -> str:
        """The division in which it stands."""
        return division_of(self.unit)

    def check(self) -> None:
        """BadInput where kind, unit and programme do not go together."""
        kinds, say = self.programme.eligible.kinds, self.where.say
        if self.kind not in kinds:
            raise BadInput(say("cli.no-such-kind", kind=self.kind, known=", ".join(kinds)))
        if f"invited:{self.kind}" in self.programme.opened_by:
            raise BadInput(say("cli.is-an-activity", kind=self.kind))
        if not self.division.startswith(self.programme.area):
            raise BadInput(say("cli.unit-outside", unit=self.unit, programme=self.programme.name))
        if self.grows and len(self.division) != _TOWNSHIP_DIGITS:
            raise BadInput(say("cli.unit-too-wide", unit=self.unit))
        if self.risk is not None and self.risk not in self.programme.risks:
            raise self.where.refused(Refusal(Reason.NO_SUCH_RISK, self.risk))

    def of_person(self, cells: Mapping[str, Any]) -> int:
        """A case about a child or an elder."""
        where = self.where
        rules = replace(survey_rules(self.programme, self.today), within=self.division)
        township, village = self._home()
        row = {**cells, "困境类别": rules.kinds[self.kind][0], "乡镇": township, "村": village}
        report = judge_survey([_sheet(row)], rules, self._seen("child"))
        return self._told(
            report, lambda: import_survey(where.store, self.programme, report, where.moment, self.by, self.risk)
        )

    def of_body(self, cells: Mapping[str, Any]) -> int:
        """A case about a school, a unit or a project."""
        where = self.where
        rules = replace(body_rules(self.programme, self.today, self.kind), within=self.division)
        report = judge_bodies([_sheet({**cells, "县区": _AT_THE_DIVISION})], rules, self._seen(BODY))
        return self._told(
            report,
            lambda: import_bodies(where.store, self.programme, report, where.moment, self.by, self.risk, self.unit),
        )

    def _home(self) -> tuple[str, str]:
        """The names of the township, and of the village where it is one."""
        names = self.where.unit_names([self.unit, UnitId(self.division)])
        with reading(self.where.store.engine) as connection:
            others = {self.division, *(body.id for body in bodies(connection))}
        return names[UnitId(self.division)], "" if self.unit in others else names[self.unit]

    def _seen(self, what: str) -> Seen:
        with reading(self.where.store.engine) as connection:
            return Seen(connection, self.where.store, what)

    def _told(self, report: SheetReport[Any], take: Callable[[], Imported]) -> int:
        row, where = report.rows[0], self.where
        taken = take() if row.verdict in {Verdict.ACCEPTED, Verdict.NEEDS_REVIEW} else Imported(0, 0)
        number = taken.cases[0][1] if taken.cases else None
        verdict, why = row.verdict.say(where.spoken), row.why(where.spoken)
        sentence = where.say("cli.opened", case=number, verdict=verdict, why=why) if number else f"{verdict}  {why}"
        where.show({"case": number, "verdict": row.verdict.value, "why": why}, sentence.rstrip())
        return DONE if row.verdict is Verdict.ACCEPTED else FINDINGS


def _sheet(row: Mapping[str, Any]) -> Grid:
    """A sheet of one row, so that what is typed is judged as what is imported."""
    return Grid("", (tuple(row), tuple(row.values())))


def account(case: str, *, number: Number, by: By, bank: str = "", where: Where = Where()) -> int:
    """Record the account that money for a case is paid to, the guardian's own; or another one in its place."""
    where.people(by)
    digits = _digits(number, where)
    holder = _holder(where, where.case(case))
    try:
        with writing(where.store.engine) as connection:
            noted = Noted(digits.number, bank)
            known = change_account(connection, where.store.seal, holder, noted, PersonId(by), where.moment)
    except AccountOfAnother:
        raise _refused("cli.account-of-another", case, where) from None
    if not known:
        raise _refused("cli.no-guardian", case, where)
    warning = "" if digits.fits else where.say("sheets.account-check-digit")
    where.show(
        {"case": case, "recorded": True, "warning": warning},
        "\n".join(filter(None, (where.say("cli.account-recorded", case=case), warning))),
    )
    return DONE


def _digits(number: str, where: Where) -> Account:
    found = read_account(number)
    if isinstance(found, Account):
        return found
    key = ACCOUNT_TROUBLES.get(found, "account-not-digits")
    raise BadInput(where.say(f"sheets.{key}"))


def _holder(where: Where, case: CaseId) -> PersonId:
    """Who answers for the subject: whose account it must be."""
    with reading(where.store.engine) as connection:
        found = snapshot_of(connection, case)
    if found is None or found.family is None:
        raise _refused("cli.no-guardian", case, where)
    return found.family


def _refused(key: str, case: str, where: Where) -> Refused:
    return Refused(where.say(key, case=case), Refusal(Reason.NOT_GUARDIANS_ACCOUNT, case), FINDINGS)
