"""How far each talk came, for the week's report: ids of questions and outcomes, nothing that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.intake.database import conversations_table

_columns = conversations_table.c
# What is not told stays. Made once: making it takes longer than carrying it out.
_NOTE = (
    conversations_table.update()
    .where(_columns.id == sa.bindparam("conversation"))
    .values({name: sa.func.coalesce(sa.bindparam(f"new_{name}"), _columns[name]) for name in ("stage", "outcome")})
)


def note_progress(connection: sa.engine.Connection, conversation_id: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Keep which question was asked last and how the triage ended, as the new events of the assistant tell."""
    told = [event.get("metadata") or {} for event in reversed(events) if event["event"] == "bot"]
    stage = next((about["asking"] for about in told if about.get("asking")), None)
    outcome = next((about["triage"]["outcome"] for about in told if about.get("triage")), None)
    if stage or outcome:
        new = {"conversation": conversation_id, "new_stage": stage, "new_outcome": outcome}
        connection.execute(_NOTE, new)
