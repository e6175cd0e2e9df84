"""What the trained model learnt, on sentences of the kind that no phrase or cue names."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MODEL


@pytest.fixture(scope="module")
def parse():
    from rasa.core.agent import Agent

    agent = Agent.load(str(Path(MODEL)))

    def read(text: str) -> list[dict[str, Any]]:
        return asyncio.run(agent.parse_message(text))["entities"]

    return read


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("needle_phobia", "had all my jabs and never batted an eyelid", "none"),
        ("needle_phobia", "I faint at the mere thought of it", "strong"),
        ("referred_pain", "it shoots right down into my fingers", "yes"),
        ("referred_pain", "it sits in one spot and stays there", "no"),
        ("guardian_consent", "his dad signed the form this morning", "yes"),
        ("tolerance", "I seize up for days after a massage", "yes"),
        ("share_with_clinic", "please keep it to yourself", "no"),
    ],
)
def test_an_answer_that_uses_no_word_of_the_question(parse: Any, question: str, text: str, answer: str) -> None:
    answers = next((e["value"].split() for e in parse(text) if e["entity"] == "answers"), [])
    assert f"{question}={answer}" in answers


@pytest.mark.parametrize("text", ["what does it cost?", "do you have a car park", "wobble flop", "yes", "no"])
def test_what_answers_nothing_or_is_plain_is_left_to_the_rules(parse: Any, text: str) -> None:
    assert not [e for e in parse(text) if e["entity"] == "answers"]


def test_a_reading_is_the_same_each_time(parse: Any) -> None:
    text = "my shoulder blade has been killing me, not the neck, and no fever"
    assert parse(text) == parse(text)
