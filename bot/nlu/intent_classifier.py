"""The Rasa graph component that tells which intent a message has: by its words, and by what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components import Taught
from bot.nlu.regression import Regression, shares
from bot.nlu.sentence_featurizer import code
from bot.nlu.word_weights import WordWeights

_FILE, _NAME = "intents.npz", "intents"
_RANKED = 10  # intents that are told of a message, the likeliest first


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WordsAndMeaningClassifier(Taught, IntentClassifier):
    """A logistic regression on the weights of the words beside the dense features of the featurizers before it."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        words: WordWeights | None = None,
        regression: Regression | None = None,
    ) -> None:
        """At training there are no `words` and no `regression` yet."""
        super().__init__(config, storage, resource)
        self._words, self._regression = words, regression

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: the `strength` of the fit (inverse regularisation), the weight of the `words`."""
        return {"strength": 1.0, "words": 1.0}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return what else a trained model rests on: the code that learns."""
        return code()

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that must be installed."""
        return ["sklearn"]

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WordsAndMeaningClassifier:
        """Load the component as it was trained."""
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as kept:
            return cls(config, model_storage, resource, WordWeights.of(kept), Regression.of(kept, _NAME))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples of the intents; the same ones give the same."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        words = WordWeights.fit(texts, self._config["words"])
        labels = [example.get(INTENT) for example in examples]
        regression = Regression.fit(_dense(examples), words.of_texts(texts), labels, self._config["strength"])
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(folder / _FILE, **words.arrays(), **regression.arrays(_NAME))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message, and the likeliest ones with their shares of confidence."""
        if self._words is None or self._regression is None:
            return messages
        for message in messages:
            words = self._words.of_texts([message.get(TEXT) or ""])
            row = shares(self._regression.scores(_dense([message]), words))[0]
            ranking = [
                {INTENT_NAME_KEY: self._regression.labels[place], PREDICTED_CONFIDENCE_KEY: float(row[place])}
                for place in np.argsort(-row, kind="stable")[:_RANKED]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _dense(messages: Sequence[Message]) -> np.ndarray:
    """Return the dense features of the messages, an array of shape (messages, features)."""
    features = [message.get_dense_features(TEXT)[1] for message in messages]
    rows = [f.features[-1] if f else np.zeros(0) for f in features]
    return np.array(rows, dtype=np.float32)
