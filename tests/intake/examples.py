"""Intakes to work on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.intake.database import conversations_table, events_table
from bot.intake.repository import Intake, store

VERDICT = {
    "outcome": "see_clinician", "reason": "precaution", "technique": None, "minor": False, "indications": ["hip_pain"],
    "red_flags": [], "rule": "precaution", "ruleset": "test", "because": [], "sources": [],
}  # fmt: skip
INTAKE = Intake(
    reference="AAAA-2222",
    conversation_id="one",
    contact_name="Ada Smith",
    contact_phone="(555) 01-23",
    verdict=VERDICT,
    answers={"pain_site": ["hip_pain"], "age": 41, "precautions": "any", "precaution_ids": ["pregnancy"], "signs": []},
    said={"pain_site": "my left hip hurts", "age": "41"},
    corrections=[{"fact": "age", "old": 14, "new": 41}],
    consent={"kind": "chat", "version": "1", "text": "May we?"},
)


def add(engine: sa.engine.Engine, handoff: str = "", **changes: Any) -> int:
    """Store an intake like the one above but for some changes; return its id."""
    outcome = changes.pop("outcome", None)
    intake = replace(INTAKE, **changes)
    if outcome:
        intake = replace(intake, verdict=VERDICT | {"outcome": outcome})
    with engine.begin() as connection:
        return store(connection, intake, handoff)


def add_talk(engine: sa.engine.Engine, conversation_id: str, data: str) -> None:
    """Store a conversation with one event."""
    from datetime import UTC, datetime

    with engine.begin() as connection:
        row = {"id": conversation_id, "token_hash": "", "created": datetime.now(UTC)}
        connection.execute(conversations_table.insert().values(**row))
        connection.execute(events_table.insert().values(conversation_id=conversation_id, data=data))
