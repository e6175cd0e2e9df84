"""Wakes the streams of a process when there is news in the database, whichever worker wrote it."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from bot.intake.staff_talk import lengths

INTERVAL = 1.0  # seconds between two looks at the database


class Feed:
    """Wakes those who wait for news: one look at the database for all conversations of this process."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._known: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    def listen(self, conversation_id: str) -> asyncio.Event:
        """Return an event that is set whenever there may be news; `leave` when it is no longer needed."""
        event = asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(event)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return event

    def listeners(self, conversation_id: str) -> int:
        """Return how many wait for news of a conversation."""
        return len(self._waiting.get(conversation_id, ()))

    def leave(self, conversation_id: str, event: asyncio.Event) -> None:
        """Wait no longer."""
        self._waiting[conversation_id].discard(event)
        if not self._waiting[conversation_id]:
            del self._waiting[conversation_id]
            self._known.pop(conversation_id, None)

    async def _look(self) -> None:
        while self._waiting:
            try:
                found = await asyncio.to_thread(lengths, self._engine, list(self._waiting))
            except sa.exc.SQLAlchemyError:
                found = {}  # the database is away: look again
            for conversation_id, length in found.items():
                if self._known.get(conversation_id) != length:
                    self._known[conversation_id] = length
                    for event in self._waiting.get(conversation_id, ()):
                        event.set()
            await asyncio.sleep(INTERVAL)
