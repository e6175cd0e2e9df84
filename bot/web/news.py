"""What is new in a conversation, from where one has read it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from bot.intake.staff_talk import staff_messages
from bot.intake.talk import numbered_events
from bot.runtime.messages import from_events, with_staff


@dataclass(frozen=True, order=True)
class Place:
    """How far a talk was read: its messages, the rows that they are in, and the last ids of both tables."""

    messages: int = 0
    rows: int = 0
    event: int = 0
    written: int = 0  # by staff


@dataclass(frozen=True)
class News:
    """Messages by their numbers, each as an event of a stream; number 1 begins a talk anew."""

    events: tuple[tuple[int, str], ...]
    place: Place  # after them

    @property
    def anew(self) -> bool:
        """Return whether what was there before was forgotten."""
        return bool(self.events) and self.events[0][0] == 1

    def after(self, number: int) -> str:
        """Return the events after the message of a number."""
        return "".join(event for at, event in self.events if at > number)


def read_on(engine: sa.engine.Engine, conversation_id: str, place: Place = Place()) -> News:
    """Return what follows a place of a conversation, in the order of time."""
    events = numbered_events(engine, conversation_id, place.event)
    written = staff_messages(engine, conversation_id, place.written)
    talk = with_staff(from_events(event for _, event in events), written)
    after = Place(
        messages=place.messages + len(talk),
        rows=place.rows + len(events) + len(written),
        event=events[-1][0] if events else place.event,
        written=written[-1]["id"] if written else place.written,
    )
    shown = enumerate((json.dumps(message.as_dict()) for message in talk), place.messages + 1)
    return News(tuple((number, f"event: message\nid: {number}\ndata: {data}\n\n") for number, data in shown), after)
