"""One example of every fact, every field filled; the golden samples of today's versions say the same."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from domain import facts as f
from domain.ids import CaseId, PersonId, UnitId

CHILD, ZHOU, SUN, DESK = (PersonId(f"p00000000{number}") for number in (1, 2, 3, 4))
VILLAGE, TOWNSHIP, COUNTY = UnitId("371302001-5d41402a"), UnitId("371302001"), UnitId("371302")

_FACTS: Final[tuple[f.Fact, ...]] = (
    f.CaseOpened(
        subject=CHILD, unit=VILLAGE, county=COUNTY, kind="orphan", sex="female", born=date(2015, 2, 28), risk="low",
        programme="linyi-1204@1", family=PersonId("p000000009"),
    ),
    f.CaseAdmitted(by=DESK, into="check-in"),
    f.CaseRefused(by=DESK),
    f.DutyOpened(
        duty=7, kind="safety_renewal", opens_on=date(2026, 8, 1), due_on=date(2026, 9, 30), because="stage",
        owed_by=ZHOU, about="safety", rhythm_from=date(2026, 9, 30),
    ),
    f.RungReached(duty=7, rung=3, told=(DESK, ZHOU), climbed_to="county", desk=COUNTY, empty=(TOWNSHIP,)),
    f.DutyAcknowledged(duty=7, by=DESK, until=datetime(2026, 10, 8, 16, tzinfo=UTC)),
    f.DutyMet(
        duty=7, by=ZHOU, on=date(2026, 10, 2), through="link", refused=True,
        answers={"needs_help": False, "hours": 2, "path": "working", "supports": ("heart", "will")},
    ),
    f.DutyExcused(duty=7, by=DESK, reason="moved-away"),
    f.DutySuperseded(duty=7, by_duty=9, because="handover"),
    f.DutyLapsed(duty=7, into=9, onto=COUNTY),
    f.Raised(duty=7, name="needs_help"),
    f.RiskChanged(risk="high", before="low", by=DESK),
    f.PairingProposed(person=ZHOU, score=112, why=("near", "siblings"), by=DESK),
    f.ProposalApproved(person=ZHOU, by=DESK),
    f.ProposalDeclined(person=ZHOU, by=ZHOU, side="helper", reason="no-time"),
    f.TieBegun(
        role="companion", person=ZHOU, papers={"pledge": date(2028, 9, 1), "confidentiality": None},
        pairs=False, serves_until=date(2030, 1, 31),
    ),
    f.TieEnded(role="companion", person=ZHOU, by=DESK, reason="ill", unpairs=False, gap=False),
    f.ServiceEnding(role="companion", person=ZHOU, on=date(2028, 3, 31), by=DESK, reason="retires"),
    f.TransferAsked(
        unit=UnitId("371311001"), county=UnitId("371311"), by=DESK, reason="family-moved",
        programme="linyi-1204@2",
    ),
    f.TransferDeclined(by=DESK, reason="no-room"),
    f.CaseMoved(unit=UnitId("371311001"), county=UnitId("371311"), before=VILLAGE, by=DESK),
    f.ProgrammeChanged(programme="linyi-1204@2", before="linyi-1204@1", by=DESK, reason="new-version"),
    f.Invited(activity=CaseId("371302-00009"), kind="camp", on=date(2027, 7, 6), by=DESK),
    f.PaperRenewed(person=ZHOU, paper="safety", until=date(2027, 9, 30)),
    f.GuardianNamed(family=PersonId("p000000009"), by=DESK),
    f.LifeStageReached(stage="junior"),
    f.MovedToFollowUp(by=DESK),
    f.TellingFailed(duty=7, person=SUN),
    f.CaseClosed(by=DESK, reason="established"),
    f.CaseReopened(by=DESK, reason="returned", into="check-in"),
)  # fmt: skip

SAMPLES: Final[Mapping[str, f.Fact]] = {f.stored_name(fact): fact for fact in _FACTS}
"""By stored name."""
