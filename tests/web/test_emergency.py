"""The advice in an emergency reaches the patient also when model, database or assistant fail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import parse

from bot.runtime.assistant import TurnFailed
from bot.settings import clinic
from bot.web.emergency import advice
from bot.web.limiting import Limiter
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS
from tests.web.test_refusals import assert_problem

CALL = f"Please call {clinic().emergency_number} now."
SIGNS = ["crushing chest pain down my left arm", "my back hurts and I can't pee", "I want to kill myself"]


class FailingAssistant:
    """An assistant that finishes no turn."""

    async def start(self, _conversation_id: str) -> list[Any]:
        """Greet with nothing."""
        return []

    async def hear(self, *_: Any) -> list[Any]:
        """Fail."""
        raise TurnFailed("broken")

    def first_answer(self, *_: Any) -> None:
        """Know of no earlier answer."""


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """Return the app around an assistant that finishes no turn."""
    return app_over(f"sqlite:///{tmp_path / 'own' / 'test.db'}", FailingAssistant)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a client of the running app."""
    with TestClient(app) as client:
        yield wait_for(client)


def detail_of(client: TestClient, begun: dict[str, Any], text: str) -> str:
    """Say something that fails, and return what the patient is told."""
    headers = {"Authorization": f"Bearer {begun['token']}"}
    address = f"{CONVERSATIONS}/{begun['conversation_id']}/messages"
    return assert_problem(client.post(address, headers=headers, json={"text": text}), 503)


@pytest.mark.parametrize("text", SIGNS)
def test_the_phrases_alone_tell_what_to_do(text: str) -> None:
    assert clinic().emergency_number in advice(text)


def test_a_crisis_names_its_own_number() -> None:
    assert clinic().crisis_number in advice("I want to kill myself")


@pytest.mark.parametrize("text", ["my hip hurts", "no chest pain", "", "hello", "\ud800"])
def test_where_there_is_no_sign_there_is_no_advice(text: str) -> None:
    assert advice(text) == ""


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(), max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    advice(text)


@pytest.mark.parametrize("text", SIGNS)
def test_when_the_assistant_fails_the_advice_comes_first(client: TestClient, text: str) -> None:
    begun = client.post(CONVERSATIONS, json={}).json()
    assert detail_of(client, begun, text).startswith(advice(text))


def test_when_the_assistant_fails_the_numbers_are_told(client: TestClient) -> None:
    begun = client.post(CONVERSATIONS, json={}).json()
    detail = detail_of(client, begun, "my hip hurts")
    assert clinic().phone in detail
    assert clinic().emergency_number in detail
    assert CALL not in detail


def test_when_the_database_is_gone_the_advice_comes_first(client: TestClient, tmp_path: Path) -> None:
    begun = client.post(CONVERSATIONS, json={}).json()
    (tmp_path / "own").rename(tmp_path / "gone")
    assert detail_of(client, begun, SIGNS[0]).startswith(CALL)


def test_while_the_model_is_not_there_the_advice_comes_first(app: FastAPI) -> None:
    waiting = TestClient(app)  # nothing is loaded before the app's start
    conversation_id, token = app.state.web.conversations.create()
    begun = {"conversation_id": conversation_id, "token": token}
    assert detail_of(waiting, begun, SIGNS[0]).startswith(CALL)


def test_a_turn_that_takes_too_long_is_advised_too(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: Any) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr("bot.web.state.LONGEST_TURN", 0.05)
    monkeypatch.setattr(FailingAssistant, "hear", slow)
    with TestClient(app) as client:
        begun = wait_for(client).post(CONVERSATIONS, json={}).json()
        assert detail_of(client, begun, SIGNS[0]).startswith(CALL)


def send_at_once(app: FastAPI, sent: list[tuple[str, dict[str, Any], str]]) -> list[httpx.Response]:
    """Say things at the same moment, each from an address and in a conversation."""

    async def send(address: str, begun: dict[str, Any], text: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            headers = {"Authorization": f"Bearer {begun['token']}"}
            path = f"{CONVERSATIONS}/{begun['conversation_id']}/messages"
            return await client.post(path, headers=headers, json={"text": text})

    async def everyone() -> list[httpx.Response]:
        return await asyncio.gather(*(send(*each) for each in sent))

    return asyncio.run(everyone())


@pytest.fixture
def limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """Return an app that takes one message a minute in a conversation, with all else ready."""
    monkeypatch.setattr("bot.web.limiting.MESSAGES", parse("1/minute"))
    monkeypatch.setattr("bot.web.emergency.PAUSE", 0)
    app = app_over(f"sqlite:///{tmp_path / 'own' / 'test.db'}", FailingAssistant, Limiter(enabled=True))
    app.state.web.assistant = FailingAssistant()
    return app


def begun(app: FastAPI) -> dict[str, Any]:
    """Return a new conversation."""
    return dict(zip(("conversation_id", "token"), app.state.web.conversations.create(), strict=True))


def test_a_flood_beyond_the_limit_keeps_nobody_else_from_advice(
    limited: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding it is work, of which a flood costs as much as it likes."""
    read: list[str] = []
    monkeypatch.setattr("bot.web.emergency.advice", lambda text: read.append(text) or "")
    flood = [("203.0.113.7", begun(limited), "flood")] * 20
    answers = send_at_once(limited, [*flood, ("203.0.113.8", begun(limited), "other")])
    assert [answer.status_code for answer in answers].count(429) == 19
    assert read.index("other") < 5


NO_ROOM = {"no place in the line": ("bot.web.lines.LONGEST_LINE", 0), "no time": ("bot.web.emergency.LONGEST_WAIT", 0)}


@pytest.mark.parametrize(("limit", "least"), NO_ROOM.values(), ids=NO_ROOM)
def test_where_there_is_no_room_for_advice_the_numbers_are_named(
    limited: FastAPI, monkeypatch: pytest.MonkeyPatch, limit: str, least: int
) -> None:
    conversation = begun(limited)
    send_at_once(limited, [("203.0.113.7", conversation, "hello")])
    monkeypatch.setattr(limit, least)
    (answer,) = send_at_once(limited, [("203.0.113.7", conversation, SIGNS[0])])
    detail = assert_problem(answer, 429)
    assert clinic().phone in detail and clinic().emergency_number in detail
