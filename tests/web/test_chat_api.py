"""The chat API as a patient's browser uses it: beginning, talking, reading back, tapping answers, erasing."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.patient import CONVERSATIONS, HEALTHY, Patient

MESSAGE_KEYS = {"from", "text", "quick_replies", "asking", "progress", "triage"}
TRIAGE_KEYS = {
    "outcome", "reason", "technique", "minor", "indications", "red_flags", "rule", "ruleset", "because", "sources",
    "reference",
}  # fmt: skip


def faults_in_shape(message: dict[str, Any]) -> list[str]:
    """Return what about an assistant's message is not as the API describes it."""
    faults = [f"keys {sorted(message)}"] if set(message) != MESSAGE_KEYS else []
    if message["from"] != "assistant" or not message["text"].strip():
        faults.append("not a text of the assistant's")
    for reply in message["quick_replies"]:
        if set(reply) != {"title", "value"} or not all(isinstance(v, str) and v for v in reply.values()):
            faults.append(f"quick reply {reply}")
    progress = message["progress"]
    if progress and not (set(progress) == {"answered", "of"} and 0 <= progress["answered"] <= progress["of"]):
        faults.append(f"progress {progress}")
    if message["triage"] is not None and set(message["triage"]) != TRIAGE_KEYS:
        faults.append(f"triage {sorted(message['triage'])}")
    return faults


def test_beginning_greets_and_asks_the_first_question(client: TestClient) -> None:
    response = client.post(CONVERSATIONS, json={})
    assert response.status_code == 201
    assert response.json()["messages"][-1]["asking"] == "pain_site"


def test_ids_and_tokens_cannot_be_guessed_from_others(client: TestClient) -> None:
    begun = [client.post(CONVERSATIONS, json={}).json() for _ in range(3)]
    secrets = [each[key] for each in begun for key in ("conversation_id", "token")]
    assert len({secret[:8] for secret in secrets}) == len(secrets)
    assert all(re.fullmatch(r"[\w-]{22,}", secret, re.ASCII) for secret in secrets)  # 128 bits and more


def test_every_message_up_to_the_verdict_has_the_described_shape(patient: Patient) -> None:
    patient.answer_until("share_with_clinic")
    told = [m for m in patient.transcript() if m["from"] == "assistant"]
    assert [fault for message in told for fault in faults_in_shape(message)] == []
    assert [m["triage"]["outcome"] for m in told if m["triage"]] == ["explain_technique"]


def test_progress_grows_with_every_answer(patient: Patient) -> None:
    patient.answer_until("share_with_clinic")
    answered = [m["progress"]["answered"] for m in patient.transcript() if m.get("progress")]
    assert answered == sorted(answered)
    assert answered[0] == 0
    assert answered[-1] >= len(HEALTHY)


def test_the_transcript_is_what_was_said_in_order(patient: Patient) -> None:
    talk = list(patient.newest)
    for text in ("my hip hurts", "no, it stays in one place"):
        talk += [{"from": "patient", "text": text}, *patient.say(text)]
    assert patient.transcript() == talk


@pytest.mark.parametrize("body", [{"text": "my hip hurts"}, {"text": "my hip hurts", "choice": None}], ids=str)
def test_a_null_field_is_as_if_it_were_not_there(patient: Patient, body: dict[str, Any]) -> None:
    assert patient.post(json=body).status_code == 200
    assert patient.asking == "referred_pain"


def test_every_quick_reply_offered_is_taken(client: TestClient) -> None:
    patient = Patient(client)
    patient.say("my hip hurts")
    offered = [reply["value"] for message in patient.newest for reply in message["quick_replies"]]
    assert offered
    for value in offered:
        other = Patient(client)
        other.say("my hip hurts")
        assert other.post(json={"choice": value}).status_code == 200, value


@pytest.mark.parametrize("joint", ["; ", ";"], ids=repr)
def test_several_precautions_can_be_tapped_at_once(patient: Patient, joint: str) -> None:
    patient.answer_until("precautions")
    offered = [reply["value"] for message in patient.newest for reply in message["quick_replies"]]
    chosen = [value for value in offered if value not in ("none of these", "not sure")][:2]
    assert patient.post(json={"choice": joint.join(chosen)}).status_code == 200
    assert next(m["triage"]["reason"] for m in patient.newest if m["triage"]) == "precaution"


def test_a_choice_repeated_is_taken_once(patient: Patient) -> None:
    patient.say("my hip hurts")
    value = patient.newest[-1]["quick_replies"][0]["value"]
    assert patient.post(json={"choice": ";".join([value] * 1_000)}).status_code == 200
    assert [m["text"] for m in patient.transcript() if m["from"] == "patient"][-1] == value


def test_two_conversations_do_not_see_each_other(client: TestClient) -> None:
    one, other = Patient(client), Patient(client)
    one.say("my hip hurts")
    other.say("my jaw hurts")
    one.say("no, it stays in one place")
    assert "jaw" not in str(one.transcript())
    assert "hip hurts" not in str(other.transcript())
    assert other.asking == "referred_pain"


def test_messages_sent_at_once_keep_their_order(app: FastAPI, patient: Patient) -> None:
    texts = [f"my hip hurts, {number}" for number in range(6)]

    async def send_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=patient.headers) as client:
            return await asyncio.gather(*(client.post(patient.address, json={"text": text}) for text in texts))

    answers = [response.json()["messages"] for response in asyncio.run(send_all())]
    talk = patient.transcript()[len(patient.newest) :]
    turns = zip(texts, answers, strict=True)
    expected = [message for text, answer in turns for message in ({"from": "patient", "text": text}, *answer)]
    assert talk == expected


def test_erased_is_as_if_it_had_never_been(patient: Patient) -> None:
    patient.say("my hip hurts")
    response = patient.erase()
    assert (response.status_code, response.content) == (204, b"")
    assert patient.client.get(patient.address, headers=patient.headers).status_code == 404
    assert patient.post(json={"text": "hello"}).status_code == 404
    assert patient.erase().status_code == 404


def test_forgetting_by_word_empties_the_transcript(patient: Patient) -> None:
    patient.say("my hip hurts")
    patient.say("delete my data")
    patient.say("yes")
    assert patient.transcript() == []
    assert patient.say("my jaw hurts")[-1]["asking"] == "referred_pain"


def test_a_talk_can_be_erased_while_there_is_no_assistant(
    app: FastAPI, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.web, "assistant", None)
    assert patient.erase().status_code == 204
