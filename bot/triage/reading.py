"""A reading as it travels: from the entities of a message, and its finding `answers` by question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.triage.model import Assertion, Finding, Reading


def reading_of(entities: Iterable[Mapping[str, Any]]) -> Reading:
    """Return the findings that a message's entities stand for; those of other extractors have no role."""
    return tuple(
        Finding(e["entity"], e["value"], e.get("said", ""), Assertion(e["role"])) for e in entities if e.get("role")
    )


def answers_in(reading: Reading) -> dict[str, str]:
    """Return what the message as a whole comes to as an answer, by question; empty where that was not learnt."""
    answers = next((finding.value for finding in reading if finding.kind == "answers"), "")
    return dict(pair.split("=") for pair in answers.split())
