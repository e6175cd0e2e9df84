"""Whatever fails: its state is told, the patient is told to phone and what cannot wait, and all goes on afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from bot.runtime.assistant import ModelMissing
from bot.runtime.turns import Turns
from bot.settings import clinic
from bot.web.emergency import advice
from bot.web.limiting import Limiter
from tests.faults.faults import damaged, full, locked, stopped_postgresql, stopped_redis
from tests.postgresql import postgresql
from tests.runtime.moving import move
from tests.services import redis_server
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient
from tests.web.test_refusals import assert_problem

LONGEST = 20.0  # seconds within which a patient hears something
PAIN = "crushing chest pain down my left arm"
Break = Callable[[], AbstractContextManager[None]]
FILE_FAULTS = {
    "locked": (locked, "locked by another program"),
    "full": (full, "disk of the database is full"),
    "damaged": (damaged, "database is damaged"),
}


def timed(call: Callable[[], Response]) -> Response:
    """Return a response that came in time."""
    began = time.monotonic()
    response = call()
    assert time.monotonic() - began < LONGEST
    return response


def check_fault(client: TestClient, break_it: Break, named: str) -> None:
    """Talk before, during and after a fault, and check what is told and what is kept."""
    due, patient = advice(PAIN), Patient(client)
    patient.say("my hip hurts")
    with break_it():
        ready = assert_problem(timed(lambda: client.get("/readyz")), 503)
        told = assert_problem(timed(lambda: patient.post(json={"text": PAIN})), 503)
        begun = assert_problem(timed(lambda: client.post(CONVERSATIONS, json={})), 503)
        assert client.get("/healthz").status_code == 200
    assert named in ready
    assert told.startswith(due)
    assert clinic().phone in told
    assert clinic().phone in begun
    for _ in range(100):  # recovery takes no more than the seconds in which nobody waits
        if client.get("/readyz").status_code == 200:
            break
        time.sleep(0.1)
    assert [m["text"] for m in patient.transcript() if m["from"] == "patient"] == ["my hip hurts"]
    assert patient.say("no, it stays in one place")[-1]["asking"] == "red_flags"


@pytest.mark.parametrize(("fault", "named"), FILE_FAULTS.values(), ids=FILE_FAULTS)
def test_a_file_that_fails(
    own_client: TestClient, own_database: Path, fault: Callable[[Path], AbstractContextManager[None]], named: str
) -> None:
    check_fault(own_client, lambda: fault(own_database), named)


def test_a_postgresql_that_stands_still(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgresql() as url, TestClient(app_over(url, lambda: move(assistant, url, monkeypatch))) as client:
        check_fault(wait_for(client), lambda: stopped_postgresql(url), "database does not answer")


def test_many_patients_do_not_wait_one_after_the_other(own_client: TestClient, own_database: Path) -> None:
    patients = [Patient(own_client) for _ in range(12)]
    began = time.monotonic()
    with locked(own_database):
        for patient in patients:
            assert_problem(patient.post(json={"text": "my hip hurts"}), 503)
    assert time.monotonic() - began < LONGEST


@pytest.fixture
def redis_client(
    assistant: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, str]]:
    """Return a client of an app that counts and locks in Redis, and its address."""
    with redis_server() as url:
        monkeypatch.setattr(assistant, "_turns", Turns(url))
        with TestClient(app_over(database_url, lambda: assistant, Limiter(True, url))) as client:
            yield wait_for(client), url


def test_a_redis_that_stands_still(redis_client: tuple[TestClient, str]) -> None:
    client, url = redis_client
    patient = Patient(client)
    patient.say("my hip hurts")
    with stopped_redis(url):
        ready = assert_problem(timed(lambda: client.get("/readyz")), 503)
        told = assert_problem(timed(lambda: patient.post(json={"text": PAIN})), 503)
    assert "rate limits" in ready
    assert told.startswith(advice(PAIN))
    time.sleep(3)  # in which nobody waits for it
    wait_for(client)
    assert patient.say("no, it stays in one place")[-1]["asking"] == "red_flags"


def test_a_model_that_comes_back_is_loaded(
    assistant: Any, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.app.TRY_AGAIN", 0.05)
    file = tmp_path / "model"

    def load() -> Any:
        if not file.exists():
            raise ModelMissing("no model")
        return assistant

    with TestClient(app_over(database_url, load)) as client:
        wait_for(client, lambda response: "could not be loaded" in response.text)
        assert clinic().phone in assert_problem(client.post(CONVERSATIONS, json={}), 503)
        file.touch()
        wait_for(client)


def test_a_clock_that_is_put_back_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = Limiter(enabled=True)
    for _ in range(120):
        limiter.message("one")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 3_600)
    limiter.message("one")
