"""How far each talk came, for the week's report: ids of questions and outcomes, nothing that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.intake.database import conversations_table


def note_progress(connection: sa.engine.Connection, conversation_id: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Keep which question was asked last and how the triage ended, as the new events of the assistant tell."""
    told = [event.get("metadata") or {} for event in reversed(events) if event["event"] == "bot"]
    values = {
        "stage": next((about["asking"] for about in told if about.get("asking")), None),
        "outcome": next((about["triage"]["outcome"] for about in told if about.get("triage")), None),
    }
    if new := {key: value for key, value in values.items() if value}:
        table = conversations_table
        connection.execute(table.update().where(table.c.id == conversation_id).values(**new))
