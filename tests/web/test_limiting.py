"""The limits: how many requests, how large a body, and what happens where the counters cannot be reached."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from limits import parse

from bot.web.limiting import MAX_BODY, Limiter, network_of
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient
from tests.web.test_refusals import assert_problem

FAR = ("203.0.113.7", 50_000)
FARTHER = ("203.0.113.8", 50_000)


@pytest.fixture
def limited(assistant: Any, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """Return the app with limits of two."""
    monkeypatch.setattr("bot.web.limiting.NEW_CONVERSATIONS", parse("2/5minutes"))
    monkeypatch.setattr("bot.web.limiting.MESSAGES", parse("2/minute"))
    app = app_over(database_url, lambda: assistant, Limiter(enabled=True))
    with TestClient(app) as client:
        yield wait_for(client).app  # type: ignore[misc]


def test_too_many_conversations_from_one_address(limited: FastAPI) -> None:
    client = TestClient(limited, client=FAR)
    assert [client.post(CONVERSATIONS, json={}).status_code for _ in range(2)] == [201, 201]
    refused = client.post(CONVERSATIONS, json={})
    assert "wait" in assert_problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 300
    assert TestClient(limited, client=FARTHER).post(CONVERSATIONS, json={}).status_code == 201


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "testclient"])
def test_this_machine_begins_as_many_as_it_likes(limited: FastAPI, host: str) -> None:
    client = TestClient(limited, client=(host, 50_000))
    assert [client.post(CONVERSATIONS, json={}).status_code for _ in range(3)] == [201] * 3


def test_too_many_messages_in_one_conversation(limited: FastAPI) -> None:
    client = TestClient(limited, client=FAR)
    one, other = Patient(client), Patient(client)
    assert [one.post(json={"text": "my hip hurts"}).status_code for _ in range(2)] == [200, 200]
    before = one.transcript()
    refused = one.post(json={"text": "my hip hurts"})
    assert_problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert one.transcript() == before
    assert other.post(json={"text": "my hip hurts"}).status_code == 200


def test_messages_with_a_wrong_token_do_not_use_up_the_patient_s(limited: FastAPI) -> None:
    patient = Patient(TestClient(limited, client=FAR))
    for _ in range(5):
        assert patient.post(json={"text": "hi"}, headers={"Authorization": "Bearer no"}).status_code == 404
    assert patient.post(json={"text": "my hip hurts"}).status_code == 200


def test_too_many_messages_in_a_day(limited: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.limiting.MESSAGES_IN_ALL", parse("1/day"))
    patient = Patient(TestClient(limited, client=FAR))
    assert [patient.post(json={"text": "my hip hurts"}).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("part", ["messages", "answers"])
def test_a_whole_talk_is_read_as_often_as_one_needs(
    limited: FastAPI, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr("bot.web.limiting.READS", parse("2/minute"))
    client = TestClient(limited, client=FAR)
    patient, other = Patient(client), Patient(client)
    address = f"{CONVERSATIONS}/{patient.id}/{part}"
    assert [client.get(address, headers=patient.headers).status_code for _ in range(2)] == [200, 200]
    for refused in (address, f"{CONVERSATIONS}/{patient.id}/events"):
        assert_problem(client.get(refused, headers=patient.headers), 429)
    assert other.transcript()
    assert patient.erase().status_code == 204  # is never refused


@pytest.mark.parametrize(("host", "counts_as"), [
    ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), ("testclient", "testclient"), ("", ""),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
])  # fmt: skip
def test_all_addresses_of_one_customer_count_as_one(host: str, counts_as: str) -> None:
    assert network_of(host) == counts_as


def test_who_changes_addresses_within_their_network_is_counted_all_the_same(limited: FastAPI) -> None:
    codes = [
        TestClient(limited, client=(f"2001:db8:1:2::{number}", 50_000)).post(CONVERSATIONS, json={}).status_code
        for number in range(3)
    ]
    assert codes == [201, 201, 429]


def test_many_who_ask_at_once_whether_it_is_ready_cause_one_look(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def look() -> None:
        looks.append(time.monotonic())
        time.sleep(0.2)

    monkeypatch.setattr(app.state.web, "problem", look)

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [answer.status_code for answer in await asyncio.gather(*(client.get("/readyz") for _ in range(50)))]

    assert asyncio.run(ask()) == [200] * 50
    assert len(looks) == 1


def test_without_limits_there_are_none(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.limiting.NEW_CONVERSATIONS", parse("1/5minutes"))
    monkeypatch.setattr("bot.web.limiting.MESSAGES", parse("1/minute"))
    far = TestClient(client.app, client=FAR)
    patients = [Patient(far) for _ in range(3)]
    assert [patients[0].post(json={"text": "my hip hurts"}).status_code for _ in range(3)] == [200] * 3


def test_counters_that_cannot_be_reached(assistant: Any, database_url: str) -> None:
    app = app_over(database_url, lambda: assistant, Limiter(enabled=True, redis_url="redis://127.0.0.1:1"))
    with TestClient(app, client=FAR) as client:
        wait_for(client, lambda response: "limits" in response.text)
        assert_problem(client.get("/readyz"), 503)
        assert_problem(client.post(CONVERSATIONS, json={}), 503)


def chunks(size: int) -> Iterator[bytes]:
    """Yield a body in pieces, as a client does that does not tell its length."""
    for _ in range(0, size, 1_000):
        yield b" " * 1_000


def test_a_body_in_pieces_is_cut_off(patient: Patient) -> None:
    response = patient.post(content=chunks(MAX_BODY + 2_000), headers={"Content-Type": "application/json"})
    assert_problem(response, 413)


def test_the_largest_body_is_read(patient: Patient) -> None:
    body = b'{"text": "my hip hurts"}'.ljust(MAX_BODY)
    assert patient.post(content=body, headers={"Content-Type": "application/json"}).status_code == 200


def test_no_more_of_a_body_is_read_than_is_allowed(app: FastAPI) -> None:
    """A body without end must not fill the memory before it is refused."""
    read = 0
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1_000
        return {"type": "http.request", "body": b" " * 1_000, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": CONVERSATIONS, "raw_path": b"",
        "scheme": "http", "query_string": b"", "headers": [], "client": FAR, "server": ("test", 80), "root_path": "",
    }  # fmt: skip
    call: Callable[..., Any] = app
    asyncio.run(call(scope, receive, send))
    assert sent[0]["status"] == 413
    assert read <= MAX_BODY + 1_000
