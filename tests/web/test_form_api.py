"""The questions in our words, and the answers held."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.settings import clinic
from bot.triage.engine import QUESTIONS
from bot.triage.loading import load_protocol
from bot.web.form_api import questions_as_json
from tests.web.patient import HEALTHY, Patient


@pytest.fixture
def questions(client: TestClient) -> dict[str, Any]:
    """Return the questions by id."""
    return {question["id"]: question for question in client.get("/api/v1/questions").json()["questions"]}


def answers(patient: Patient) -> dict[str, Any]:
    """Return the answers held, by question."""
    response = patient.client.get(patient.address.replace("messages", "answers"), headers=patient.headers)
    return {answer["fact"]: (answer["value"], answer["said"]) for answer in response.json()["answers"]}


def test_all_questions_in_their_order(questions: dict[str, Any]) -> None:
    assert tuple(questions) == QUESTIONS
    assert all(question["reason"] for question in questions.values())
    assert {name for name, question in questions.items() if not question["text"]} == {"pain_site_detail", "red_flags"}
    assert [name for name, question in questions.items() if "{" in question["text"] + question["reason"]] == []


def test_they_are_made_once_however_often_they_are_asked_for() -> None:
    assert questions_as_json() is questions_as_json()


def test_the_words_are_those_of_the_talk(questions: dict[str, Any], patient: Patient) -> None:
    for _ in range(len(HEALTHY)):
        asked = patient.newest[-1]
        if asked["asking"] not in QUESTIONS:
            break
        if asked["asking"] != "red_flags":
            assert questions[asked["asking"]]["text"] == asked["text"]
            assert questions[asked["asking"]]["quick_replies"] == asked["quick_replies"]
        patient.say(HEALTHY[asked["asking"]])
    assert patient.asking == "share_with_clinic"


def test_the_points_to_tick_are_those_of_the_clinical_file(questions: dict[str, Any]) -> None:
    titles = [reply["title"] for reply in questions["precautions"]["quick_replies"]]
    points = [point.title for point in load_protocol(policy=clinic().policy).precautions.values()]
    assert titles == ["None of these", *points, "Not sure"]


def test_answers_with_the_patient_s_words(patient: Patient) -> None:
    assert answers(patient) == {}
    patient.say("I am 41 and my hip hurts")
    patient.say("no, it stays in one place")
    assert answers(patient) == {
        "pain_site": (["hip_pain"], "I am 41 and my hip hurts"),
        "referred_pain": ("no", "no, it stays in one place"),
        "age": (41, "I am 41 and my hip hurts"),
    }


def test_a_corrected_answer_replaces_the_first(patient: Patient) -> None:
    patient.say("I am 41 and my hip hurts")
    patient.say("I meant 14, not 41")
    assert answers(patient)["age"] == (14, "I meant 14, not 41")


def test_starting_over_leaves_no_answer(patient: Patient) -> None:
    patient.say("I am 41 and my hip hurts")
    patient.say("start over")
    patient.say("yes")
    assert answers(patient) == {}
