"""The first tables: journal, snapshots, diary, outbox, sealed people, and what stands around them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "diary",
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("county", sa.String(length=40), nullable=False),
        sa.Column("owed_by", sa.String(length=12), nullable=True),
        sa.Column("climbed_to", sa.String(length=12), nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("overdue_from", sa.String(length=20), nullable=False),
        sa.Column("next_moment", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_diary")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_diary_county_next", "diary", ["county", "next_moment"], unique=False)
    op.create_index(op.f("ix_diary_next_moment"), "diary", ["next_moment"], unique=False)
    op.create_index(op.f("ix_diary_owed_by"), "diary", ["owed_by"], unique=False)
    op.create_table(
        "journal",
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("recorded_at", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=12), nullable=True),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case", "position", name=op.f("pk_journal")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("nudge", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("case", "duty", "rung", "person", name=op.f("uq_notice_case_duty_rung_person")),
    )
    op.create_index(op.f("ix_notice_nudge"), "notice", ["nudge"], unique=False)
    op.create_index(
        "ix_notice_waiting",
        "notice",
        ["person"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "nudge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.String(length=20), nullable=False),
        sa.Column("planned_at", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("repeats", sa.SmallInteger(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("dated", sa.String(length=20), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", sa.String(length=20), nullable=True),
        sa.Column("settled_at", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=14), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
    )
    op.create_index(op.f("ix_nudge_person"), "nudge", ["person"], unique=False)
    op.create_index("ix_nudge_state_urgent_not_before", "nudge", ["state", "urgent", "not_before"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_kind"), "person", ["kind"], unique=False)
    op.create_table(
        "record_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_read")),
    )
    op.create_index(op.f("ix_record_read_person"), "record_read", ["person"], unique=False)
    op.create_table(
        "set_aside",
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("until", sa.String(length=20), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("since", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "sheet",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("imported_at", sa.String(length=20), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sheet")),
    )
    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("county", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("first", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("tried_at", sa.String(length=20), nullable=True),
        sa.Column("settled_at", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("name", "first", name=op.f("uq_signal_name_first")),
    )
    op.create_index(
        "ix_signal_unsettled",
        "signal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "snapshot",
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("county", sa.String(length=40), nullable=False),
        sa.Column("risk", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_snapshot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_snapshot_subject"), "snapshot", ["subject"], unique=False)
    op.create_index(op.f("ix_snapshot_unit"), "snapshot", ["unit"], unique=False)
    op.create_table(
        "tie",
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("since", sa.String(length=20), nullable=False),
        sa.Column("until", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("case", "role", "person", "since", name=op.f("pk_tie")),
    )
    op.create_index("ix_tie_person_until", "tie", ["person", "until"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_parent"), "unit", ["parent"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("stand_in", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_absence_person")),
        sa.ForeignKeyConstraint(["stand_in"], ["person.id"], name=op.f("fk_absence_stand_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person"), "absence", ["person"], unique=False)
    op.create_table(
        "blind_index",
        sa.Column("token", sa.String(length=44), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_blind_index_person")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_blind_index")),
    )
    op.create_index(op.f("ix_blind_index_person"), "blind_index", ["person"], unique=False)
    op.create_table(
        "desk",
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_desk_person")),
        sa.PrimaryKeyConstraint("unit", "person", name=op.f("pk_desk")),
    )
    op.create_table(
        "door",
        sa.Column("token", sa.String(length=44), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("nudge", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_door_person")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_door")),
    )
    op.create_index(op.f("ix_door_expires_at"), "door", ["expires_at"], unique=False)
    op.create_index(op.f("ix_door_person"), "door", ["person"], unique=False)
    op.create_table(
        "helper",
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=False),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("load", sa.SmallInteger(), nullable=False),
        sa.Column("serving", sa.Boolean(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_helper_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_helper")),
    )
    op.create_index(op.f("ix_helper_unit"), "helper", ["unit"], unique=False)
    op.create_table(
        "sealed_note",
        sa.Column("duty", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_sealed_note_person")),
        sa.PrimaryKeyConstraint("duty", "question", name=op.f("pk_sealed_note")),
    )
    op.create_index(op.f("ix_sealed_note_person"), "sealed_note", ["person"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_sealed_note_person"), table_name="sealed_note")
    op.drop_table("sealed_note")
    op.drop_index(op.f("ix_helper_unit"), table_name="helper")
    op.drop_table("helper")
    op.drop_index(op.f("ix_door_person"), table_name="door")
    op.drop_index(op.f("ix_door_expires_at"), table_name="door")
    op.drop_table("door")
    op.drop_table("desk")
    op.drop_index(op.f("ix_blind_index_person"), table_name="blind_index")
    op.drop_table("blind_index")
    op.drop_index(op.f("ix_absence_person"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_unit_parent"), table_name="unit")
    op.drop_table("unit")
    op.drop_index("ix_tie_person_until", table_name="tie")
    op.drop_table("tie")
    op.drop_index(op.f("ix_snapshot_unit"), table_name="snapshot")
    op.drop_index(op.f("ix_snapshot_subject"), table_name="snapshot")
    op.drop_table("snapshot")
    op.drop_index(
        "ix_signal_unsettled",
        table_name="signal",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("signal")
    op.drop_table("sheet")
    op.drop_table("set_aside")
    op.drop_index(op.f("ix_record_read_person"), table_name="record_read")
    op.drop_table("record_read")
    op.drop_index(op.f("ix_person_kind"), table_name="person")
    op.drop_table("person")
    op.drop_index("ix_nudge_state_urgent_not_before", table_name="nudge")
    op.drop_index(op.f("ix_nudge_person"), table_name="nudge")
    op.drop_table("nudge")
    op.drop_index(
        "ix_notice_waiting",
        table_name="notice",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_notice_nudge"), table_name="notice")
    op.drop_table("notice")
    op.drop_table("journal")
    op.drop_index(op.f("ix_diary_owed_by"), table_name="diary")
    op.drop_index(op.f("ix_diary_next_moment"), table_name="diary")
    op.drop_index("ix_diary_county_next", table_name="diary")
    op.drop_table("diary")
    op.drop_table("counter")
