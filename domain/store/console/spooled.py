"""Which whole messages somebody may read as they were written: those of which nothing belongs to elsewhere."""

from collections.abc import Collection

from sqlalchemy import or_, select

from domain.ids import NudgeId
from domain.store import tables as t
from domain.store.console.looking import Looking


def wholly_in_sight(look: Looking, numbers: Collection[NudgeId]) -> set[NudgeId]:
    """Those of these messages that went to people of the viewer's units and are about cases of theirs alone."""
    wanted = select(t.nudge.c.id).where(t.nudge.c.id.in_(numbers))
    if look.units is not None:
        elsewhere = (
            select(t.notice.c.id)
            .join(t.snapshot, t.snapshot.c.case == t.notice.c.case, isouter=True)
            .where(t.notice.c.nudge == t.nudge.c.id)
            .where(or_(t.snapshot.c.unit.is_(None), *(~known for known in look.within(t.snapshot.c.unit))))
            .exists()
        )
        whose = look.within(t.person.c.unit)
        wanted = wanted.join(t.person, t.person.c.id == t.nudge.c.person).where(*whose, ~elsewhere)
    return set(look.connection.scalars(wanted))
