"""Messages as the HTTP API shows them, read from a tracker's events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

ABOUT = ("asking", "progress", "triage")  # what is told of a message beside its text

# Rasa strips white space of every kind, then takes a slash for a command with an intent and slots.
_COMMAND = re.compile(r"^[\s/]+")


@dataclass(frozen=True)
class Message:
    """What one side said; only the assistant's messages have more than text."""

    sender: str  # "patient", "assistant" or "staff"
    text: str
    quick_replies: tuple[Mapping[str, str], ...] = ()
    asking: str | None = None
    progress: Mapping[str, int] | None = None
    triage: Mapping[str, Any] | None = field(default=None)
    author: str | None = None  # of a message of staff: the name of who writes
    at: float = 0.0  # seconds since 1970

    def as_dict(self) -> dict[str, Any]:
        """Return the message as JSON has it."""
        if self.sender == "patient":
            return {"from": "patient", "text": self.text}
        if self.sender == "staff":
            return {"from": "staff", "text": self.text, "author": self.author}
        return {
            "from": "assistant",
            "text": self.text,
            "quick_replies": [dict(reply) for reply in self.quick_replies],
            "asking": self.asking,
            "progress": dict(self.progress) if self.progress else None,
            "triage": dict(self.triage) if self.triage else None,
        }


def from_events(events: Iterable[Mapping[str, Any]]) -> list[Message]:
    """Return the messages among a tracker's events, oldest first."""
    found = []
    for event in events:
        if event["event"] == "bot":
            found.append(_of_assistant(event))
        elif event["event"] == "user" and not (event.get("metadata") or {}).get("is_external"):
            found.append(Message("patient", event.get("text") or "", at=event.get("timestamp") or 0.0))
    return found


def with_staff(talk: Iterable[Message], from_staff: Iterable[Mapping[str, Any]]) -> list[Message]:
    """Return the talk with what staff wrote in it by time, each in its own order, also where the clock was put back.

    What nobody wrote is the assistant's.
    """
    written = [Message("staff" if m["author"] else "assistant", m["text"], author=m["author"] or None, at=m["at"])
               for m in from_staff]  # fmt: skip
    return list(merge(talk, written, key=lambda message: message.at))


def own_words(text: str) -> str:
    """Return the text as one that Rasa reads as words: without the slashes it may begin with."""
    return _COMMAND.sub("", text) or "?"


def _of_assistant(event: Mapping[str, Any]) -> Message:
    metadata = event.get("metadata") or {}
    buttons = (event.get("data") or {}).get("buttons") or ()
    return Message(
        sender="assistant",
        text=event.get("text") or "",
        quick_replies=tuple({"title": b["title"], "value": b["payload"]} for b in buttons),
        **{name: metadata.get(name) for name in ABOUT},
        at=event.get("timestamp") or 0.0,
    )
