"""The tables of the front desk's own: who works there, what was done, what was said to a patient."""

from __future__ import annotations

import sqlalchemy as sa

from bot.intake.database import metadata

staff_table = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("username", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("totp_secret", sa.String(64), nullable=False, server_default=""),  # "" where no code is asked for
    sa.Column("totp_used", sa.Integer, nullable=False, server_default="0"),  # the newest time step that was used
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
)

sessions_table = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
)

# Triggers refuse every change and deletion here (see the migration): it can only grow.
audit_table = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("who", sa.String(40), nullable=False),  # username; "" for a patient or the system itself
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("reference", sa.String(16), nullable=False),  # of the intake, "" where there is none
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("detail", sa.String(120), nullable=False),  # never anything a patient said
)

history_table = sa.Table(
    "intake_history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("intake_id", sa.Integer, nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.String(80), nullable=False),  # a person's name; "" for the patient
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("old", sa.String(40), nullable=False),
    sa.Column("new", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

staff_messages_table = sa.Table(
    "staff_messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),  # seconds since 1970, as the tracker's events have them
    sa.Column("author", sa.String(80), nullable=False),  # "" where the assistant itself says it
    sa.Column("text", sa.Text, nullable=False),
)

viewers_table = sa.Table(
    "intake_viewers",
    metadata,
    sa.Column("intake_id", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
)

tombstones_table = sa.Table(
    "tombstones",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reference", sa.String(16), nullable=False, index=True),
    sa.Column("erased", sa.DateTime(timezone=True), nullable=False),
    sa.Column("reason", sa.String(12), nullable=False),  # patient, staff, retention
)
