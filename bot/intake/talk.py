"""The events of a conversation as the tracker store keeps them."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from bot.intake.database import events_table


def events_of(engine: sa.engine.Engine, conversation_id: str) -> list[dict[str, Any]]:
    """Return a conversation's events as they were stored, oldest first."""
    return [event for _, event in numbered_events(engine, conversation_id)]


def numbered_events(engine: sa.engine.Engine, conversation_id: str, after: int = 0) -> list[tuple[int, dict[str, Any]]]:
    """Return the events after the one with an id, oldest first, each with its own id."""
    table = events_table
    query = sa.select(table.c.id, table.c.data).where(table.c.conversation_id == conversation_id, table.c.id > after)
    with engine.connect() as connection:
        return [(row.id, json.loads(row.data)) for row in connection.execute(query.order_by(table.c.id))]
