"""The front desk: accounts, worklist, history, messages of staff, audit log, tombstones."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXTS = {"channel": 8, "outcome": 20, "reason": 20, "site": 40, "name_folded": 80, "phone_digits": 80, "state": 12,
          "decided_outcome": 20, "taken_by": 80, "handoff": 8}  # fmt: skip
_DEFAULTS = {"channel": "chat", "state": "new"}
# How urgent an outcome was when this step was written.
_URGENCY = {"emergency": 0, "crisis": 1, "urgent": 2, "see_clinician": 5, "explain_technique": 6}
_MOMENT = sa.DateTime(timezone=True)
_APPEND_ONLY = "the audit log can only grow"


def upgrade() -> None:
    """Extend intakes and conversations, and make the front desk's tables."""
    _extend_intakes()
    op.add_column("conversations", _text("stage", 32))
    op.add_column("conversations", _text("outcome", 20))
    op.create_index("ix_conversations_created", "conversations", ["created"])
    _make_staff()
    _make_record()
    _make_audit_log()


def downgrade() -> None:
    """Drop what this step made."""
    for name in ("tombstones", "intake_viewers", "staff_messages", "intake_history", "audit_log"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_grows()")
    op.drop_table("staff_sessions")
    op.drop_table("staff")
    for table, index in (("conversations", "created"), ("intakes", "worklist"), ("intakes", "created"),
                         ("intakes", "updated")):  # fmt: skip
        op.drop_index(f"ix_{table}_{index}", table)
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("stage")
        conversations.drop_column("outcome")
    with op.batch_alter_table("intakes") as intakes:
        for name in (*_TEXTS, "urgency", "unread", "version", "updated"):
            intakes.drop_column(name)


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False, server_default=_DEFAULTS.get(name, ""))


def _extend_intakes() -> None:
    for name, length in _TEXTS.items():
        op.add_column("intakes", _text(name, length))
    op.add_column("intakes", sa.Column("urgency", sa.Integer, nullable=False, server_default="9"))
    op.add_column("intakes", sa.Column("unread", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("intakes", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("intakes", sa.Column("updated", _MOMENT, nullable=True))
    _fill_intakes()
    with op.batch_alter_table("intakes") as intakes:
        intakes.alter_column("updated", existing_type=_MOMENT, nullable=False)
    op.create_index("ix_intakes_worklist", "intakes", ["urgency", "created"])
    op.create_index("ix_intakes_created", "intakes", ["created"])
    op.create_index("ix_intakes_updated", "intakes", ["updated"])


def _fill_intakes() -> None:
    """Work out the new columns of the intakes that are there."""
    connection = op.get_bind()
    columns = ("id", "contact_name", "contact_phone", "content", "created", "outcome", "reason", "site", "name_folded",
               "phone_digits", "urgency", "updated")  # fmt: skip
    intakes = sa.table("intakes", *map(sa.column, columns))
    known = sa.select(*(intakes.c[name] for name in columns[:5]))
    for row in connection.execute(known).fetchall():
        content = json.loads(row.content)
        verdict, sites = content["verdict"], content["answers"].get("pain_site") or []
        values = {
            "outcome": verdict["outcome"],
            "reason": verdict.get("reason", ""),
            "site": [*verdict.get("indications", []), *sites, ""][0],
            "name_folded": row.contact_name.casefold()[:80],
            "phone_digits": "".join(c for c in row.contact_phone if c.isdigit()),
            "urgency": _URGENCY.get(verdict["outcome"], 9),
            "updated": row.created,
        }
        connection.execute(intakes.update().where(intakes.c.id == row.id).values(**values))


def _make_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("totp_secret", sa.String(64), nullable=False, server_default=""),
        sa.Column("totp_used", sa.Integer, nullable=False, server_default="0"),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created", _MOMENT, nullable=False),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
    )


def _make_record() -> None:
    op.create_table(
        "intake_history",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("intake_id", sa.Integer, nullable=False, index=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("old", sa.String(40), nullable=False),
        sa.Column("new", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "staff_messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "intake_viewers",
        sa.Column("intake_id", sa.Integer, primary_key=True),
        sa.Column("staff_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("seen", _MOMENT, nullable=False),
    )
    op.create_table(
        "tombstones",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False, index=True),
        sa.Column("erased", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
    )


def _make_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False, index=True),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(120), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_log_grows() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER audit_log_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_grows()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_log_grows_{event.lower()} BEFORE {event} ON audit_log "
            f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
        )
