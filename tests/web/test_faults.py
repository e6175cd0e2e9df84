"""Whatever fails: its state is told, the patient is told to phone and what cannot wait, and all goes on afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from bot.intake.database import ROOM, engine_at, open_database
from bot.runtime.assistant import ModelMissing
from bot.runtime.turns import Turns
from bot.settings import clinic
from bot.web.app import create_app
from bot.web.conversations import Conversations
from bot.web.emergency import advice
from bot.web.faults import part
from bot.web.limiting import Limiter
from bot.web.state import WebState
from tests.faults.faults import damaged, full, locked, stopped_postgresql, stopped_redis
from tests.faults.migrating import killed_at
from tests.intake.kept import old_database
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


@pytest.mark.parametrize(("free", "told"), [(ROOM, None), (ROOM - 1, "disk_full"), (0, "disk_full")])
def test_a_disk_without_room_for_a_turn_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, told: str | None
) -> None:
    """The row that is tried out would still find room in the log."""
    conversations = Conversations(open_database(f"sqlite:///{tmp_path}/own.db"))
    state = WebState(conversations, Limiter(False), clinic().phone, clinic().emergency_number)
    monkeypatch.setattr(state, "assistant", object())
    monkeypatch.setattr("bot.intake.database.disk_usage", lambda folder: SimpleNamespace(free=free))
    assert state.problem() == (told and part(told))


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


def test_half_a_migration_is_told_of_and_begun_anew(
    assistant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle, then started on a disk that does not give the database back at once."""
    monkeypatch.setattr("bot.web.app.TRY_AGAIN", 0.05)
    (folder := tmp_path / "own").mkdir()
    url = old_database(folder)
    assert killed_at(url, 30)
    state = WebState(Conversations(engine_at(url)), Limiter(False), clinic().phone, clinic().emergency_number)
    with ExitStack() as closing:
        with damaged(folder / "old.db"):
            app = create_app(state, clinic(), lambda: move(assistant, url, monkeypatch))
            client = closing.enter_context(TestClient(app))
            wait_for(client, lambda response: "could not be opened" in response.text)
            assert clinic().phone in assert_problem(client.post(CONVERSATIONS, json={}), 503)
        assert Patient(wait_for(client)).say("my hip hurts")


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_repeat_is_known_whatever_the_clock_says(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    key = {"Idempotency-Key": "b6f0c1e2"}
    first = patient.post(json={"text": "my hip hurts"}, headers=key)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3_600)
    assert patient.post(json={"text": "my hip hurts"}, headers=key).json() == first.json()
    patient.say("no, it stays in one place")
    said = [message["text"] for message in patient.transcript() if message["from"] == "patient"]
    assert said == ["my hip hurts", "no, it stays in one place"]


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_jumps_locks_nobody_out(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    limiter = Limiter(enabled=True)
    for _ in range(120):
        limiter.message("one")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + hours * 3_600)
    limiter.message("one")
