"""The real app around the real assistant."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from bot.intake.database import open_database
from bot.settings import Clinic, clinic
from bot.web.app import create_app
from bot.web.conversations import Conversations
from bot.web.limiting import Limiter
from bot.web.state import WebState
from tests.runtime.moving import move
from tests.web.patient import Patient


def app_over(
    database_url: str, load: Callable[[], Any], limits: Limiter | None = None, details: Clinic | None = None
) -> FastAPI:
    """Return the app as `serve` makes it."""
    details = details or clinic()
    conversations = Conversations(open_database(database_url))
    state = WebState(conversations, limits or Limiter(enabled=False), details.phone, details.emergency_number)
    return create_app(state, details, load)


def wait_for(client: TestClient, there: Callable[[Response], bool] = lambda r: r.status_code == 200) -> TestClient:
    """Return the client once /readyz answers as wanted."""
    for _ in range(200):
        if there(client.get("/readyz")):
            return client
        time.sleep(0.01)
    raise AssertionError(client.get("/readyz").text)


@pytest.fixture
def app(assistant: Any, database_url: str) -> FastAPI:
    """Return the app without rate limits."""
    return app_over(database_url, lambda: assistant)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a client of the running app."""
    with TestClient(app) as client:
        yield wait_for(client)


@pytest.fixture
def patient(client: TestClient) -> Patient:
    """Return a patient who has just been greeted."""
    return Patient(client)


@pytest.fixture
def loading_client(database_url: str) -> TestClient:
    """Return a client of an app that has not loaded the assistant yet."""
    app = app_over(database_url, lambda: None)
    return TestClient(app)  # loading begins with the app's start, which only `with` brings about


@pytest.fixture
def own_database(tmp_path: Path) -> Path:
    """Return the file of a database that no other test sees."""
    return tmp_path / "own" / "test.db"


@pytest.fixture
def own_client(assistant: Any, own_database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Return a client of an app over a database that no other test sees."""
    url = f"sqlite:///{own_database}"
    with TestClient(app_over(url, lambda: move(assistant, url, monkeypatch))) as client:
        yield wait_for(client)
