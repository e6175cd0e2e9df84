"""Every word the assistant says: plain, its own, and whole."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import textstat
import yaml

from bot.settings import ROOT, clinic
from bot.triage.loading import load_protocol
from bot.triage.model import Tier

REPLIES = {
    name: variants[0]
    for file in sorted((ROOT / "data" / "responses").glob("*.yml"))
    for name, variants in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
}
PROTOCOL = load_protocol()
# What the placeholders stand for, besides the clinic's details: for each, the longest word a patient could meet.
LONGEST = {
    "site": ["between the shoulder blades"],
    "likely": ["a spine that does not move well"],
    "signs": [flag.name for flag in PROTOCOL.red_flags.values() if flag.tier is Tier.EMERGENCY],
    "sign": [flag.name for flag in PROTOCOL.red_flags.values()],
    "indications": [entry.name for entry in PROTOCOL.indications.values()],
    "precautions": [entry.name for entry in PROTOCOL.precautions.values()],
    "tolerance_said": ["yes I cramp up easily"],
    "reference": ["ABCD-EFGH"],
    "staff_name": ["Alexandra"],
    "summary": ["- my hip hurts"],
}
GRADE, GRADE_IN_EMERGENCY, LONGEST_SENTENCE = 6.0, 4.0, 20
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _filled(text: str, **names: str) -> str:
    typical = {key: values[0] for key, values in LONGEST.items()}
    return text.format(**clinic().placeholders(), **(typical | names))


@pytest.mark.parametrize("name", REPLIES)
def test_reply_is_plain(name: str) -> None:
    grave = name.startswith(("utter_verdict_emergency", "utter_verdict_crisis"))
    grade = textstat.flesch_kincaid_grade(_filled(REPLIES[name]["text"]))
    assert grade <= (GRADE_IN_EMERGENCY if grave else GRADE)


@pytest.mark.parametrize("name", REPLIES)
def test_reply_has_short_sentences(name: str) -> None:
    sentences = re.split(r"(?<=[.!?:])\s+|\n", _filled(REPLIES[name]["text"]))
    assert max(len(sentence.split()) for sentence in sentences) <= LONGEST_SENTENCE


@pytest.mark.parametrize(("reply", "key"), [
    ("utter_verdict_emergency_red_flag", "signs"),
    ("utter_verdict_deep_and_superficial", "indications"),
    ("utter_verdict_superficial", "indications"),
    ("utter_verdict_precaution", "precautions"),
])  # fmt: skip
def test_reply_is_plain_with_every_name(reply: str, key: str) -> None:
    limit = GRADE_IN_EMERGENCY if "emergency" in reply else GRADE
    grades = {n: textstat.flesch_kincaid_grade(_filled(REPLIES[reply]["text"], **{key: n})) for n in LONGEST[key]}
    assert {name: grade for name, grade in grades.items() if grade > limit} == {}


@pytest.mark.parametrize("name", REPLIES)
def test_reply_names_only_what_can_be_filled(name: str) -> None:
    known = {*clinic().placeholders(), *LONGEST}
    assert set(_PLACEHOLDER.findall(REPLIES[name]["text"])) <= known


@pytest.mark.parametrize("phrase", ["safe for you", "will cure", "guarantee", "100%", "—"])
def test_no_reply_promises_or_diagnoses(phrase: str) -> None:
    assert [name for name, reply in REPLIES.items() if phrase in reply["text"].lower()] == []


def test_an_emergency_stands_alone() -> None:
    text = _filled(REPLIES["utter_verdict_emergency_red_flag"]["text"])
    first_sentence = re.split(r"(?<=[.!?])\s", text)[0]
    assert clinic().emergency_number in first_sentence
    assert not re.search(r"needl|front desk|book|appointment", text.lower())


def test_the_deep_technique_has_its_six_steps() -> None:
    steps = re.findall(r"^(\d)\.", REPLIES["utter_explain_deep"]["text"], re.MULTILINE)
    assert steps == list("123456")


def test_no_two_replies_say_the_same() -> None:
    texts = sorted((reply["text"].strip().lower(), name) for name, reply in REPLIES.items())
    assert [(a[1], b[1]) for a, b in pairwise(texts) if a[0] == b[0]] == []
