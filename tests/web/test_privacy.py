"""What a patient typed: on no log, and off the disk once it is erased."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.intake.database import conversations_table, events_table, intakes_table, open_database
from tests.web.patient import Patient

CANARY = "zanzibarcanary"


def on_disk(database: Path) -> list[str]:
    """Return the files of a database that hold the canary."""
    return [file.name for file in database.parent.iterdir() if CANARY.encode() in file.read_bytes()]


def rows(engine: sa.engine.Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    tables = (conversations_table, events_table, intakes_table)
    with engine.connect() as connection:
        return {t.name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in tables}


def share(patient: Patient) -> None:
    """Go through the triage and pass it to the front desk, with the canary in every free text."""
    patient.say(f"my hip hurts, says {CANARY}")
    patient.answer_until("share_with_clinic")
    patient.say("yes")
    patient.say(f"{CANARY} Smith")
    patient.say(f"555 {CANARY}")


def test_erasing_leaves_nothing_on_the_disk(own_client: TestClient, own_database: Path) -> None:
    engine = open_database(f"sqlite:///{own_database}")
    patient = Patient(own_client)
    with closing(sqlite3.connect(own_database)) as other:  # while it is open, SQLite keeps its write-ahead log
        share(patient)
        assert other.execute("SELECT count(*) FROM events").fetchall() != [(0,)]
        assert all(rows(engine).values())
        assert on_disk(own_database)
        assert patient.erase().status_code == 204
        assert set(rows(engine).values()) == {0}
        assert on_disk(own_database) == []
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert on_disk(own_database) == []


def test_erasing_one_conversation_leaves_the_others(own_client: TestClient) -> None:
    one, other = Patient(own_client), Patient(own_client)
    share(one)
    share(other)
    talk = other.transcript()
    one.erase()
    assert other.transcript() == talk


def test_forgetting_by_word_leaves_nothing_on_the_disk(own_client: TestClient, own_database: Path) -> None:
    patient = Patient(own_client)
    with closing(sqlite3.connect(own_database)) as other:
        share(patient)
        assert other.execute("SELECT count(*) FROM events").fetchall() != [(0,)]
        patient.say("delete my data")
        patient.say("yes")
        assert on_disk(own_database) == []


def test_a_message_that_waits_while_its_conversation_is_erased_is_not_kept(
    app: FastAPI, assistant: Any, patient: Patient
) -> None:
    async def erase_meanwhile() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as client:
            async with assistant._turns.alone(patient.id):
                waiting = asyncio.create_task(client.post(patient.address, json={"text": CANARY}))
                await asyncio.sleep(0.2)
                assert (await client.delete(patient.address.removesuffix("/messages"))).status_code == 204
            return (await waiting).status_code

    assert asyncio.run(erase_meanwhile()) == 404
    assert assistant._store.events(patient.id) == []


def test_a_client_that_goes_away_does_not_cut_its_turn(app: FastAPI, assistant: Any, patient: Patient) -> None:
    async def go_away() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as client:
            async with assistant._turns.alone(patient.id):
                waiting = asyncio.create_task(client.post(patient.address, json={"text": "my hip hurts"}))
                await asyncio.sleep(0.2)
                waiting.cancel()
            await asyncio.sleep(1)

    asyncio.run(go_away())
    assert [m["text"] for m in patient.transcript() if m["from"] == "patient"] == ["my hip hurts"]


def test_a_turn_that_takes_too_long_is_told_as_lost_and_is_lost(
    app: FastAPI, assistant: Any, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.state.LONGEST_TURN", 0.1)

    async def wait_in_vain() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as client:
            async with assistant._turns.alone(patient.id):
                status = (await client.post(patient.address, json={"text": "my hip hurts"})).status_code
            await asyncio.sleep(0.2)
            return status

    assert asyncio.run(wait_in_vain()) == 503
    assert patient.transcript() == patient.newest


def raising(*_: Any, **__: Any) -> None:
    """Fail with a message that repeats what was typed, as libraries do."""
    raise ValueError(f"cannot handle {CANARY}")


FAULTS = {  # where something breaks, as monkeypatch names it
    "none": None,
    "action": ("assistant._actions._executor.actions", "validate_triage_form"),
    "understanding": ("assistant._agent.processor", "parse_message"),
    "prediction": ("assistant._agent.processor", "_run_prediction_loop"),
    "store": ("assistant._store", "save"),
    "access": ("conversations", "allows"),
}


def break_at(monkeypatch: pytest.MonkeyPatch, state: Any, place: tuple[str, str] | None) -> None:
    """Let a part of the running server fail."""
    if place is None:
        return
    path, name = place
    part = attrgetter(path)(state)
    if isinstance(part, dict):
        monkeypatch.setitem(part, name, raising)
    else:
        monkeypatch.setattr(part, name, raising)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_typed_is_in_no_log(
    app: FastAPI,
    patient: Patient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    break_at(monkeypatch, app.state.web, FAULTS[fault])
    statuses = {patient.post(json={"text": text}).status_code for text in (f"my hip hurts, {CANARY}", f"/{CANARY}{{")}
    captured = capfd.readouterr()
    assert statuses == {200 if fault == "none" else 503}
    assert CANARY not in caplog.text + captured.out + captured.err
    assert fault == "none" or "failed: " in caplog.text


def test_a_name_is_in_no_log_when_it_cannot_be_passed_on(
    patient: Patient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    patient.answer_until("share_with_clinic")
    patient.say("yes")
    patient.say(f"{CANARY} Smith")
    monkeypatch.setattr("actions.sharing.intakes", raising)
    assert patient.post(json={"text": f"555 {CANARY}"}).status_code == 503
    captured = capfd.readouterr()
    assert CANARY not in caplog.text + captured.out + captured.err
