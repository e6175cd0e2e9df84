"""When each conversation's last turn was, by which it is told to be old."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, empty: workers of the version before go on writing rows while they are replaced."""
    op.add_column("conversations", sa.Column("updated", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop what this step made."""
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("updated")
