"""The intent classifier: it learns words and meaning, keeps both, and says the same whenever it is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_classifier import WordsAndMeaningClassifier

PLACE = Resource("intents")
CONFIG = {"strength": 3.0, "words": 4.0}
EXAMPLES = {
    "ask_cost": ["what does it cost", "how much does it cost", "what is the cost of it"],
    "goodbye": ["goodbye then", "goodbye and thanks", "goodbye for now"],
    "affirm": ["yes please", "yes it does", "yes of course"],
}


def message(text: str, intent: str | None = None, meaning: list[float] | None = None) -> Message:
    """Return a message with its dense features, as a featurizer would leave it."""
    made = Message({TEXT: text, INTENT: intent} if intent else {TEXT: text})
    if meaning is not None:
        made.add_features(Features(np.array([meaning], np.float32), FEATURE_TYPE_SENTENCE, TEXT, "meaning"))
    return made


def trained(folder: Path, examples: list[Message]) -> WordsAndMeaningClassifier:
    """Return a classifier that was trained, kept and loaded again."""
    folder.mkdir()
    storage = LocalModelStorage(folder)
    WordsAndMeaningClassifier.create(CONFIG, storage, PLACE, None).train(TrainingData(examples))
    return WordsAndMeaningClassifier.load(CONFIG, storage, PLACE, None)


def told(classifier: WordsAndMeaningClassifier, heard: Message) -> Any:
    """Return the intent told of a message, and the ranking."""
    classifier.process([heard])
    return heard.get(INTENT), heard.get(INTENT_RANKING_KEY)


@pytest.fixture
def by_words(tmp_path: Path) -> WordsAndMeaningClassifier:
    return trained(tmp_path / "words", [message(t, name) for name, texts in EXAMPLES.items() for t in texts])


@pytest.mark.parametrize(
    ("text", "intent"), [("the cost?", "ask_cost"), ("goodbye", "goodbye"), ("yes", "affirm"), ("goodbyee", "goodbye")]
)
def test_an_intent_is_told_by_words_and_their_pieces(
    by_words: WordsAndMeaningClassifier, text: str, intent: str
) -> None:
    first, ranking = told(by_words, message(text))

    assert first["name"] == intent
    assert first == ranking[0]
    assert [entry["confidence"] for entry in ranking] == sorted((e["confidence"] for e in ranking), reverse=True)
    assert sum(entry["confidence"] for entry in ranking) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "zzz"])
def test_of_unknown_words_nothing_is_sure(by_words: WordsAndMeaningClassifier, text: str) -> None:
    assert told(by_words, message(text))[0]["confidence"] < 0.5


def test_meaning_tells_what_no_word_does(tmp_path: Path) -> None:
    meanings = {"ask_cost": [4.0, 0, 0], "goodbye": [0, 4.0, 0], "affirm": [0, 0, 4.0]}
    examples = [message(t, name, meanings[name]) for name, texts in EXAMPLES.items() for t in texts]

    first, _ = told(trained(tmp_path / "both", examples), message("zzz", meaning=[0, 4.0, 0]))

    assert first["name"] == "goodbye"


def test_training_twice_gives_the_same(tmp_path: Path, by_words: WordsAndMeaningClassifier) -> None:
    again = trained(tmp_path / "again", [message(t, name) for name, texts in EXAMPLES.items() for t in texts])

    assert told(again, message("yes and goodbye")) == told(by_words, message("yes and goodbye"))
