"""What a conversation's next turn starts from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; rows come with each conversation's next turn."""
    op.create_table(
        "trackers",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("stored", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop what this step made."""
    op.drop_table("trackers")
