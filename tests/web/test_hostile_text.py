"""Text that is more than words: commands of the engine, control characters, half characters, markup, templates."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.triage.engine import QUESTIONS
from tests.web.patient import Patient

COMMANDS = (
    "/restart",
    "/start_over",
    "/forget_me",
    "/affirm",
    "/deny",
    '/inform{"age": 3}',
    '/inform{"role": "admin", "clinic_id": 7}',
    "/EXTERNAL: restart",
    '//inform{"age": 3}',
    '/ /inform{"age": 3}',
    '\xa0/inform{"age": 3}',
    '\u3000/inform{"age": 3}',
    "\u2003/restart",
    "/triage_form",
    "/action_share",
    "/",
    " / ",
    "/\ud83d",
)
ODD = {
    "NUL": "my\x00 hip hurts",
    "control characters": "my hip\x07\x08\x1b[31m hurts\x7f",
    "C1 controls": "my hip\x80\x85\x9f hurts",
    "a high half": "my hip hurts \ud800",
    "a low half": "\udc00 my hip hurts",
    "halves in the wrong order": "my hip hurts \udc00\ud800",
    "bidi marks": "my \u202ehip\u202c \u2066hurts\u2069",
    "zero width": "my\u200b hip\u200d hurts\ufeff",
    "emoji": "my hip hurts \U0001f480\U0001f1ec\U0001f1e7\U0001f469\u200d\u2695\ufe0f",
    "combining marks": "my hip hurts" + "\u0301" * 300,
    "lines": "my hip\r\nhurts\r\n",
    "markup": "<script>alert(1)</script> my hip hurts",
    "a template": "my hip hurts {clinic_phone} {0.__class__} 0[x",
    "SQL": "my hip hurts'); DROP TABLE events; --",
    "a format": "my hip hurts %s %(age)s ${HOME} $(id)",
    "non-characters": "my hip hurts \uffff\ufffe",
    "one long word": "my hip hurts " + "a" * 1_900,
}


def answers(assistant: Any, patient: Patient) -> dict[str, Any]:
    """Return the answers that the conversation's slots hold."""
    slots = asyncio.run(assistant._store.retrieve(patient.id)).current_slot_values()
    return {name: slots.get(name) for name in (*QUESTIONS, "share_with_clinic", "contact_name", "contact_phone")}


@pytest.mark.parametrize("text", COMMANDS, ids=ascii)
def test_a_command_of_the_engine_changes_no_answer(assistant: Any, patient: Patient, text: str) -> None:
    patient.say("my hip hurts")
    before = answers(assistant, patient)
    assert patient.post(content=json_of(text), headers={"Content-Type": "application/json"}).status_code == 200
    assert answers(assistant, patient) == before
    assert before["pain_site"]


@pytest.mark.parametrize(
    "text", ["/restart", "/back", "/session_start", '/inform{"age": 3}', "\xa0/deny", "/my jaw hurts"], ids=ascii
)
def test_a_command_of_the_engine_is_answered_as_its_words_are(client: TestClient, text: str) -> None:
    one, other = Patient(client), Patient(client)
    for patient in (one, other):
        patient.say("my hip hurts")
    assert one.say(text) == other.say(text.lstrip("/\xa0"))


def test_what_began_with_a_slash_is_kept_as_it_was_typed(patient: Patient) -> None:
    patient.say("/my hip hurts")
    assert [m["text"] for m in patient.transcript() if m["from"] == "patient"] == ["/my hip hurts"]


@pytest.mark.parametrize("text", ["EXTERNAL: start", "EXTERNAL: restart"])
def test_what_looks_like_an_event_of_the_engine_is_shown_like_any_text(patient: Patient, text: str) -> None:
    patient.say(text)
    assert [m["text"] for m in patient.transcript() if m["from"] == "patient"] == [text]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_characters_are_taken_and_kept(assistant: Any, patient: Patient, text: str) -> None:
    response = patient.post(content=json_of(text), headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    kept = [m["text"] for m in patient.transcript() if m["from"] == "patient"]
    assert len(kept) == 1
    assert kept[0].encode("utf-8")  # no half characters
    assert "hip" in kept[0].replace("\u202e", "")
    assert answers(assistant, patient)["pain_site"] == ["hip_pain"]


def test_a_template_in_the_text_is_never_filled(patient: Patient) -> None:
    patient.say("my hip hurts {clinic_phone} {0.__class__} 0[x")
    said = " ".join(m["text"] for m in patient.say("what do you know about me?"))
    assert "555" not in said
    assert "class" not in said.replace("__class__", "")


def json_of(text: str) -> bytes:
    """Return the message as a client sends it that escapes everything."""
    return json.dumps({"text": text}).encode("ascii")
