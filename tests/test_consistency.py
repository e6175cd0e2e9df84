"""What one file names must stand in the other: intents, replies, slots, quick replies, training data."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from bot.triage.engine import QUESTIONS
from bot.triage.loading import load_protocol

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
INTENTS = {next(iter(entry)) for entry in DOMAIN["intents"]}
REPLIES = {
    name: variants[0]
    for file in sorted((ROOT / "data" / "responses").glob("*.yml"))
    for name, variants in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
}
ACTIONS = sorted((ROOT / "actions").glob("*.py"))
ASKED = (*QUESTIONS, "share_with_clinic", "contact_name", "contact_phone")
PHRASED_FREELY = 40  # examples an intent
PROTOCOL = load_protocol()


def _normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _examples(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", ()):
            lines = [line[2:] for line in entry["examples"].splitlines()]
            found.setdefault(entry["intent"], []).extend(lines)
    return found


TRAINING = _examples(ROOT / "data" / "nlu")


def test_intents_are_those_with_examples() -> None:
    assert set(TRAINING) == INTENTS - {"nlu_fallback"}


@pytest.mark.parametrize("intent", TRAINING)
def test_intent_has_enough_examples(intent: str) -> None:
    assert len(TRAINING[intent]) >= PHRASED_FREELY


def test_no_example_stands_twice() -> None:
    counted = Counter(_normal(text) for texts in TRAINING.values() for text in texts)
    assert [text for text, count in counted.items() if count > 1] == []


def test_every_intent_has_a_rule() -> None:
    text = (ROOT / "data" / "stories" / "rules.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"intent: (\w+)", text)) == INTENTS


def test_every_question_intent_has_an_answer() -> None:
    by_code = {"ask_why", "ask_meaning", "ask_result"}
    asked = {i for i in INTENTS if i.startswith("ask_") or i == "are_you_robot"} - by_code
    assert {f"utter_answer_{i.removeprefix('ask_')}" for i in asked} <= set(REPLIES)


@pytest.mark.parametrize("question", ASKED)
def test_question_has_its_words(question: str) -> None:
    kinds = ["plainer", "why", "meaning", "reason"]
    names = {f"utter_{kind}_{question}" for kind in kinds}
    if question != "red_flags":
        names.add(f"utter_question_{question}")
    assert names - set(REPLIES) == set()


def test_every_area_has_its_safety_question() -> None:
    assert {f"utter_question_red_flags_{area}" for area in PROTOCOL.areas} - set(REPLIES) == set()


def test_every_row_has_its_verdict() -> None:
    assert {f"utter_verdict_{row.id}" for row in PROTOCOL.rows} - set(REPLIES) == set()


def test_slots_are_the_questions_and_the_book_keeping() -> None:
    assert set(DOMAIN["slots"]) == {*ASKED, "interview", "talk"}
    assert DOMAIN["forms"]["triage_form"]["required_slots"] == list(ASKED)


def test_slots_are_filled_by_our_actions_alone() -> None:
    assert {str(slot["mappings"]) for slot in DOMAIN["slots"].values()} == {str([{"type": "custom"}])}
    assert "action_validate_slot_mappings" not in DOMAIN["actions"]


def test_wording_is_not_in_the_domain() -> None:
    assert "responses" not in DOMAIN


def test_the_story_of_replies_names_every_reply() -> None:
    story = yaml.safe_load((ROOT / "data" / "stories" / "stories.yml").read_text(encoding="utf-8"))["stories"][0]
    assert [step["action"] for step in story["steps"]] == sorted(REPLIES)


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: file.name)
def test_actions_say_things_by_name(file: Path) -> None:
    calls = [n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    uttered = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "utter_message"]
    assert [c.lineno for c in uttered if c.args or any(k.arg == "text" for k in c.keywords)] == []


def test_replies_named_in_actions_exist() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in ACTIONS)
    named = set(re.findall(r'"(utter_[a-z_]+)"', code))
    assert {name for name in named if not name.endswith("_")} - set(REPLIES) == set()


def test_buttons_send_words_that_people_type() -> None:
    payloads = [b["payload"] for reply in REPLIES.values() for b in reply.get("buttons", ())]
    assert [p for p in payloads if "_" in p or p.startswith("/")] == []
