"""What is done about a helper of one's own units: a paper signed anew, away and back, leaving, gone."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from domain.ids import PersonId
from domain.rules.access import Right, Viewer
from domain.rules.refusals import Reason, Refusal
from domain.store.console.acting import acting, acting_person
from domain.store.console.looking import Looking, NotFound
from domain.store.contact_changes import NewContact, change_contact
from domain.store.going import Going, Gone, end_service_within
from domain.store.leaving import Saying, announce_within, take_back_within
from domain.store.people import reached_at
from domain.store.signing_papers import Signature, sign_paper
from domain.store.standing_in import Away, call_off_absence, note_absence
from domain.store.store import Store

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Somebody does something about a helper, at a moment."""

    store: Store
    viewer: Viewer
    person: PersonId
    now: datetime

    def _within(self, done: Callable[[Connection, Looking], T]) -> T:
        """Do it where the helper is the viewer's to look after; NotFound, NotAllowed, Refusal undo everything."""
        acting_person(self.viewer)

        def checked(connection: Connection, look: Looking) -> T:
            look.person_unit(self.person)
            return done(connection, look)

        return acting(self.store, self.viewer, Right.ACT, self.now, checked)

    def sign(self, paper: str, on: date) -> date | None:
        """A paper was signed on a day; until when it is valid now."""
        signed = Signature(person=self.person, paper=paper, on=on, by=acting_person(self.viewer))
        return self._within(lambda connection, _: sign_paper(connection, self.store, signed, self.now))

    def go_away(self, since: date, until: date, stand_in: str) -> int:
        """He or she is away; in how many cases the stand-in hears meanwhile."""

        def done(connection: Connection, look: Looking) -> int:
            other = self._somebody(connection, look, stand_in)
            if other == self.person:
                raise Refusal(Reason.STAND_IN_AWAY, other)
            return len(note_absence(connection, self.store, Away(self.person, since, until, other)))

        return self._within(done)

    def _somebody(self, connection: Connection, look: Looking, typed: str) -> PersonId:
        """Who is meant by an id or a telephone number, among those the viewer looks after; else a Refusal."""
        number = "".join(filter(str.isdigit, typed))
        known = [PersonId(typed)] if typed.startswith("p") else self._at(connection, number)
        for person in sorted(known, key=lambda each: each == self.person):
            with suppress(NotFound):
                look.person_unit(person)
                return person
        raise Refusal(Reason.NO_SUCH_HELPER, typed)

    def _at(self, connection: Connection, number: str) -> list[PersonId]:
        return reached_at(connection, self.store.seal, [number]).get(number, [])

    def reach_by(self, phone: str, email: str) -> bool:
        """He or she is reached by these from now on; whether that is anything new."""
        new = NewContact(self.person, phone, email, acting_person(self.viewer))
        return self._within(lambda connection, _: change_contact(connection, self.store.seal, new, self.now))

    def come_back(self, since: date) -> bool:
        """The absence from that day on is called off; whether there was one."""
        return self._within(lambda connection, look: call_off_absence(connection, self.person, since, look.today))

    def leave(self, on: date, reason: str) -> int:
        """The last day of service is known; how many facts the cases learnt of it."""
        saying = Saying(acting_person(self.viewer), reason, self.now)
        return self._within(lambda connection, _: len(announce_within(connection, self.store, self.person, on, saying)))

    def stay(self, reason: str) -> int:
        """He or she serves on after all."""
        saying = Saying(acting_person(self.viewer), reason, self.now)
        return self._within(lambda connection, _: len(take_back_within(connection, self.store, self.person, saying)))

    def gone(self, reason: str, to: str) -> Gone:
        """Serves no more from now on; ``to`` takes over where that may be, else somebody is looked for."""
        by = acting_person(self.viewer)

        def done(connection: Connection, look: Looking) -> Gone:
            other = self._somebody(connection, look, to) if to else None
            if other == self.person:
                raise Refusal(Reason.ALREADY_TIED, other)
            going = Going(person=self.person, by=by, reason=reason, to=other)
            return end_service_within(connection, self.store, going, self.now)

        return self._within(done)
