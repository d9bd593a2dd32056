"""Sign-ins and what they may, sessions, tokens of programs, names to look for, calendars, pictures of visits."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_index("ix_snapshot_programme_stage_unit", "snapshot", ["programme", "stage", "unit"], unique=False)
    op.create_index("ix_nudge_planned_at_id", "nudge", ["planned_at", "id"], unique=False)
    op.create_table(
        "feed",
        sa.Column("token", sa.String(length=44), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.Column("revoked_at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_feed_person")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_feed")),
    )
    op.create_index(
        "ix_feed_person",
        "feed",
        ["person"],
        unique=False,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "login",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=True),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("otp", sa.LargeBinary(), nullable=True),
        sa.Column("otp_step", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_login_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("name", name=op.f("uq_login_name")),
        sa.UniqueConstraint("subject", name=op.f("uq_login_subject")),
    )
    op.create_index(op.f("ix_login_person"), "login", ["person"], unique=False)
    op.create_table(
        "name_token",
        sa.Column("token", sa.String(length=22), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_name_token_person")),
        sa.PrimaryKeyConstraint("token", "person", name=op.f("pk_name_token")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=44), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_photo_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("duty", "digest", name=op.f("uq_photo_duty_digest")),
    )
    op.create_index(op.f("ix_photo_duty"), "photo", ["duty"], unique=False)
    op.create_index(op.f("ix_photo_person"), "photo", ["person"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=44), nullable=False),
        sa.Column("login", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.Column("ends_at", sa.String(length=20), nullable=False),
        sa.Column("used_at", sa.String(length=20), nullable=True),
        sa.Column("revoked_at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["login.id"], name=op.f("fk_api_token_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token", name=op.f("uq_api_token_token")),
    )
    op.create_index(op.f("ix_api_token_login"), "api_token", ["login"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("token", sa.String(length=44), nullable=False),
        sa.Column("login", sa.String(length=12), nullable=True),
        sa.Column("ends_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["login.id"], name=op.f("fk_invitation_login")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_login"), "invitation", ["login"], unique=False)
    op.create_table(
        "login_grant",
        sa.Column("login", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["login.id"], name=op.f("fk_login_grant_login")),
        sa.PrimaryKeyConstraint("login", "role", "unit", name=op.f("pk_login_grant")),
    )
    op.create_table(
        "session",
        sa.Column("token", sa.String(length=44), nullable=False),
        sa.Column("login", sa.String(length=12), nullable=False),
        sa.Column("began_at", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.String(length=20), nullable=False),
        sa.Column("ends_at", sa.String(length=20), nullable=False),
        sa.Column("named_until", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["login.id"], name=op.f("fk_session_login")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_ends_at"), "session", ["ends_at"], unique=False)
    op.create_index(op.f("ix_session_login"), "session", ["login"], unique=False)
    told = sa.text("name IN ('case-closed', 'case-opened', 'case-reopened', 'duty-met', 'tie-begun')")
    op.create_index("ix_journal_told", "journal", ["at", "name", "case"], sqlite_where=told, postgresql_where=told)
    op.create_index(op.f("ix_diary_unit_due_on"), "diary", ["unit", "due_on"], unique=False)
    op.create_index(op.f("ix_record_read_by"), "record_read", ["by"], unique=False)
    op.create_table(
        "audit_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("began_at", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.String(length=20), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("duties", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column("concerns", sa.Integer(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_run")),
    )
    climbed, of_desk = sa.text("climbed_to IS NOT NULL"), sa.text("owed_by IS NULL")
    op.create_index("ix_diary_climbed_to", "diary", ["climbed_to"], sqlite_where=climbed, postgresql_where=climbed)
    op.create_index("ix_diary_desk", "diary", ["kind"], sqlite_where=of_desk, postgresql_where=of_desk)
    # Half of the diary is owed by desks: an index over these led statements past the one that knows their kinds.
    owed, serves = sa.text("owed_by IS NOT NULL"), sa.text("serves_until IS NOT NULL")
    op.drop_index("ix_diary_owed_by", table_name="diary")
    op.create_index("ix_diary_owed_by", "diary", ["owed_by"], sqlite_where=owed, postgresql_where=owed)
    op.create_index("ix_helper_serves_until", "helper", ["serves_until"], sqlite_where=serves, postgresql_where=serves)
    op.drop_index(op.f("ix_snapshot_unit"), table_name="snapshot")
    op.create_index("ix_snapshot_standing", "snapshot", ["unit", "stage", "risk", "programme", "subject"])
    op.create_index("ix_diary_overdue", "diary", ["unit", "overdue_from", "case", "number"])
    now = sa.text("until IS NULL")
    op.create_index("ix_tie_now", "tie", ["case", "person"], sqlite_where=now, postgresql_where=now)
