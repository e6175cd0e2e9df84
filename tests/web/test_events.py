"""News of a conversation come by themselves, also what staff wrote, and nobody else hears them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from time import monotonic
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.intake.database import open_database
from bot.intake.desk_tables import staff_messages_table
from bot.intake.talk import numbered_events
from bot.web import events, news
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


def begin(address: str) -> tuple[str, dict[str, str]]:
    """Return the id of a new conversation, and the headers that let into it."""
    new = httpx.post(f"{address}{CONVERSATIONS}", json={}).json()
    return new["conversation_id"], {"Authorization": f"Bearer {new['token']}"}


def follow(
    address: str, name: str, headers: dict[str, str], wanted: int, begun: threading.Event,
    found: list[Any] | None = None,
) -> list[Any]:  # fmt: skip
    """Return the first events of a conversation, each as (id, message); put into `found` as they come."""
    found = [] if found is None else found
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


class Listener(threading.Thread):
    """Follows a conversation from a place on until the stream ends, or has brought so many messages."""

    def __init__(self, address: str, name: str, headers: dict[str, str], wanted: int = 999) -> None:
        super().__init__()
        self.found: list[Any] = []
        self._arguments = (address, name, headers, wanted)
        self._begun = threading.Event()
        self.start()
        assert self._begun.wait(10)

    def run(self) -> None:
        """Follow."""
        follow(*self._arguments, self._begun, self.found)


def test_a_second_tab_gets_at_once_what_it_lacks(address: str) -> None:
    name, headers = begin(address)
    say = f"{address}{CONVERSATIONS}/{name}"
    first = Listener(address, name, headers, 2)
    answer = httpx.post(f"{say}/messages", json={"text": "my hip hurts"}, headers=headers, timeout=20)
    talk = httpx.get(f"{say}/messages", headers=headers).json()["messages"]
    second = Listener(address, name, headers | {"Last-Event-ID": "1"}, len(talk) - 1)
    second.join(20)
    assert second.found == list(enumerate(talk[1:], 2))
    first.join(20)
    assert [message for _, message in first.found] == [talk[-2], *answer.json()["messages"]]


def test_what_is_new_is_read_once_for_all_who_follow(
    address: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a long talk anew for each of twenty streams, at each message, kept everybody waiting."""
    name, headers = begin(address)
    read: list[int] = []

    def counted(*arguments: Any) -> list[Any]:
        found = numbered_events(*arguments)
        read.append(len(found))
        return found

    monkeypatch.setattr(news, "numbered_events", counted)
    listeners = [Listener(address, name, headers, 2) for _ in range(5)]
    read.clear()
    before = len(numbered_events(open_database(database_url), name))
    httpx.post(f"{address}{CONVERSATIONS}/{name}/messages", json={"text": "my hip hurts"}, headers=headers, timeout=20)
    for listener in listeners:
        listener.join(20)
    assert sum(read) == len(numbered_events(open_database(database_url), name)) - before
    assert [listener.found for listener in listeners] == [listeners[0].found] * 5
    assert listeners[0].found[0][1] == {"from": "patient", "text": "my hip hurts"}


def test_a_talk_that_was_forgotten_begins_anew(address: str) -> None:
    name, headers = begin(address)
    say = f"{address}{CONVERSATIONS}/{name}/messages"
    for text in ("my hip hurts", "41", "forget me"):
        httpx.post(say, json={"text": text}, headers=headers, timeout=20)
    listener = Listener(address, name, headers)
    httpx.post(say, json={"text": "yes, delete it"}, headers=headers, timeout=20)
    httpx.post(say, json={"text": "hello"}, headers=headers, timeout=20)
    talk = httpx.get(say, headers=headers).json()["messages"]
    until = monotonic() + 20
    while listener.found[-len(talk) :] != list(enumerate(talk, 1)):
        assert monotonic() < until, listener.found
        threading.Event().wait(0.05)
    httpx.delete(f"{address}{CONVERSATIONS}/{name}", headers=headers)
    listener.join(10)
    assert not listener.is_alive()


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


@pytest.mark.parametrize(("longest", "beat", "beats"), [(0.3, 0.1, range(1, 7)), (0.2, 30, range(1, 4)), (0, 30, [0])])
def test_a_stream_without_news_ends_in_its_time(
    address: str, monkeypatch: pytest.MonkeyPatch, longest: float, beat: float, beats: Collection[int]
) -> None:
    monkeypatch.setattr(events, "LONGEST", longest)
    monkeypatch.setattr(events, "BEAT", beat)
    name, headers = begin(address)
    headers["Last-Event-ID"] = "99"
    with httpx.stream("GET", f"{address}{CONVERSATIONS}/{name}/events", headers=headers, timeout=10) as stream:
        received = [line for line in stream.iter_lines() if line]
    assert received[0] == "retry: 2000"
    assert received.count(": still here") in beats


@pytest.mark.parametrize("known", [{}, {"Last-Event-ID": "0"}])
def test_a_conversation_is_followed_in_few_places_also_where_all_come_at_once(
    address: str, monkeypatch: pytest.MonkeyPatch, known: dict[str, str]
) -> None:
    monkeypatch.setattr(events, "MOST_STREAMS", 3)
    name, headers = begin(address)

    async def first_line(client: httpx.AsyncClient, opened: asyncio.Barrier) -> str:
        path = f"{CONVERSATIONS}/{name}/events"
        async with client.stream("GET", f"{address}{path}", headers=headers | known, timeout=20) as stream:
            lines = stream.aiter_lines()
            first = await anext(lines, "") if stream.status_code == 200 else ""
            await opened.wait()  # the others', while this one is open
            return first

    async def everyone() -> list[str]:
        opened = asyncio.Barrier(12)
        async with httpx.AsyncClient() as client:
            return await asyncio.gather(*(first_line(client, opened) for _ in range(12)))

    assert asyncio.run(everyone()).count("retry: 2000") == 3
