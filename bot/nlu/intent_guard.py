"""The Rasa graph component that takes a command only when it is sure of it, and a bare complaint for no question."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components import Untaught
from bot.triage.hearing.talk import INFORM, asks
from bot.triage.reading import reading_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentGuard(Untaught):
    """Turns an intent below its own `thresholds` entry into the fallback: a wrong stop costs more than a question."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: no intent has a threshold of its own."""
        return {"thresholds": {}}

    def process(self, messages: list[Message]) -> list[Message]:
        """Guard the intent of each message."""
        thresholds: dict[str, float] = self._config["thresholds"]
        for message in messages:
            intent = message.get(INTENT) or {}
            if _is_number(message.get(TEXT) or "") or _names_only(message):
                telling = {INTENT_NAME_KEY: INFORM, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, telling, add_to_output=True)
                continue
            confidence = intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0
            if confidence < thresholds.get(intent.get(INTENT_NAME_KEY) or "", 0.0):
                fallback, doubt = DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - confidence
                guarded = {INTENT_NAME_KEY: fallback, PREDICTED_CONFIDENCE_KEY: doubt}
                message.set(INTENT, guarded, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is."""
        return training_data


def _is_number(text: str) -> bool:
    """Return whether a message is an age, a telephone number or the like: it tells, and asks nothing."""
    return any(sign.isdecimal() for sign in text) and not any(sign.isalpha() for sign in text)


def _names_only(message: Message) -> bool:
    """Return whether a message only names a complaint, as "Migraines." does: it asks nothing of them."""
    findings = reading_of(message.get(ENTITIES) or [])
    intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) or ""
    taken_for_a_question = intent.startswith("ask_")
    return taken_for_a_question and not asks(findings) and any(f.value == "names_only" for f in findings)
