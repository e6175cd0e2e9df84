"""A message that is sent again under its key gets its first answer: the key stands with the message it came with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from bot.runtime.messages import Message, from_events


class KeyReused(ValueError):
    """The key came with another message before."""


@dataclass(frozen=True)
class Key:
    """What tells a repeated message from a new one: the client's key, and a hash of what it came with."""

    key: str
    content: str

    def as_metadata(self) -> dict[str, str]:
        """Return the key as it is kept with the message."""
        return {"idempotency_key": self.key, "content": self.content}


def key_of(event: Mapping[str, Any]) -> str | None:
    """Return the key that a message of the patient came with."""
    metadata = event.get("metadata") or {}
    return metadata.get("idempotency_key") if event["event"] == "user" else None


def first_answer(events: Iterable[Mapping[str, Any]], key: Key | None) -> list[Message] | None:
    """Return what the message with this key was answered, or None where it is new.

    Raises:
        KeyReused: it came with another message.
    """
    if key is None:
        return None
    following = iter(events)
    found = next((event for event in following if key_of(event) == key.key), None)
    if found is None:
        return None
    if found["metadata"]["content"] != key.content:
        raise KeyReused(key.key)
    return from_events(takewhile(lambda event: event["event"] != "user", following))
