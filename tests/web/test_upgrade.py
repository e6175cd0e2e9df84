"""A database of before there were migrations is served by today's code: its talks go on, its intakes are worked on."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.intake.database import conversations_table, open_database
from bot.intake.worklist import Filters, worklist
from bot.settings import clinic
from tests.intake.kept import old_database
from tests.runtime.moving import move
from tests.web.conftest import app_over, wait_for
from tests.web.patient import HEALTHY, Patient

MIDWAY, PASSED_ON, EMERGENCY = "56uATiY-CnXKPj3UwFtc8w", "xN_FtGH6ia1oGltvOel_7g", "LxNe-K9NQKMxhGEk_62NKw"
TOKEN = "of the test"


class Returning(Patient):
    """A patient who comes back to a talk."""

    def __init__(self, client: TestClient, conversation_id: str) -> None:
        self.client, self.id, self.token = client, conversation_id, TOKEN
        self.newest = self.transcript()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of the old database, where all talks have a token that the test knows."""
    address = old_database(tmp_path)
    with open_database(address).begin() as connection:
        known = sha256(TOKEN.encode()).hexdigest()
        connection.execute(conversations_table.update().values(token_hash=known))
    return address


@pytest.fixture
def client(assistant: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Return a client of today's app over the old database."""
    with TestClient(app_over(url, lambda: move(assistant, url, monkeypatch))) as client:
        yield wait_for(client)


def test_a_talk_goes_on_where_it_was(client: TestClient) -> None:
    patient = Returning(client, MIDWAY)
    assert [m["text"] for m in patient.newest if m["from"] == "patient"] == list(HEALTHY.values())[:3]
    assert patient.asking == "age"
    patient.answer_until("share_with_clinic")
    assert any(m.get("triage", {}) for m in patient.newest)


def test_an_emergency_is_still_one(client: TestClient) -> None:
    patient = Returning(client, EMERGENCY)
    patient.say("ok, how much does it cost?")
    assert not any(m.get("asking") for m in patient.newest)


def test_what_was_passed_on_is_on_the_worklist(client: TestClient, url: str) -> None:
    told = Returning(client, PASSED_ON).newest[-1]["text"]
    (row,), _ = worklist(open_database(url), Filters(), "", clinic().office.time_zone)
    assert (row["contact_name"], row["reference"] in told) == ("Ada Example", True)
