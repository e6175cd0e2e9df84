"""Graph components of the pipeline, built by hand: no model, no training."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fact_extractor import FactExtractor
from bot.nlu.intent_guard import IntentGuard
from bot.nlu.reader import Reader
from bot.nlu.replies_told import FEWEST_WORDS, RepliesTold

FALLBACK = DEFAULT_NLU_FALLBACK_INTENT_NAME


@pytest.fixture(scope="module")
def extractor(reader: Reader) -> FactExtractor:
    return FactExtractor({}, None, Resource("facts"), reader)


@pytest.fixture
def guard() -> IntentGuard:
    return IntentGuard.create({"thresholds": {"stop": 0.5}}, None, Resource("guard"), None)


def entities(extractor: FactExtractor, text: str | None, before: list[dict[str, Any]] | None = None) -> list[Any]:
    data: dict[str, Any] = {TEXT: text}
    if before is not None:
        data[ENTITIES] = before
    return extractor.process([Message(data)])[0].get(ENTITIES)


def test_a_finding_becomes_an_entity(extractor: FactExtractor) -> None:
    hip = next(e for e in entities(extractor, "my hip hurts") if e["entity"] == "indication")

    assert hip == {
        "entity": "indication",
        "value": "hip_pain",
        "role": "present",
        "said": "my hip hurts",
        "start": 0,
        "end": 12,
        "extractor": "FactExtractor",
    }


def test_the_role_is_the_assertion(extractor: FactExtractor) -> None:
    roles = {e["value"]: e["role"] for e in entities(extractor, "not my hip, my neck") if e["entity"] == "indication"}

    assert roles == {"hip_pain": "denied", "whiplash_neck_pain": "present"}


def test_entities_of_others_are_kept(extractor: FactExtractor) -> None:
    other = {"entity": "colour", "value": "red"}

    assert entities(extractor, "my hip", before=[other])[0] == other


@pytest.mark.parametrize("text", ["", None, "...", "\ud800"])
def test_a_message_without_words_gets_no_entities(extractor: FactExtractor, text: str | None) -> None:
    assert entities(extractor, text) == []


def test_each_message_is_read(extractor: FactExtractor) -> None:
    messages = extractor.process([Message({TEXT: "my hip"}), Message({TEXT: "hello"})])

    assert [any(e["entity"] == "indication" for e in m.get(ENTITIES)) for m in messages] == [True, False]


def test_entities_are_part_of_the_parsed_message(extractor: FactExtractor) -> None:
    message = extractor.process([Message({TEXT: "my hip"})])[0]

    assert ENTITIES in message.as_dict(only_output_properties=True)


def test_nothing_is_learnt_from_findings(extractor: FactExtractor) -> None:
    data = TrainingData([Message({TEXT: "my hip"})])

    assert extractor.process_training_data(data) is data


def test_the_extractor_names_the_packages_it_needs() -> None:
    assert set(FactExtractor.required_packages()) >= {"spacy", "rapidfuzz"}


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        pytest.param({"name": "stop", "confidence": 0.9}, "stop", id="sure"),
        pytest.param({"name": "stop", "confidence": 0.5}, "stop", id="just sure enough"),
        pytest.param({"name": "stop", "confidence": 0.49}, FALLBACK, id="not sure enough"),
        pytest.param({"name": "stop", "confidence": None}, FALLBACK, id="no confidence"),
        pytest.param({"name": "stop"}, FALLBACK, id="confidence missing"),
        pytest.param({"name": "greet", "confidence": 0.01}, "greet", id="an intent without a threshold"),
        pytest.param({"name": FALLBACK, "confidence": 0.3}, FALLBACK, id="the fallback itself"),
        pytest.param({"name": None, "confidence": 0.0}, None, id="no intent"),
    ],
)
def test_a_command_is_taken_only_when_sure(guard: IntentGuard, intent: dict[str, Any], expected: str | None) -> None:
    message = guard.process([Message({TEXT: "stop", INTENT: intent})])[0]

    assert message.get(INTENT)["name"] == expected


def test_the_fallback_is_as_sure_as_the_command_was_not(guard: IntentGuard) -> None:
    message = guard.process([Message({INTENT: {"name": "stop", "confidence": 0.25}})])[0]

    assert message.get(INTENT)["confidence"] == pytest.approx(0.75)


def test_a_message_without_an_intent_is_left_alone(guard: IntentGuard) -> None:
    message = guard.process([Message({TEXT: "hi"})])[0]

    assert message.get(INTENT) is None


@pytest.mark.parametrize(
    ("intent", "cues", "expected"),
    [
        pytest.param("ask_evidence_headache", ["names_only"], "inform", id="a complaint and nothing else"),
        pytest.param("ask_evidence_headache", ["names_only", "question"], "ask_evidence_headache", id="a question"),
        pytest.param("ask_evidence_headache", [], "ask_evidence_headache", id="more than a complaint"),
        pytest.param("out_of_scope", ["names_only"], "out_of_scope", id="no question of the patient's"),
    ],
)
def test_a_bare_complaint_asks_nothing(guard: IntentGuard, intent: str, cues: list[str], expected: str) -> None:
    entities = [{"entity": "cue", "value": cue, "role": "present"} for cue in cues]
    heard = {"name": intent, "confidence": 0.9}
    message = guard.process([Message({TEXT: "Migraines.", INTENT: heard, ENTITIES: entities})])[0]

    assert message.get(INTENT)["name"] == expected


def test_by_default_no_intent_has_a_threshold() -> None:
    guard = IntentGuard(IntentGuard.get_default_config())

    message = guard.process([Message({INTENT: {"name": "stop", "confidence": 0.0}})])[0]

    assert message.get(INTENT)["name"] == "stop"


def test_the_guard_learns_nothing(guard: IntentGuard) -> None:
    data = TrainingData([])

    assert guard.process_training_data(data) is data


def test_replies_are_examples_of_telling() -> None:
    own = Message({TEXT: "stop it", INTENT: "stop"})

    def added(every: int) -> list[Message]:
        component = RepliesTold.create({"every": every}, None, Resource("replies"), None)
        return [m for m in component.process_training_data(TrainingData([own])).intent_examples if m != own]

    all_of_them, some = added(1), added(4)

    assert {message.get(INTENT) for message in all_of_them} == {"inform"}
    assert all(len(message.get(TEXT).split()) >= FEWEST_WORDS for message in all_of_them)
    assert 0 < len(some) < len(all_of_them) / 3
