"""Rasa's tracker store over our tables: errors are raised, never swallowed, and never end the process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.intake.database import events_table, keys_table
from bot.intake.progress import note_progress
from bot.runtime.repeats import key_of


class EventStore(TrackerStore):
    """Keeps each conversation's events in order; a turn is written in one transaction before it is answered."""

    def __init__(self, engine: sa.engine.Engine, domain: Domain | None = None) -> None:
        self._engine = engine
        super().__init__(domain)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of a conversation, or None for a new one."""
        events = self.events(sender_id)
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots) if events else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are not stored yet."""
        table = events_table
        with self._engine.begin() as connection:
            count = sa.select(sa.func.count()).where(table.c.conversation_id == tracker.sender_id)
            stored = connection.execute(count).scalar_one()
            events = [event.as_dict() for event in islice(tracker.events, stored, None)]
            rows = [{"conversation_id": tracker.sender_id, "data": json.dumps(event)} for event in events]
            keys = [{"conversation_id": tracker.sender_id, "key": key} for e in events if (key := key_of(e))]
            if rows:
                connection.execute(table.insert(), rows)
                note_progress(connection, tracker.sender_id, events)
            if keys:
                connection.execute(keys_table.insert(), keys)

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(events_table.c.conversation_id).distinct()).scalars())

    def events(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return a conversation's events as they were stored, oldest first."""
        table = events_table
        query = sa.select(table.c.data).where(table.c.conversation_id == conversation_id).order_by(table.c.id)
        with self._engine.connect() as connection:
            return [json.loads(data) for data in connection.execute(query).scalars()]

    def erase(self, conversation_id: str) -> None:
        """Erase a conversation's events."""
        with self._engine.begin() as connection:
            for table in (events_table, keys_table):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))
