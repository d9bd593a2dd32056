"""Every table. Moments are kept as UTC text (``2026-11-22T08:00:00Z``), so that they read and sort alike everywhere."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from domain.store.tables_access import (
    api_token,
    audit_run,
    feed,
    grant,
    invitation,
    login,
    name_token,
    photo,
    second_factor,
    session,
)
from domain.store.tables_made import DAY, MOMENT, metadata, only
from domain.store.tables_telling import (
    door,
    gateway,
    ops_notice,
    post,
    reply,
    reply_code,
    signal,
    stopped,
)

__all__ = [
    "api_token",
    "audit_run",
    "door",
    "feed",
    "gateway",
    "grant",
    "invitation",
    "login",
    "metadata",
    "name_token",
    "ops_notice",
    "photo",
    "post",
    "reply",
    "reply_code",
    "second_factor",
    "session",
    "signal",
    "stopped",
]

counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("last", Integer, nullable=False),
)

DIVISION: Final = "division"

unit = Table(
    "unit",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("parent", String(40), nullable=True, index=True),
    Column("level", String(12), nullable=False),
    Column("name", String(80), nullable=False),
    Column("kind", String(12), nullable=False, server_default=DIVISION),
)
"""The tree. ``kind``: an administrative division, or a school, branch or partner organisation standing in one."""

person = Table(
    "person",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("kind", String(12), nullable=False, index=True),
    Column("unit", String(40), nullable=True),
    Column("language", String(5), nullable=False),
    Column("data_key", LargeBinary, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
)
"""People. All that identifies them is in ``sealed``; without ``data_key`` nobody can read it any more, anywhere."""

blind_index = Table(
    "blind_index",
    metadata,
    Column("token", String(44), primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False, index=True),
)
"""Keyed digests of what people are looked up by (ID number, phone): equal means equal, and nothing can be read back."""

sealed_note = Table(
    "sealed_note",
    metadata,
    Column("duty", String(32), primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Free words of answers and reasons, sealed with the key of the child they speak of."""

record_read = Table(
    "record_read",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(12), nullable=False, index=True),
    Column("by", String(40), nullable=False, index=True),
    Column("purpose", String(40), nullable=False),
    Column("at", MOMENT, nullable=False),
)
"""Every reading of a sealed record: whose, by whom, what for."""

helper = Table(
    "helper",
    metadata,
    Column("person", String(12), ForeignKey("person.id"), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("sex", String(6), nullable=False),
    Column("capacity", SmallInteger, nullable=False),
    Column("load", SmallInteger, nullable=False),
    Column("serving", Boolean, nullable=False),
    Column("skills", Text, nullable=False),
    Column("papers", Text, nullable=False),
    Column("serves_until", DAY, nullable=True),
    Index("ix_helper_standing", "unit", "serving", "load", "capacity", "serves_until", "person"),
    Index("ix_helper_serves_until", "serves_until", **only(Column("serves_until").is_not(None))),
)

desk = Table(
    "desk",
    metadata,
    Column("unit", String(40), primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), primary_key=True),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False, index=True),
    Column("since", DAY, nullable=False),
    Column("until", DAY, nullable=False),
    Column("stand_in", String(12), ForeignKey("person.id"), nullable=False),
)

TOLD_AT_MEETINGS: Final = text("name IN ('case-closed', 'case-opened', 'case-reopened', 'duty-met', 'tie-begun')")
"""What a month is told by. Written out to the letter, so that the indexes on just these facts serve it."""

journal = Table(
    "journal",
    metadata,
    Column("case", String(20), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("recorded_at", MOMENT, nullable=False),
    Column("actor", String(12), nullable=True),
    Column("programme", String(60), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_journal_invited", "case", **only(Column("name") == "invited")),
    Index("ix_journal_told", "at", "name", "case", **only(TOLD_AT_MEETINGS)),
    Index("ix_journal_told_of_case", "case", "at", "name", **only(TOLD_AT_MEETINGS)),
    sqlite_with_rowid=False,
)

NOBODY: Final = literal_column("0", SmallInteger())
"""How many are tied to a case where nobody is; written out for the index on just these cases."""

snapshot = Table(
    "snapshot",
    metadata,
    Column("case", String(20), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("programme", String(60), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("county", String(40), nullable=False),
    Column("risk", String(40), nullable=False),
    Column("subject", String(12), nullable=False, index=True),
    Column("tied", SmallInteger, nullable=False, server_default="0"),
    Column("opened_at", MOMENT, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Index("ix_snapshot_programme_stage_unit", "programme", "stage", "unit"),
    Index("ix_snapshot_standing", "unit", "stage", "risk", "programme", "subject", "case"),
    Index("ix_snapshot_in_order", "case", "stage", "unit", "risk", "programme", "subject"),
    Index(
        "ix_snapshot_alone",
        "unit",
        "stage",
        "programme",
        "case",
        "subject",
        "tied",
        "opened_at",
        **only(Column("tied") == 0),
    ),
    sqlite_with_rowid=False,
)
"""The case its journal makes. ``tied``: how many helpers are tied to it now; ``opened_at``: its first fact's moment."""

tally = Table(
    "tally",
    metadata,
    Column("unit", String(40), primary_key=True),
    Column("programme", String(60), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("cases", Integer, nullable=False),
)
"""How many cases stand where: kept with every snapshot, so that a city's figures need no counting."""

diary = Table(
    "diary",
    metadata,
    Column("case", String(20), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("county", String(40), nullable=False),
    Column("owed_by", String(12), nullable=True),
    Column("climbed_to", String(12), nullable=True),
    Column("due_on", DAY, nullable=False),
    Column("overdue_from", MOMENT, nullable=False),
    Column("next_moment", MOMENT, nullable=False, index=True),
    Index("ix_diary_owed_by", "owed_by", **only(Column("owed_by").is_not(None))),
    Index("ix_diary_county_next", "county", "next_moment"),
    Index("ix_diary_unit_due_on", "unit", "due_on", "kind", "case", "number"),
    Index("ix_diary_overdue", "unit", "overdue_from", "case", "number"),
    Index("ix_diary_climbed_to", "climbed_to", **only(Column("climbed_to").is_not(None))),
    Index("ix_diary_desk", "kind", **only(Column("owed_by").is_(None))),
    sqlite_with_rowid=False,
)
"""A cache of ``due(case)``: what the engine must look at and when. Number 0 is the case's next life stage."""

tie = Table(
    "tie",
    metadata,
    Column("case", String(20), primary_key=True),
    Column("role", String(40), primary_key=True),
    Column("person", String(12), primary_key=True),
    Column("since", MOMENT, primary_key=True),
    Column("until", MOMENT, nullable=True),
    Column("heard_at", MOMENT, nullable=True),
    Index("ix_tie_person_until", "person", "until"),
    Index("ix_tie_unheard", "since", "case", **only(Column("heard_at").is_(None) & Column("until").is_(None))),
)
"""A helper bound to a case. ``heard_at``: when something owed was first met by or for him or her since then."""

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case", String(20), nullable=False),
    Column("duty", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("person", String(12), nullable=False),
    Column("what", String(12), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("programme", String(60), nullable=False),
    Column("due_on", DAY, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("nudge", Integer, nullable=True, index=True),
    UniqueConstraint("case", "duty", "rung", "person"),
    Index("ix_notice_waiting", "person", **only(Column("state") == "waiting")),
)
"""The outbox. A cause is (duty, rung, person) and stands here once. State: waiting, planned, moot."""

nudge = Table(
    "nudge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(12), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("not_before", MOMENT, nullable=False),
    Column("planned_at", MOMENT, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("repeats", SmallInteger, nullable=False),
    Column("in_doubt", Boolean, nullable=False),
    Column("dated", MOMENT, nullable=True),
    Column("claimed_by", String(40), nullable=True),
    Column("claimed_until", MOMENT, nullable=True),
    Column("settled_at", MOMENT, nullable=True),
    Column("outcome", String(14), nullable=True),
    Column("code", String(40), nullable=True),
    Column("provider_id", String(120), nullable=True),
    Column("replaces", Integer, nullable=True),
    Column("resent_by", String(12), nullable=True),
    Column("says", String(40), nullable=True),
    Column("values", Text, nullable=True),
    Column("receipt", String(12), nullable=True),
    Column("receipt_code", String(40), nullable=True),
    Column("receipt_at", MOMENT, nullable=True),
    Index("ix_nudge_person_dated", "person", "dated"),
    Index("ix_nudge_planned_at_id", "planned_at", "id"),
    Index("ix_nudge_state_channel_urgent_not_before", "state", "channel", "urgent", "not_before"),
    Index("ix_nudge_provider_id", "provider_id", **only(Column("provider_id").is_not(None))),
    Index("ix_nudge_replaces", "replaces", **only(Column("replaces").is_not(None))),
    Index("ix_nudge_settled", "settled_at", "channel", "state", "receipt", **only(Column("settled_at").is_not(None))),
)
"""One message to one person through one channel. State: queued, claimed, sent, failed, doubtful, moot.

``in_doubt``: it may have been sent, and nobody has written down what came of it. ``dated`` is the moment the message
bears, the same on every repeat. The channel ``desk`` is the last one: it tells the coordinator instead. ``says``: a
word of our own (an answer to a reply) instead of notices, filled with ``values``. ``receipt``: what the provider
reported afterwards (delivered, undelivered, on-its-way). ``resent_by``: who had it sent anew in place of the one it
``replaces``; when, says ``planned_at``.
"""

set_aside = Table(
    "set_aside",
    metadata,
    Column("case", String(20), primary_key=True),
    Column("until", MOMENT, nullable=False),
    Column("error", String(200), nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("times", Integer, nullable=False),
)
"""Cases that failed the engine itself: tried again later, reported meanwhile."""

sheet = Table(
    "sheet",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("imported_at", MOMENT, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("by", String(12), nullable=True),
)
