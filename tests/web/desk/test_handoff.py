"""Talking to a person: staff see the talk and write in it, the assistant is silent, and emergencies are heard."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.intake.worklist import Filters, worklist
from bot.office import Office
from bot.settings import clinic
from tests.web.desk.conftest import Desk
from tests.web.patient import Patient


@pytest.fixture
def open_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let someone be at the front desk."""
    monkeypatch.setattr(Office, "is_open", lambda self, moment: True)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be at the front desk."""
    monkeypatch.setattr(Office, "is_open", lambda self, moment: False)


@pytest.fixture
def patient(sam: Desk) -> Patient:
    """Return a patient on the same server."""
    return Patient(sam.client)


def listed(engine: sa.engine.Engine) -> list[dict[str, Any]]:
    """Return the worklist."""
    return worklist(engine, Filters(state="all"), "", clinic().office.time_zone)[0]


def texts(messages: list[dict[str, Any]]) -> str:
    """Return what was said."""
    return "\n".join(message["text"] for message in messages)


def test_before_a_patient_agrees_staff_see_nothing(sam: Desk, patient: Patient, engine: sa.engine.Engine) -> None:
    patient.answer_until("share_with_clinic")
    assert listed(engine) == []
    assert "hip" not in sam.get().text


def test_asking_for_a_person_agrees_and_says_so(
    open_hours: None, sam: Desk, patient: Patient, engine: sa.engine.Engine
) -> None:
    patient.say("my hip hurts")
    answer = patient.say("I want to talk to a person")
    assert "they can now read this chat" in texts(answer)
    (row,) = listed(engine)
    assert (row["handoff"], row["urgency"], row["unread"]) == ("waiting", 3, True)
    page = sam.get(f"/intakes/{row['id']}").text
    assert "I want to talk to a person" in page
    assert patient.asking == "referred_pain"  # the questions go on meanwhile


def test_staff_write_the_assistant_is_silent_and_is_given_back(
    open_hours: None, sam: Desk, patient: Patient, engine: sa.engine.Engine
) -> None:
    patient.say("my hip hurts")
    patient.say("can I talk to a human")
    (row,) = listed(engine)
    sam.post(f"/intakes/{row['id']}/message", text="Hello, how can I help?")
    assert patient.say("do you have parking, and is 41 too old?") == []
    (row,) = listed(engine)
    assert (row["handoff"], row["unread"]) == ("staff", True)
    told = [(m["from"], m.get("author")) for m in patient.transcript()][-3:]
    assert told == [("assistant", None), ("staff", "Sam Reyes"), ("patient", None)]
    assert "do you have parking" in sam.get(f"/intakes/{row['id']}").text
    sam.post(f"/intakes/{row['id']}/hand-back")
    assert "has left the chat" in patient.transcript()[-1]["text"]
    assert patient.say("no it stays in one place")
    assert patient.asking == "red_flags"  # what was said to staff answered no question


def test_an_emergency_is_heard_also_while_staff_write(
    open_hours: None, sam: Desk, patient: Patient, engine: sa.engine.Engine
) -> None:
    patient.say("my shoulder hurts")
    patient.say("can I talk to a human")
    (row,) = listed(engine)
    sam.post(f"/intakes/{row['id']}/message", text="Hello, how can I help?")
    answer = patient.say("I have crushing chest pain that spreads to my arm and I am sweating")
    assert clinic().emergency_number in texts(answer)
    (row,) = listed(engine)
    assert (row["outcome"], row["urgency"]) == ("emergency", 0)


def test_out_of_hours_a_call_back_is_offered(
    closed: None, sam: Desk, patient: Patient, engine: sa.engine.Engine
) -> None:
    patient.say("my hip hurts")
    assert "call you back" in texts(patient.say("I want to talk to a person"))
    assert patient.asking == "contact_name"
    patient.say("Ada Smith")
    patient.say("555-0123")
    (row,) = listed(engine)
    assert (row["handoff"], row["contact_name"], row["contact_phone"]) == ("callback", "Ada Smith", "555-0123")
    assert patient.asking == "referred_pain"


@pytest.mark.parametrize("sign", ["my face is drooping and my speech is slurred", "I want to kill myself"])
def test_an_emergency_comes_before_a_call_back(closed: None, patient: Patient, sign: str) -> None:
    patient.say("I want to talk to a person")
    assert patient.asking == "contact_name"
    told = next(m["triage"] for m in patient.say(sign) if m["triage"])
    assert told["outcome"] in ("emergency", "crisis")
    assert clinic().emergency_number in texts(patient.say("skip"))


@pytest.mark.parametrize("sign", ["I have crushing chest pain that spreads to my arm", "I want to kill myself"])
def test_after_an_emergency_nothing_is_offered_or_passed_on(
    open_hours: None, patient: Patient, engine: sa.engine.Engine, sign: str
) -> None:
    patient.say("my shoulder hurts")
    patient.say(sign)
    patient.say("I want to talk to a person")
    assert patient.asking != "share_with_clinic"
    assert listed(engine) == []


def test_a_patients_delete_reaches_everything(
    open_hours: None, sam: Desk, patient: Patient, engine: sa.engine.Engine
) -> None:
    patient.say("my hip hurts")
    patient.say("can I talk to a human")
    (row,) = listed(engine)
    sam.post(f"/intakes/{row['id']}/message", text="zanzibarcanary")
    sam.post(f"/intakes/{row['id']}/note", text="zanzibarcanary")
    assert patient.erase().status_code == 204
    assert listed(engine) == []
    files = list(Path(engine.url.database or "").parent.iterdir())
    assert [file.name for file in files if b"zanzibarcanary" in file.read_bytes()] == []
    assert "at the patient" in sam.post("", search=row["reference"]).text


def test_the_office_is_open_by_its_own_clock() -> None:
    office = clinic().office
    assert office.is_open(datetime(2026, 11, 26, 13, 0, tzinfo=UTC))  # 8 in the morning in New York
    assert not office.is_open(datetime(2026, 11, 26, 12, 59, tzinfo=UTC))
    assert not office.is_open(datetime(2026, 11, 28, 15, 0, tzinfo=UTC))  # a Saturday
