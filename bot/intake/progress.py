"""How far each talk came, for the week's report: ids of questions and outcomes, nothing that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.intake.database import conversations_table


def note_progress(
    connection: sa.engine.Connection, conversation_id: str, events: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Keep when the turn was, which question was asked last and how the triage ended, as its events tell."""
    told = [event.get("metadata") or {} for event in reversed(events) if event["event"] == "bot"]
    values = {
        "stage": next((about["asking"] for about in told if about.get("asking")), None),
        "outcome": next((about["triage"]["outcome"] for about in told if about.get("triage")), None),
    }
    new = {key: value for key, value in values.items() if value}
    query = conversations_table.update().where(conversations_table.c.id == conversation_id)
    connection.execute(query.values(**new, updated=now))
