"""A conversation on PostgreSQL, which a server of its own serves for as long as the test runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.intake.repository import IntakeRepository
from tests.postgresql import postgresql
from tests.runtime.moving import move
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[str]:
    """Return the address of an empty database on a server that is stopped afterwards."""
    with postgresql() as url:
        yield url


@pytest.fixture
def client(assistant: Any, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Return a client of an app that keeps everything in PostgreSQL."""
    with TestClient(app_over(postgresql_url, lambda: move(assistant, postgresql_url, monkeypatch))) as client:
        yield wait_for(client)


def test_a_conversation_to_the_front_desk_and_into_oblivion(client: TestClient, postgresql_url: str) -> None:
    patient = Patient(client)
    patient.answer_until("share_with_clinic")
    reference = next(m["triage"]["reference"] for m in patient.transcript() if m.get("triage"))
    for text in ("yes", "Ada \U0001f480", "555-0123"):
        patient.say(text)
    (intake,) = IntakeRepository(postgresql_url).all()
    assert (intake.reference, intake.contact_name) == (reference, "Ada \U0001f480")
    assert patient.transcript()[-len(patient.newest) :] == patient.newest
    assert patient.erase().status_code == 204
    assert list(IntakeRepository(postgresql_url).all()) == []


@pytest.mark.parametrize("text", ["my hip hurts \x00", "my hip hurts \ud800", "my hip hurts \udc00\ud800"], ids=ascii)
def test_text_that_postgresql_refuses_is_kept_all_the_same(client: TestClient, text: str) -> None:
    patient = Patient(client)
    body = json.dumps({"text": text}).encode("ascii")
    assert patient.post(content=body, headers={"Content-Type": "application/json"}).status_code == 200
    assert patient.asking == "referred_pain"


@pytest.mark.parametrize("name", ["nul%00", "%F0%9F%98%80", "x" * 300])
def test_ids_that_postgresql_refuses_are_unknown(client: TestClient, name: str) -> None:
    headers = {"Authorization": "Bearer x"}
    assert client.get(f"{CONVERSATIONS}/{name}/messages", headers=headers).status_code == 404
