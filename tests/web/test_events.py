"""News of a conversation come by themselves, also what staff wrote, and nobody else hears them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.intake.database import open_database
from bot.intake.desk_tables import staff_messages_table
from tests.browser import served
from tests.web.conftest import app_over
from tests.web.patient import CONVERSATIONS


@pytest.fixture
def address(assistant: Any, database_url: str) -> Iterator[str]:
    """Return the address of a server on a port, for streams need one."""
    app: FastAPI = app_over(database_url, lambda: assistant)
    with served(app) as address:
        while httpx.get(f"{address}/readyz").status_code != 200:
            threading.Event().wait(0.05)
        yield address


def follow(address: str, name: str, headers: dict[str, str], wanted: int, begun: threading.Event) -> list[Any]:
    """Return the first events of a conversation, each as (id, message)."""
    found: list[Any] = []
    number = 0
    with httpx.stream("GET", f"{address}{CONVERSATIONS}/{name}/events", headers=headers, timeout=20) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            begun.set()
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("data: "):
                found.append((number, json.loads(line[6:])))
            if len(found) == wanted:
                return found
    return found


def staff_write(database_url: str, conversation_id: str, text: str) -> None:
    """Write as another worker would, straight into the database."""
    import time

    row = {"conversation_id": conversation_id, "at": time.time(), "author": "Sam Reyes", "text": text}
    with open_database(database_url).begin() as connection:
        connection.execute(staff_messages_table.insert().values(**row))


def test_what_staff_and_patient_write_is_streamed(address: str, database_url: str) -> None:
    new = httpx.post(f"{address}{CONVERSATIONS}", json={}).json()
    name, headers = new["conversation_id"], {"Authorization": f"Bearer {new['token']}"}
    known, begun, found = len(new["messages"]), threading.Event(), []
    following = threading.Thread(target=lambda: found.extend(follow(address, name, headers, 3, begun)))
    following.start()
    assert begun.wait(10)
    staff_write(database_url, name, "Hello Ada")
    httpx.post(f"{address}{CONVERSATIONS}/{name}/messages", json={"text": "my hip hurts"}, headers=headers, timeout=20)
    following.join(20)
    assert found[0] == (known + 1, {"from": "staff", "text": "Hello Ada", "author": "Sam Reyes"})
    assert [message["from"] for _, message in found] == ["staff", "patient", "assistant"]
    talk = httpx.get(f"{address}{CONVERSATIONS}/{name}/messages", headers=headers).json()["messages"]
    assert [message for _, message in found] == talk[known : known + 3]


def test_what_came_meanwhile_is_sent_on_the_next_connection(address: str, database_url: str) -> None:
    new = httpx.post(f"{address}{CONVERSATIONS}", json={}).json()
    name, headers = new["conversation_id"], {"Authorization": f"Bearer {new['token']}"}
    staff_write(database_url, name, "Hello Ada")
    headers["Last-Event-ID"] = str(len(new["messages"]))
    ((number, message),) = follow(address, name, headers, 1, threading.Event())
    assert (number, message["text"]) == (len(new["messages"]) + 1, "Hello Ada")


def test_without_the_token_there_is_nothing(address: str) -> None:
    new = httpx.post(f"{address}{CONVERSATIONS}", json={}).json()
    headers = {"Authorization": "Bearer x"}
    assert httpx.get(f"{address}{CONVERSATIONS}/{new['conversation_id']}/events", headers=headers).status_code == 404


def test_a_conversation_is_followed_from_so_many_places_only(
    assistant: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.events.MOST_STREAMS", 2)
    new = httpx.post(f"{address}{CONVERSATIONS}", json={}).json()
    follow_it = f"{address}{CONVERSATIONS}/{new['conversation_id']}/events"
    headers = {"Authorization": f"Bearer {new['token']}"}
    with ExitStack() as open_streams:
        streams = [httpx.stream("GET", follow_it, headers=headers, timeout=20) for _ in range(2)]
        lines = [open_streams.enter_context(stream).iter_lines() for stream in streams]
        assert all(next(line).startswith("retry") for line in lines)
        assert httpx.get(follow_it, headers=headers).status_code == 429
