"""Moves the loaded assistant to another database, so that a test can break it or look into its file."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake.database import open_database
from bot.intake.repository import IntakeRepository
from bot.runtime.tracker_store import EventStore


def move(assistant: Any, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put everything that the assistant and its actions keep into another database; undone with the monkeypatch."""
    engine = open_database(database_url)
    store, intakes = EventStore(engine, assistant._agent.domain), IntakeRepository(database_url)
    for name, value in {"_engine": engine, "_store": store, "_intakes": intakes}.items():
        monkeypatch.setattr(assistant, name, value)
    monkeypatch.setattr(assistant._agent, "tracker_store", store)
    monkeypatch.setattr(assistant._agent.processor, "tracker_store", store)
    for module in ("sharing", "handoff"):
        monkeypatch.setattr(f"actions.{module}.intakes", lambda: intakes)
    return assistant
