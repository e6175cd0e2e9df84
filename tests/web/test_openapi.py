"""The OpenAPI description is valid, complete and true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from limits import parse
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate_spec

from bot.web.limiting import MAX_BODY, Limiter
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient

ONE = CONVERSATIONS + "/{conversation_id}"
MESSAGES = ONE + "/messages"
ANSWERS_HELD = ONE + "/answers"
QUESTIONS = "/api/v1/questions"
EVENTS = ONE + "/events"


class Caller:
    """Makes one call in each of the ways in which it can be answered."""

    def __init__(self, ready: TestClient, loading: TestClient, limited: TestClient) -> None:
        self.ready, self.loading, self.limited = ready, loading, limited

    def healthz(self, _status: int) -> Response:
        """Call /healthz."""
        return self.ready.get("/healthz")

    def readyz(self, status: int) -> Response:
        """Call /readyz."""
        return (self.loading if status == 503 else self.ready).get("/readyz")

    def begin(self, status: int) -> Response:
        """Begin a conversation."""
        client = {429: self.limited, 503: self.loading}.get(status, self.ready)
        return client.post(CONVERSATIONS, **_body(status, {}))

    def send(self, status: int) -> Response:
        """Send a message."""
        patient = Patient(self.ready)
        if status == 429:
            self.limited.post(patient.address, headers=patient.headers, json={"text": "my hip hurts"})
        client = {429: self.limited, 503: self.loading}.get(status, self.ready)
        request = _body(status, {"text": "my hip hurts"})
        request["headers"] |= {} if status == 404 else patient.headers
        return client.post(patient.address, **request)

    def read(self, status: int) -> Response:
        """Read the talk."""
        patient = Patient(self.ready)
        client = {429: self.limited, 503: self.loading}.get(status, self.ready)
        patient.say("my hip hurts")
        return client.get(patient.address, headers={} if status == 404 else patient.headers)

    def questions(self, _status: int) -> Response:
        """Read the questions."""
        return self.ready.get(QUESTIONS)

    def answers(self, status: int) -> Response:
        """Read the answers held."""
        patient = Patient(self.ready)
        client = {429: self.limited, 503: self.loading}.get(status, self.ready)
        patient.say("my hip hurts, and I am 41")
        address = patient.address.replace("messages", "answers")
        return client.get(address, headers={} if status == 404 else patient.headers)

    def erase(self, status: int) -> Response:
        """Erase the conversation."""
        patient = Patient(self.ready)
        headers = {404: {}, 403: patient.headers | FOREIGN}.get(status, patient.headers)
        return self.ready.delete(f"{CONVERSATIONS}/{patient.id}", headers=headers)

    def follow(self, status: int) -> Response:
        """Follow a conversation without its token, more often than is allowed, or too early."""
        patient = Patient(self.ready)
        client = {429: self.limited, 503: self.loading}.get(status, self.ready)
        headers = {} if status == 404 else patient.headers
        return client.get(f"{CONVERSATIONS}/{patient.id}/events", headers=headers)


CALLS: dict[tuple[str, str], tuple[Callable[[Caller, int], Response], tuple[int, ...]]] = {
    ("get", "/healthz"): (Caller.healthz, (200,)),
    ("get", "/readyz"): (Caller.readyz, (200, 503)),
    ("post", CONVERSATIONS): (Caller.begin, (201, 400, 403, 413, 422, 429, 503)),
    ("post", MESSAGES): (Caller.send, (200, 400, 403, 404, 413, 422, 429, 503)),
    ("get", MESSAGES): (Caller.read, (200, 404, 429, 503)),
    ("get", QUESTIONS): (Caller.questions, (200,)),
    ("get", ANSWERS_HELD): (Caller.answers, (200, 404, 429, 503)),
    ("delete", ONE): (Caller.erase, (204, 403, 404)),
    ("get", EVENTS): (Caller.follow, (404, 429, 503)),
}
ANSWERS = [(method, path, status) for (method, path), (_, statuses) in CALLS.items() for status in statuses]


ELSEWHERE = {(m, p, 408) for m, p in (("post", CONVERSATIONS), ("post", MESSAGES))}  # in test_timeouts.py
ELSEWHERE |= {("get", EVENTS, 200)}  # in test_events.py
ELSEWHERE |= {("delete", ONE, 503)}  # in test_refusals.py: only without a database, for no model is needed
FOREIGN = {"Origin": "https://elsewhere.example"}


def _body(status: int, good: dict[str, str]) -> dict[str, Any]:
    bad: dict[int, bytes] = {400: b"[]", 413: b" " * (MAX_BODY + 1), 422: b'{"sender": "alice"}'}
    if status in bad:
        return {"content": bad[status], "headers": {"Content-Type": "application/json"}}
    return {"json": good, "headers": dict(FOREIGN) if status == 403 else {}}


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    """Return the description as it is served."""
    served: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return served


@pytest.fixture
def caller(
    client: TestClient, loading_client: TestClient, assistant: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Caller]:
    """Return a caller; its limited client may send one message, and neither begin nor read anything."""
    monkeypatch.setattr("bot.web.limiting.NEW_CONVERSATIONS", parse("0/hour"))
    monkeypatch.setattr("bot.web.limiting.MESSAGES", parse("1/hour"))
    monkeypatch.setattr("bot.web.limiting.READS", parse("0/hour"))
    app = app_over(database_url, lambda: assistant, Limiter(enabled=True))
    with TestClient(app, client=("203.0.113.7", 50_000)) as limited:
        yield Caller(client, loading_client, wait_for(limited))


def test_the_description_is_valid(document: dict[str, Any]) -> None:
    validate_spec(document)


def test_the_routes_that_carry_a_token_are_described_so(document: dict[str, Any]) -> None:
    secured = {
        (method.upper(), path)
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        if call.get("security") == [{"token": []}]
    }
    assert secured == {("GET", MESSAGES), ("POST", MESSAGES), ("DELETE", ONE), ("GET", ANSWERS_HELD), ("GET", EVENTS)}


def test_the_answers_described_are_those_tried_below(document: dict[str, Any]) -> None:
    described = {
        (method, path, int(status))
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        for status in call["responses"]
    }
    assert described - ELSEWHERE == set(ANSWERS)


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_an_answer_is_as_described(
    caller: Caller, document: dict[str, Any], method: str, path: str, status: int
) -> None:
    call, _ = CALLS[method, path]
    response = call(caller, status)
    assert response.status_code == status, response.text
    content = document["paths"][path][method]["responses"][str(status)].get("content")
    if content is None:
        assert response.content == b""
        return
    described = content[response.headers["content-type"].partition(";")[0]]["schema"]
    schema = described | {"components": document["components"]}
    assert [error.message for error in OAS31Validator(schema).iter_errors(response.json())] == []


def test_unknown_fields_are_described_as_refused(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("NoFields", "PatientMessage"):
        assert schemas[name]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ({"text": "my hip hurts"}, True),
        ({"text": "my hip hurts", "choice": None}, True),
        ({"choice": "yes"}, True),
        ({}, False),
        ({"text": None, "choice": None}, False),
        ({"text": "hello", "choice": "yes"}, False),
        ({"text": "  "}, False),
        ({"text": "a" * 2_001}, False),
    ],
    ids=str,
)
def test_one_of_text_and_choice_is_described(document: dict[str, Any], body: dict[str, Any], taken: bool) -> None:
    schema = document["components"]["schemas"]["PatientMessage"] | {"components": document["components"]}
    assert OAS31Validator(schema).is_valid(body) is taken


@pytest.mark.parametrize(
    ("path", "methods"), [(MESSAGES, "GET, POST"), (CONVERSATIONS, "POST"), (ONE, "DELETE"), ("/healthz", "GET, HEAD")]
)
def test_a_method_refused_is_told_all_that_are_taken(client: TestClient, path: str, methods: str) -> None:
    response = client.request("PATCH", path.replace("{conversation_id}", "unknown"))
    assert (response.status_code, response.headers["allow"]) == (405, methods)
