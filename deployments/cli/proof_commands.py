"""``shouwang audit``, ``why``, ``case show``: the promise proved, and everything able to say why."""

from cyclopts import App

from deployments.cli.case_commands import case as case_group
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.ids import CaseId
from domain.rules.refusals import Reason, Refusal
from domain.store.audit import AuditReport, audit_report
from domain.store.engine import reading
from domain.store.explain import story, summary
from domain.store.explain import why as why_of


def add(app: App) -> None:
    """Put these commands into the command line."""
    app.command(audit)
    app.command(why)
    case_group.command(show)


def audit(*, where: Where = Where()) -> int:
    """Prove from the journal that nothing was dropped, nobody told twice, and everything can say why."""
    report = audit_report(where.store, where.moment)
    where.show(_audit_data(report, where), "\n".join(_audit_lines(report, where)))
    return DONE if report.clean else FINDINGS


def _audit_data(report: AuditReport, where: Where) -> dict[str, object]:
    return {
        "clean": report.clean,
        "breaches": [each.sentence(where.spoken) for each in report.breaches],
        "concerns": [each.sentence(where.spoken) for each in report.concerns],
        "breach_count": report.breach_count,
        "concern_count": report.concern_count,
    }


def _audit_lines(report: AuditReport, where: Where) -> list[str]:
    lines = [f"✗ {each.sentence(where.spoken)}" for each in report.breaches]
    lines += [f"! {each.sentence(where.spoken)}" for each in report.concerns[:20]]
    verdict = "cli.audit-clean" if report.clean else "cli.audit-breaches"
    return [*lines, where.say(verdict, breaches=report.breach_count, concerns=report.concern_count)]


def why(what: str, *, where: Where = Where()) -> int:
    """Why a message (n12) was sent or a duty (CASE/NUMBER) is owed: fact, rule, programme version, moment."""
    with reading(where.store.engine) as connection:
        found = why_of(connection, where.store, what)
        if found is None:
            raise BadInput(where.say("cli.nothing-like-that", what=what))
        where.show(found.as_data(), "\n".join(found.sentences(where.spoken)))
    return DONE


def show(case: str, *, where: Where = Where()) -> int:
    """A case as a story, and how it stands now."""
    with reading(where.store.engine) as connection:
        stands = summary(connection, where.store, CaseId(case), where.moment, where.spoken)
        lines = story(connection, where.store, CaseId(case), where.spoken)
    if stands is None:
        raise where.refused(Refusal(Reason.NO_SUCH_CASE, case))
    told = [{"at": line.at, "position": line.position, "sentence": line.sentence} for line in lines]
    text = [*(f"{where.local(line.at)[:10]}  {line.sentence}" for line in lines), "", *stands.sentences()]
    where.show({**stands.as_data(), "story": told}, "\n".join(text))
    return DONE
