"""The events of a conversation as the tracker store keeps them."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from bot.intake.database import events_table


def events_of(engine: sa.engine.Engine, conversation_id: str) -> list[dict[str, Any]]:
    """Return a conversation's events as they were stored, oldest first."""
    table = events_table
    query = sa.select(table.c.data).where(table.c.conversation_id == conversation_id).order_by(table.c.id)
    with engine.connect() as connection:
        return [json.loads(data) for data in connection.execute(query).scalars()]
