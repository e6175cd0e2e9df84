"""Refusals: the right status, a sentence, and the conversation as it was before."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from bot.runtime.loading import load_assistant
from bot.runtime.manifest import write_manifest
from bot.settings import clinic
from bot.web.limiting import MAX_BODY
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient

JSON = {"Content-Type": "application/json"}
BODIES = {
    "no body": (400, b""),
    "not JSON": (400, b"my hip hurts"),
    "cut short": (400, b'{"text": "my hip'),
    "an array": (400, b'["my hip hurts"]'),
    "an empty array": (400, b"[]"),
    "an array of pairs": (400, b'[["text", "my hip hurts"]]'),
    "a string": (400, b'"my hip hurts"'),
    "null": (400, b"null"),
    "not UTF-8": (400, b'{"text": "\xff\xfe"}'),
    "nested too deep": (400, b"[" * 30_000),
    "2,001 characters": (413, json.dumps({"text": "a" * 2_001}).encode()),
    "2,001 emoji as escapes": (413, json.dumps({"text": "\U0001f600" * 2_001}).encode()),
    "a huge body": (413, b" " * MAX_BODY + b'{"text": "hi"}'),
    "a huge array": (413, b"[" + b"1," * MAX_BODY + b"1]"),
    "an unknown field": (422, b'{"text": "hi", "sender": "another"}'),
    "metadata": (422, b'{"text": "hi", "metadata": {"age": 3}}'),
    "no field": (422, b"{}"),
    "both fields": (422, b'{"text": "hi", "choice": "yes"}'),
    "both null": (422, b'{"text": null, "choice": null}'),
    "a number": (422, b'{"text": 41}'),
    "a list": (422, b'{"text": ["hi"]}'),
    "an object": (422, b'{"text": {"age": 3}}'),
    "true": (422, b'{"choice": true}'),
    "empty text": (422, b'{"text": ""}'),
    "blank text": (422, b'{"text": " \\n\\t "}'),
    "nothing but control characters": (422, b'{"text": "\\u0000\\u0007"}'),
    "nothing but half a character": (422, b'{"text": "\\ud800"}'),
    "empty choice": (422, b'{"choice": ""}'),
    "a choice not offered": (422, b'{"choice": "my hip hurts"}'),
    "one of two choices not offered": (422, b'{"choice": "not sure; my hip hurts"}'),
}


def assert_problem(response: Response, status: int) -> str:
    """Check that a response is a refusal with a sentence to act on, and return the sentence."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"title", "status", "detail"}
    assert problem["status"] == status
    assert len(problem["detail"].split()) >= 3
    assert "Traceback" not in response.text
    return str(problem["detail"])


@pytest.mark.parametrize(("status", "body"), BODIES.values(), ids=BODIES)
def test_a_body_that_cannot_be_taken(patient: Patient, status: int, body: bytes) -> None:
    before = patient.transcript()
    assert_problem(patient.post(content=body, headers=JSON), status)
    assert patient.transcript() == before


def test_the_longest_text_allowed_is_taken(patient: Patient) -> None:
    assert patient.post(json={"text": "my hip hurts " + "\U0001f600" * 1_987}).status_code == 200


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, b""), (400, b"[]"), (400, b"no"), (422, b'{"sender": "alice"}'), (413, b" " * (MAX_BODY + 1))],
    ids=["empty", "array", "not JSON", "unknown field", "huge"],
)
def test_a_beginning_that_cannot_be_taken(client: TestClient, status: int, body: bytes) -> None:
    assert_problem(client.post(CONVERSATIONS, content=body, headers=JSON), status)


def test_a_form_of_another_site_is_no_message(patient: Patient) -> None:
    """A browser sends text/plain across sites without asking first."""
    assert_problem(patient.post(content=b'{"text": "hi"}', headers={"Content-Type": "text/plain"}), 400)


def test_a_choice_of_an_older_question_is_not_offered_any_more(patient: Patient) -> None:
    patient.say("my hip hurts")
    old = patient.newest[-1]["quick_replies"][0]["value"]
    patient.say("no, it stays in one place")
    patient.say("none of these")
    assert_problem(patient.post(json={"choice": old}), 422)


HERE, FAR = "no, it stays in one place", "yes it travels"
TWICE_AT_ONCE = {
    "an answer tapped twice answers no other question": ({}, (HERE, HERE)),
    "of two answers to one question one is taken": ({}, (HERE, FAR)),
    "a key belongs to one choice": ({"Idempotency-Key": "b6f0c1e2"}, (HERE, FAR)),
}


@pytest.mark.parametrize(("key", "choices"), TWICE_AT_ONCE.values(), ids=TWICE_AT_ONCE)
def test_a_choice_is_compared_with_what_is_offered_once_its_turn_comes(
    app: FastAPI, patient: Patient, key: dict[str, str], choices: tuple[str, str]
) -> None:
    patient.say("my hip hurts")

    async def send_at_once() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        headers = patient.headers | key
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            posts = (client.post(patient.address, json={"choice": choice}) for choice in choices)
            return list(await asyncio.gather(*posts))

    answers = asyncio.run(send_at_once())
    assert [answer.status_code for answer in answers] == [200, 422]
    said = [message["text"] for message in patient.transcript() if message["from"] == "patient"]
    assert said == ["my hip hurts", HERE]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_the_right_token_there_is_no_conversation(client: TestClient, method: str) -> None:
    one, other = Patient(client), Patient(client)
    path = "" if method == "DELETE" else "/messages"
    body = {"json": {"text": "hello"}} if method == "POST" else {}
    ids = (one.id, "unknown", other.id[::-1], "nul%00", "%F0%9F%98%80", "x" * 300, "' OR 1=1 --")
    tokens = ("", "Bearer", "Bearer ", f"Bearer {other.token}", f"Bearer {one.token}x", f"Basic {one.token}")
    answers = [
        client.request(method, f"{CONVERSATIONS}/{one.id}{path}", headers={"Authorization": token}, **body)
        for token in tokens
    ]
    answers += [
        client.request(method, f"{CONVERSATIONS}/{name}{path}", headers=other.headers, **body)
        for name in ids
    ]
    answers.append(client.request(method, f"{CONVERSATIONS}/{one.id}{path}", **body))
    assert_problem(answers[0], 404)
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert one.transcript() == one.newest


def test_while_the_model_loads(loading_client: TestClient) -> None:
    detail = assert_problem(loading_client.post(CONVERSATIONS, json={}), 503)
    assert clinic().phone in detail
    assert "loading" in assert_problem(loading_client.get("/readyz"), 503)
    assert loading_client.get("/healthz").status_code == 200


def test_a_model_that_does_not_load(database_url: str) -> None:
    with TestClient(app_over(database_url, load=lambda: Path("missing.tar.gz").read_bytes())) as client:
        wait_for(client, lambda response: "could not be loaded" in response.text)
        assert_problem(client.get("/readyz"), 503)
        assert clinic().phone in assert_problem(client.post(CONVERSATIONS, json={}), 503)


def test_a_model_that_is_refused_tells_the_operator_what_to_do_and_patients_to_phone(
    database_url: str, tmp_path: Path
) -> None:
    model = tmp_path / "needlepoint.tar.gz"
    model.write_bytes(b"a model")
    write_manifest(model, {})
    model.write_bytes(b"another")
    with TestClient(app_over(database_url, load=lambda: load_assistant(model, database_url))) as client:
        wait_for(client, lambda response: "could not be loaded" in response.text)
        told = assert_problem(client.get("/readyz"), 503)
        assert "damaged or exchanged" in told and "make train" in told
        refused = assert_problem(client.post(CONVERSATIONS, json={}), 503)
        assert clinic().phone in refused and "make train" not in refused
        assert client.get("/desk/sign-in").status_code == 200


def test_ready(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_database_that_is_gone(own_client: TestClient, own_database: Path) -> None:
    patient = Patient(own_client)
    patient.say("my hip hurts")
    kept = own_database.parent.with_name("kept")
    shutil.move(own_database.parent, kept)
    calls = {"send": patient.post(json={"text": "no"}), "erase": patient.erase(), "ready": own_client.get("/readyz")}
    calls["begin"] = own_client.post(CONVERSATIONS, json={})
    calls["read"] = own_client.get(patient.address, headers=patient.headers)
    alive = own_client.get("/healthz").status_code
    shutil.move(kept, own_database.parent)
    details = {name: assert_problem(response, 503) for name, response in calls.items()}
    assert all(clinic().phone in detail for name, detail in details.items() if name != "ready")
    assert alive == 200
    assert [m["text"] for m in patient.transcript() if m["from"] == "patient"] == ["my hip hurts"]
    assert patient.say("no, it stays in one place")[-1]["asking"] == "red_flags"


def test_a_database_emptied_under_the_server_is_not_ready(own_client: TestClient, own_database: Path) -> None:
    for file in own_database.parent.iterdir():
        file.unlink()
    assert_problem(own_client.get("/readyz"), 503)


@pytest.mark.parametrize("action", ["validate_triage_form", "action_answer_question"])
def test_a_failing_action_leaves_the_conversation_as_it_was(
    assistant: Any, patient: Patient, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    patient.say("my hip hurts")
    before, slots = patient.transcript(), asyncio.run(assistant._store.retrieve(patient.id)).current_slot_values()

    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setitem(assistant._actions._executor.actions, action, broken)
        assert clinic().phone in assert_problem(patient.post(json={"text": "does it hurt?"}), 503)
    assert patient.transcript() == before
    assert asyncio.run(assistant._store.retrieve(patient.id)).current_slot_values() == slots
    assert patient.say("no, it stays in one place")[-1]["asking"] == "red_flags"


def test_a_fault_in_the_understanding(assistant: Any, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("broken")

    before = patient.transcript()
    with monkeypatch.context() as patch:
        patch.setattr(assistant._agent.processor, "parse_message", broken)
        assert_problem(patient.post(json={"text": "my hip hurts"}), 503)
    assert patient.transcript() == before


@pytest.mark.parametrize("path", ["/nowhere", "/webhooks/rest/webhook", "/conversations/x/tracker", "/docs"])
def test_an_unknown_address(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_a_method_that_an_address_does_not_take(client: TestClient) -> None:
    assert_problem(client.put(CONVERSATIONS, json={}), 405)
