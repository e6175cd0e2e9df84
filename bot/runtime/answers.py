"""The answers held in a conversation, read from a tracker's events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from bot.triage.engine import QUESTIONS


class Answer(TypedDict):
    """An answer: the question's id, what is kept of it, and the patient's own words ("" where there are none)."""

    fact: str
    value: Any
    said: str


def answers_of(events: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """Return the answers that stand after these events, in the order of the questions."""
    slots: dict[str, Any] = {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    said = (slots.get("interview") or {}).get("said") or {}
    held = {question: slots.get(question) for question in QUESTIONS}
    known = {question: value for question, value in held.items() if value not in (None, {})}
    return [Answer(fact=question, value=value, said=said.get(question, "")) for question, value in known.items()]
