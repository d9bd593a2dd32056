"""The tables around messages: how channels bear up, who wants none, what comes back, what goes on from here."""

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
)  # fmt: skip

from domain.store.tables_made import MOMENT, metadata, only

gateway = Table(
    "gateway",
    metadata,
    Column("channel", String(12), primary_key=True),
    Column("in_a_row", SmallInteger, nullable=False),
    Column("rests_until", MOMENT, nullable=True),
    Column("probed_by", String(40), nullable=True),
    Column("code", String(40), nullable=True),
    Column("at", MOMENT, nullable=False),
)
"""How a channel bears up: failures in a row that were not about one recipient, and until when it is left alone.

After that one worker at a time tries one message (``probed_by``); only when it goes through are all others let out.
"""

stopped = Table(
    "stopped",
    metadata,
    Column("person", String(12), ForeignKey("person.id"), primary_key=True),
    Column("reach", String(12), primary_key=True),
    Column("since", MOMENT, nullable=False),
    Column("through", String(12), nullable=False),
)
"""Who asked not to be told by mail or text message any more. The duties stay; the coordinator learns of it."""

reply_code = Table(
    "reply_code",
    metadata,
    Column("person", String(12), ForeignKey("person.id"), primary_key=True),
    Column("code", SmallInteger, primary_key=True),
    Column("case", String(20), nullable=False),
    Column("duty", Integer, nullable=False),
    Column("given_at", MOMENT, nullable=False),
    UniqueConstraint("person", "case", "duty"),
)
"""Which open duty somebody means who answers a text message by ``12 1``: the code stays the duty's for good."""

post = Table(
    "post",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("settled_at", MOMENT, nullable=True),
    Column("outcome", String(40), nullable=True),
    Index("ix_post_unsettled", "id", **only(Column("settled_at").is_(None))),
)
"""What a provider posted, as it came, sealed; written down before it is read."""

reply = Table(
    "reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("key", String(64), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("person", String(12), nullable=True, index=True),
    Column("meant", String(16), nullable=False),
    Column("duty", String(32), nullable=True),
    Column("outcome", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("seen_by", String(12), nullable=True),
    Column("seen_at", MOMENT, nullable=True),
    UniqueConstraint("channel", "key"),
    Index("ix_reply_outcome_seen_at", "outcome", "seen_at"),
)
"""A text message somebody sent back: what it meant, and what came of it. Its words are sealed.

What nobody could make sense of stays a finding until a coordinator has seen it (``seen_by``).
"""

door = Table(
    "door",
    metadata,
    Column("token", String(44), primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False, index=True),
    Column("nudge", Integer, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
"""Short codes of text messages, as blind digests: whoever enters one at the fixed address is this person."""

signal = Table(
    "signal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("county", String(40), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("count", Integer, nullable=False),
    Column("cases", Text, nullable=False),
    Column("first", String(40), nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("tried_at", MOMENT, nullable=True),
    Column("settled_at", MOMENT, nullable=True),
    Index("ix_signal_unsettled", "id", **only(Column("settled_at").is_(None))),
    UniqueConstraint("name", "first"),
)
"""Facts on their way to Prefect, gathered by name and county for each act of writing."""

ops_notice = Table(
    "ops_notice",
    metadata,
    Column("channel", String(12), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("seen_at", MOMENT, nullable=False),
    Column("tried_at", MOMENT, nullable=True),
    Column("told_at", MOMENT, nullable=True),
)
"""What delivery found to be wrong: when it was seen last, when ops were to be told and when they were."""
