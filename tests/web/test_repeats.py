"""A message sent again under its key: the first answer, and nothing taken in twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.intake.database import keys_table, open_database
from bot.intake.repository import IntakeRepository
from tests.runtime.moving import move
from tests.web.conftest import app_over, wait_for
from tests.web.patient import Patient
from tests.web.test_refusals import assert_problem

KEY = {"Idempotency-Key": "b6f0c1e2"}


def said(patient: Patient) -> list[str]:
    """Return what the patient said, as the talk has it."""
    return [message["text"] for message in patient.transcript() if message["from"] == "patient"]


def test_a_repeat_returns_the_first_answer(patient: Patient) -> None:
    first = patient.post(json={"text": "my hip hurts"}, headers=KEY)
    patient.say("no, it stays in one place")
    again = patient.post(json={"text": "my hip hurts"}, headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert said(patient) == ["my hip hurts", "no, it stays in one place"]


def test_a_repeated_choice_is_no_longer_offered_and_still_answered(patient: Patient) -> None:
    patient.say("my hip hurts")
    first = patient.post(json={"choice": "no, it stays in one place"}, headers=KEY)
    assert patient.asking == "red_flags"
    again = patient.post(json={"choice": "no, it stays in one place"}, headers=KEY)
    assert again.json() == first.json()


def test_the_same_words_under_another_key_or_none_are_new(patient: Patient) -> None:
    for headers in (KEY, {"Idempotency-Key": "another"}, {}, {}):
        assert patient.post(json={"text": "my hip hurts"}, headers=headers).status_code == 200
    assert said(patient) == ["my hip hurts"] * 4


def test_a_key_belongs_to_its_conversation(client: TestClient) -> None:
    one, other = Patient(client), Patient(client)
    for patient in (one, other):
        patient.post(json={"text": "my hip hurts"}, headers=KEY)
        assert said(patient) == ["my hip hurts"]


def test_another_message_under_the_same_key_is_refused(patient: Patient) -> None:
    patient.post(json={"text": "my hip hurts"}, headers=KEY)
    detail = assert_problem(patient.post(json={"text": "my knee hurts"}, headers=KEY), 422)
    assert "Idempotency-Key" in detail
    assert said(patient) == ["my hip hurts"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "ключ".encode()])
def test_a_key_of_another_form_is_refused(patient: Patient, key: Any) -> None:
    detail = assert_problem(patient.post(json={"text": "my hip hurts"}, headers={"Idempotency-Key": key}), 422)
    assert "idempotency-key" in detail
    assert said(patient) == []


def test_a_message_that_failed_can_be_sent_again_under_its_key(
    patient: Patient, assistant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(assistant._store, "save", None)
        assert patient.post(json={"text": "my hip hurts"}, headers=KEY).status_code == 503
    assert patient.post(json={"text": "my hip hurts"}, headers=KEY).status_code == 200
    assert said(patient) == ["my hip hurts"]


def test_repeats_at_once_are_taken_in_once(app: FastAPI, patient: Patient) -> None:
    async def send_often() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as client:
            post = (client.post(patient.address, json={"text": "my hip hurts"}, headers=KEY) for _ in range(5))
            return list(await asyncio.gather(*post))

    answers = asyncio.run(send_often())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert said(patient) == ["my hip hurts"]


def test_agreeing_twice_at_once_passes_one_record_on(app: FastAPI, patient: Patient, database_url: str) -> None:
    patient.answer_until("share_with_clinic")

    async def agree_twice() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as one,
            httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as other,
        ):
            answers = (client.post(patient.address, json={"text": "yes"}) for client in (one, other))
            return [answer.status_code for answer in await asyncio.gather(*answers)]

    assert asyncio.run(agree_twice()) == [200, 200]
    records = [intake for intake in IntakeRepository(database_url).all() if intake.conversation_id == patient.id]
    assert len(records) == 1


def test_it_holds_over_a_restart(
    assistant: Any, own_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{own_database}"
    with TestClient(app_over(url, lambda: move(assistant, url, monkeypatch))) as client:
        patient = Patient(wait_for(client))
        first = patient.post(json={"text": "my hip hurts"}, headers=KEY).json()
    with TestClient(app_over(url, lambda: move(assistant, url, monkeypatch))) as client:
        patient.client = wait_for(client)
        assert patient.post(json={"text": "my hip hurts"}, headers=KEY).json() == first
        assert said(patient) == ["my hip hurts"]


def test_the_database_lets_no_second_worker_take_the_message_in(
    own_client: TestClient, own_database: Path
) -> None:
    """As if another worker had just stored the message, and this one had read the talk before."""
    patient = Patient(own_client)
    with open_database(f"sqlite:///{own_database}").begin() as connection:
        connection.execute(keys_table.insert().values(conversation_id=patient.id, key=KEY["Idempotency-Key"]))
    assert_problem(patient.post(json={"text": "my hip hurts"}, headers=KEY), 503)
    assert said(patient) == []


def test_erasing_takes_the_keys_along(own_client: TestClient, own_database: Path) -> None:
    patient = Patient(own_client)
    patient.post(json={"text": "my hip hurts"}, headers=KEY)
    patient.erase()
    with open_database(f"sqlite:///{own_database}").connect() as connection:
        assert connection.execute(sa.select(keys_table)).all() == []
