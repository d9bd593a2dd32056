"""A transfer that leads into another programme, taken over by whoever is asked."""

from dataclasses import replace

from support.life import CASE
from support.office import OTHER_COUNTY, OTHER_TOWNSHIP, TOWNSHIP_DESK
from support.programmes import LINYI, linyi
from support.team_life import OTHER_TOWNSHIP_DESK, days_on, done, nobody_gone_owes, with_companion

from domain.rules import commands as c


def test_taken_over_by_answering_its_duty_a_case_may_come_under_a_programme_without_that_duty() -> None:
    life = with_companion()
    here = life.around
    life.around = replace(here, programmes={each.name: each for each in (here.programme, linyi())})
    asked = c.AskTransfer(
        case=CASE, unit=OTHER_TOWNSHIP, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved", programme=LINYI
    )
    done(life, asked, days_on(5))
    life.answer("take_over", OTHER_TOWNSHIP_DESK, days_on(6), accept=True)
    assert life.case is not None
    assert life.case.programme == LINYI
    assert not life.has("take_over")
    nobody_gone_owes(life)
