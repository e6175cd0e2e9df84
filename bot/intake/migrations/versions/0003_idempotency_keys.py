"""The keys of messages, so that a message that is sent again is taken in once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "idempotency_keys",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("idempotency_keys")
