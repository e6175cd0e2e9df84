"""The Rasa graph component by which intents are learnt from replies too: an answer is no command, and no question."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.answer_classifier import UNCLEAR, load_replies
from bot.nlu.components import Untaught
from bot.nlu.fact_extractor import DESCRIPTIONS
from bot.triage.hearing.talk import INFORM

FEWEST_WORDS = 3  # "yes" and "none" have intents of their own


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class RepliesTold(Untaught):
    """Adds one in `every` replies of data/descriptions/answers.yml to the training, as messages that tell something."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: each reply."""
        return {"every": 1}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return what the training rests on besides: the replies."""
        return hashlib.sha256(repr(_replies()).encode()).hexdigest()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data with replies among its examples."""
        told = [Message({TEXT: reply, INTENT: INFORM}) for reply in _replies()[:: self._config["every"]]]
        return training_data.merge(TrainingData(told))

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave messages as they are."""
        return messages


@cache
def _replies() -> list[str]:
    by_question = load_replies(DESCRIPTIONS / "answers.yml")
    answers = (texts for those in by_question.values() for answer, texts in those.items() if answer != UNCLEAR)
    return [text for texts in answers for text in texts if len(text.split()) >= FEWEST_WORDS]
