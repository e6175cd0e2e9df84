"""Rasa's tracker store over our tables: errors are raised, never swallowed, and never end the process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.intake.database import events_table, hold_off_turns, keys_table, trackers_table
from bot.intake.progress import note_progress
from bot.intake.talk import events_of
from bot.runtime.condensing import condensed
from bot.runtime.repeats import key_of

# Made once: making a statement takes longer than carrying it out.
_conversation = sa.bindparam("conversation")
_row = trackers_table.c
_READ_ROW = sa.select(_row.stored, _row.data).where(_row.conversation_id == _conversation)
_MOVE_ROW = (
    trackers_table.update()
    .where(_row.conversation_id == _conversation, _row.stored == sa.bindparam("was_stored"))
    .values(stored=sa.bindparam("now_stored"), data=sa.bindparam("new_data"))
)
_ADD_ROW = trackers_table.insert()
_ADD_EVENTS = events_table.insert()


class ConversationMovedOn(RuntimeError):
    """Another worker took a turn of the conversation meanwhile; nothing was stored."""


@dataclass(frozen=True)
class _Place:
    """How far a tracker is stored."""

    held: int = 0  # of the tracker's own events
    stored: int = 0  # of the conversation's events
    condensed: bool = False  # whether the conversation has a row in the table of trackers


class EventStore(TrackerStore):
    """Keeps each conversation's events in order; a turn is written in one transaction before it is answered.

    Beside them stands the condensed tracker that the next turn starts from. It tells how many events were stored, so
    a turn that began before another one ended cannot be stored, whatever became of the lock.
    """

    def __init__(self, engine: sa.engine.Engine, domain: Domain | None = None) -> None:
        self._engine = engine
        super().__init__(domain)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the condensed tracker of a conversation, or None for a new one."""
        row = self._row(sender_id)
        events = json.loads(row.data) if row else self.events(sender_id)  # those of before there were such rows
        if not events:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.place = _Place(len(tracker.events), row.stored if row else len(events), bool(row))  # type: ignore[attr-defined]
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are not stored yet.

        Raises:
            ConversationMovedOn: others were stored since the tracker was retrieved.
        """
        place: _Place = getattr(tracker, "place", _Place())
        new = [event.as_dict() for event in islice(tracker.events, place.held, None)]
        if not new:
            return
        after = _Place(len(tracker.events), place.stored + len(new), condensed=True)
        data = json.dumps([event.as_dict() for event in condensed(tracker, self.domain)])
        with self._engine.begin() as connection:
            note_progress(connection, tracker.sender_id, new, datetime.now(UTC))  # first: see hold_off_turns
            _move_on(connection, tracker.sender_id, place, after.stored, data)
            rows = [{"conversation_id": tracker.sender_id, "data": json.dumps(event)} for event in new]
            connection.execute(_ADD_EVENTS, rows)
            keys = [{"conversation_id": tracker.sender_id, "key": key} for event in new if (key := key_of(event))]
            if keys:
                connection.execute(keys_table.insert(), keys)
        tracker.place = after  # type: ignore[attr-defined]

    def newest_events(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the events of the last turns, oldest first, with a few that stand for all before them."""
        row = self._row(conversation_id)
        return json.loads(row.data) if row else self.events(conversation_id)

    def took_in(self, conversation_id: str, key: str) -> bool:
        """Return whether a message with this key was taken in."""
        table = keys_table
        query = sa.select(table.c.key).where(table.c.conversation_id == conversation_id, table.c.key == key)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(events_table.c.conversation_id).distinct()).scalars())

    def events(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return a conversation's events as they were stored, oldest first."""
        return events_of(self._engine, conversation_id)

    def erase(self, conversation_id: str) -> None:
        """Erase a conversation's events."""
        with self._engine.begin() as connection:
            hold_off_turns(connection, [conversation_id])
            for table in (trackers_table, events_table, keys_table):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))

    def _row(self, conversation_id: str) -> sa.engine.Row | None:
        with self._engine.connect() as connection:
            return connection.execute(_READ_ROW, {"conversation": conversation_id}).first()


def _move_on(connection: sa.engine.Connection, conversation_id: str, place: _Place, stored: int, data: str) -> None:
    if place.condensed:
        known = {"conversation": conversation_id, "was_stored": place.stored}
        moved = connection.execute(_MOVE_ROW, known | {"now_stored": stored, "new_data": data}).rowcount == 1
    else:
        moved = _began(connection, {"conversation_id": conversation_id, "stored": stored, "data": data})
    if not moved:
        raise ConversationMovedOn(f"another turn was stored after event {place.stored}")


def _began(connection: sa.engine.Connection, row: dict[str, Any]) -> bool:
    try:
        connection.execute(_ADD_ROW, row)
    except sa.exc.IntegrityError:
        return False
    return True
