"""Tells the streams of a process what is new in the database, whichever worker wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.intake.staff_talk import lengths
from bot.web.news import News, Place, read_on

INTERVAL = 1.0  # seconds between two looks at the database

Waiting = asyncio.Queue[News | None]


@dataclass
class _Followed:
    """A conversation that is followed: how far it was read, and who waits for more."""

    place: Place
    queues: set[Waiting] = field(default_factory=set)


class Feed:
    """Tells those who wait what is new: one look for all conversations, and what is new of each is read once."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine
        self._followed: dict[str, _Followed] = {}
        self._looking: asyncio.Task[None] | None = None

    def listen(self, conversation_id: str, place: Place) -> Waiting:
        """Return a queue of all news after a place, and perhaps earlier ones; None says that the talk was erased.

        `leave` when it is no longer needed.
        """
        followed = self._followed.setdefault(conversation_id, _Followed(place))
        followed.place = min(followed.place, place)  # what came after it may have been told before
        queue: Waiting = asyncio.Queue()
        followed.queues.add(queue)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return queue

    def listeners(self, conversation_id: str) -> int:
        """Return how many wait for news of a conversation."""
        return len(self._followed[conversation_id].queues) if conversation_id in self._followed else 0

    def leave(self, conversation_id: str, queue: Waiting) -> None:
        """Wait no longer."""
        self._followed[conversation_id].queues.discard(queue)
        if not self._followed[conversation_id].queues:
            del self._followed[conversation_id]

    async def _look(self) -> None:
        while self._followed:
            places = {conversation_id: followed.place for conversation_id, followed in self._followed.items()}
            with suppress(sa.exc.SQLAlchemyError):  # the database is away: look again
                for conversation_id, news in (await asyncio.to_thread(_news, self._engine, places)).items():
                    self._tell(conversation_id, places[conversation_id], news)
                    await asyncio.sleep(0)  # let turns by
            await asyncio.sleep(INTERVAL)

    def _tell(self, conversation_id: str, since: Place, news: News | None) -> None:
        """Tell the news, unless somebody came meanwhile who lacks more: then the next look finds it all."""
        followed = self._followed.get(conversation_id)
        if followed is None or followed.place != since:
            return
        if news is not None:
            followed.place = news.place
        for queue in followed.queues:
            queue.put_nowait(news)


def _news(engine: sa.engine.Engine, places: Mapping[str, Place]) -> dict[str, News | None]:
    """Return what is new after each place; None where nothing is left."""
    rows = lengths(engine, places)
    changed = {name: place for name, place in places.items() if rows[name] != place.rows}
    return {name: read_on(engine, name, _still(place, rows[name])) if rows[name] else None
            for name, place in changed.items()}  # fmt: skip


def _still(place: Place, rows: int) -> Place:
    """Return the place, or the beginning where what stood before it was forgotten."""
    return place if rows > place.rows else Place()
