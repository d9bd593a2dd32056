"""The tables of whoever looks in: sign-ins and what they may, their sessions and tokens, what volunteers leave here."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from domain.store.tables_made import DIGEST, MOMENT, metadata, only

login = Table(
    "login",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=True, index=True),
    Column("password", String(200), nullable=True),
    Column("otp", LargeBinary, nullable=True),
    Column("otp_step", Integer, nullable=True),
    Column("subject", String(255), nullable=True, unique=True),
    Column("language", String(5), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("made_at", MOMENT, nullable=False),
)
"""Who may sign in at the console. ``person``: the coordinator whose acts are written down under his or her id.

``password`` is argon2's encoded digest; ``otp`` the sealed secret of one-time codes and ``otp_step`` the last one used,
so that none counts twice; ``subject`` who it is at the office's own identity provider.
"""

grant = Table(
    "login_grant",
    metadata,
    Column("login", String(12), ForeignKey("login.id"), primary_key=True),
    Column("role", String(12), primary_key=True),
    Column("unit", String(40), primary_key=True),
)
"""What a sign-in may: a role in a unit and all below it; an empty unit is everywhere."""

session = Table(
    "session",
    metadata,
    Column("token", DIGEST, primary_key=True),
    Column("login", String(12), ForeignKey("login.id"), nullable=False, index=True),
    Column("began_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Column("ends_at", MOMENT, nullable=False, index=True),
    Column("named_until", MOMENT, nullable=True),
)
"""Who is signed in, by the digest of the cookie. ``named_until``: so long names are shown instead of hidden."""

invitation = Table(
    "invitation",
    metadata,
    Column("token", DIGEST, primary_key=True),
    Column("login", String(12), ForeignKey("login.id"), nullable=True, index=True),
    Column("ends_at", MOMENT, nullable=False),
)
"""An address that is good once: whoever opens it sets a sign-in's password; without ``login`` the first one's."""

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", DIGEST, nullable=False, unique=True),
    Column("login", String(12), ForeignKey("login.id"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("role", String(12), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("ends_at", MOMENT, nullable=False),
    Column("used_at", MOMENT, nullable=True),
    Column("revoked_at", MOMENT, nullable=True),
)
"""What a program signs in with: one of its owner's roles, in one unit. It never may more than its owner may by then."""

name_token = Table(
    "name_token",
    metadata,
    Column("token", String(22), primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), primary_key=True),
    sqlite_with_rowid=False,
)
"""Keyed digests of what a name may be looked for by: itself, its beginnings, its pinyin and initials.

No index by person: names are forgotten rarely, and each survey would pay for it.
"""

feed = Table(
    "feed",
    metadata,
    Column("token", DIGEST, primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT, nullable=True),
    Index("ix_feed_person", "person", **only(Column("revoked_at").is_(None))),
)
"""Secret addresses of calendars with somebody's next visits."""

second_factor = Table(
    "second_factor",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False, index=True),
    Column("digest", DIGEST, nullable=False),
    Column("made_at", MOMENT, nullable=False, index=True),
    Column("ends_at", MOMENT, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", MOMENT, nullable=True),
)
"""Codes texted to somebody who holds a link, before names are shown. Only digests, good once and for ten minutes."""

photo = Table(
    "photo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("duty", String(32), nullable=False, index=True),
    Column("person", String(12), ForeignKey("person.id"), nullable=False, index=True),
    Column("by", String(12), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("duty", "digest"),
)
"""Pictures of visits without where they were taken, sealed with the key of the child they show (``person``)."""

audit_run = Table(
    "audit_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("by", String(12), nullable=False),
    Column("began_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("duties", Integer, nullable=False),
    Column("notices", Integer, nullable=False),
    Column("breaches", Integer, nullable=False),
    Column("concerns", Integer, nullable=False),
    Column("found", Text, nullable=False),
)
"""An audit that somebody had run at the console: by which sign-in, how much was looked at, what was found first."""
