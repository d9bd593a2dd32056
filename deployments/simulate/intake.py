"""Taking in whoever arrives, through the registry that takes in sheets; known people are left as they are."""

from datetime import date, datetime

from deployments.simulate.arrivals import Arrivals, Survey
from deployments.simulate.desks import levels_of
from deployments.simulate.forms import account_number
from deployments.simulate.others import Others
from domain.ids import CaseId, UnitId
from domain.programme.schema import FieldKind, Level, Programme
from domain.rules.office import Office
from domain.store.engine import reading, writing
from domain.store.offices import office
from domain.store.people import Identity, NewPerson, add_keys, add_people, fresh_ids
from domain.store.registry import import_coordinators, import_volunteers
from domain.store.registry_bodies import import_bodies
from domain.store.registry_survey import import_survey
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.units import seat_all
from domain.store.virtual_clock import all_states


class Intake:
    """The gate of a simulated office."""

    def __init__(self, store: Store, programme: Programme, arrivals: Arrivals) -> None:
        self.store, self.programme, self.arrivals = store, programme, arrivals
        share = arrivals.behaviour.families.others
        self.others = Others(programme, arrivals.chances, arrivals.size.children, share)

    def begin(self) -> None:
        """The desks and the first roster."""
        import_coordinators(self.store, self.arrivals.coordinators())
        import_volunteers(self.store, self.programme, self.arrivals.helpers(0))

    def take_helpers(self, year: int) -> None:
        """Those who come new in a later year."""
        import_volunteers(self.store, self.programme, self.arrivals.helpers(year))

    def take_surveys(self, day: date, now: datetime) -> list[CaseId]:
        """A case for everybody whose survey came in on a day; their numbers."""
        survey = self.arrivals.surveys(day)
        taken = self._surveyed(survey, now) if survey is not None else []
        if day == self.arrivals.last_survey:
            taken += self._surveyed(self.others.elders(day), now)
            taken += [case for _, case in import_bodies(self.store, self.programme, self.others.bodies(), now).cases]
        if taken:
            self.make_whole()
        return taken

    def make_whole(self) -> None:
        """What belongs to whoever was taken in, and may be missing where a machine stopped in the middle of it."""
        self._know_accounts()
        self._man_villages()

    def _surveyed(self, survey: Survey, now: datetime) -> list[CaseId]:
        return [case for _, case in import_survey(self.store, self.programme, survey, now).cases]

    def _know_accounts(self) -> None:
        """The guardians' accounts, where the programme pays money."""
        asks = (question for duty in self.programme.duties.values() for question in duty.asks.values())
        if not any(question.type is FieldKind.ACCOUNT for question in asks):
            return
        with writing(self.store.engine) as connection:
            families = [read_state(state).family for state in all_states(connection)]
            known = sorted({family for family in families if family is not None})
            add_keys(connection, self.store.seal, [(person, "account", account_number(person)) for person in known])

    def _man_villages(self) -> None:
        """Somebody at the desk of each village where the programme speaks of such desks."""
        if Level.VILLAGE not in levels_of(self.programme):
            return
        empty = _empty_villages(self._office())
        with writing(self.store.engine) as connection:
            people = fresh_ids(connection, len(empty)) if empty else []
            add_people(connection, self.store.seal, [
                NewPerson(person, "coordinator", unit, Identity(name="—", email=f"{person}@example.org"), ())
                for person, unit in zip(people, empty, strict=True)
            ])  # fmt: skip
            seat_all(connection, zip(empty, people, strict=True))

    def _office(self) -> Office:
        with reading(self.store.engine) as connection:
            return office(connection, self.store)


def _empty_villages(office: Office) -> list[UnitId]:
    villages = sorted(unit.id for unit in office.units.values() if unit.level is Level.VILLAGE)
    return [village for village in villages if not office.desks.get(village)]
