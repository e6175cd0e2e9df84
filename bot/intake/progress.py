"""How far each talk came, for the week's report: ids of questions and outcomes, nothing that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.intake.database import conversations_table

_columns = conversations_table.c
# What is not told stays. Made once: making it takes longer than carrying it out.
_NOTE = (
    conversations_table.update()
    .where(_columns.id == sa.bindparam("conversation"))
    .values({name: sa.func.coalesce(sa.bindparam(f"new_{name}"), _columns[name]) for name in ("stage", "outcome")})
    .values(updated=sa.bindparam("now"))
)


def note_progress(
    connection: sa.engine.Connection, conversation_id: str, events: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Keep when the turn was, which question was asked last and how the triage ended, as its events tell."""
    told = [event.get("metadata") or {} for event in reversed(events) if event["event"] == "bot"]
    stage = next((about["asking"] for about in told if about.get("asking")), None)
    outcome = next((about["triage"]["outcome"] for about in told if about.get("triage")), None)
    new = {"conversation": conversation_id, "new_stage": stage, "new_outcome": outcome, "now": now}
    connection.execute(_NOTE, new)
