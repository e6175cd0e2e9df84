"""The Rasa graph component that gives the intent classifier what a message means, beside its words."""

from __future__ import annotations

import hashlib
import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.remembering_encoder import RememberingEncoder
from bot.nlu.sentence_encoder import EncoderUnusable, SentenceEncoder

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
TRAINED = "trained.json"
KEPT = ROOT / ".rasa" / "encodings.npz"  # beside what Rasa keeps from one training to the next


@cache
def shared_encoder(folder: Path) -> SentenceEncoder:
    """Return the encoder in a folder, loaded once for all components.

    Raises:
        EncoderUnusable: a file is missing or is not the one it should be.
    """
    return SentenceEncoder(folder)


@cache
def _training_encoder(folder: Path) -> SentenceEncoder:
    return RememberingEncoder(folder, KEPT)


def encoder_or_none(folder: Path) -> SentenceEncoder | None:
    """Return the encoder for training; without it, say so and return None: the model then does without."""
    try:
        return _training_encoder(folder)
    except EncoderUnusable as error:
        logger.warning("Training WITHOUT the sentence encoder, so that less will be understood: %s", error)
        return None


def code() -> str:
    """Return what tells the code that learns from another version of it: a model rests on that too."""
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(sources).hexdigest()


def keep_choice(folder: Path, encoder: SentenceEncoder | None) -> None:
    """Keep beside what was trained whether there was an encoder."""
    (folder / TRAINED).write_text(json.dumps({"encoder": encoder is not None}))


def encoder_as_trained(folder: Path, config: dict[str, Any]) -> SentenceEncoder | None:
    """Return the encoder where the training that is kept in `folder` had one.

    Raises:
        EncoderUnusable: it had one, which is missing or damaged now.
    """
    trained_with = json.loads((folder / TRAINED).read_text())["encoder"]
    return shared_encoder(ROOT / config["folder"]) if trained_with else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the encoded sentence, times `scale`, to each message; nothing if the model was trained without encoder."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        name: str,
        encoder: SentenceEncoder | None,
    ) -> None:
        super().__init__(name, config)
        self._storage, self._resource = storage, resource
        self._encoder = encoder

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: `scale` weighs meaning against counts of words, `folder` is below the project's."""
        return {**DenseFeaturizer.get_default_config(), "scale": 10.0, "folder": "models/encoder"}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that must be installed."""
        return ["ctranslate2", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Check the configuration.

        Raises:
            ValueError: `scale` is not a positive number.
        """
        if not isinstance(config["scale"], int | float) or config["scale"] <= 0:
            raise ValueError(f"config.yml, SentenceFeaturizer: scale must be a number above 0, not {config['scale']!r}")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return what else a trained model rests on: whether there is an encoder."""
        folder = (cls.get_default_config() | config)["folder"]  # some of Rasa's calls leave the defaults out
        return str(encoder_or_none(ROOT / folder) is not None)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """Create the component for training."""
        encoder = encoder_or_none(ROOT / config["folder"])
        return cls(config, model_storage, resource, execution_context.node_name, encoder)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceFeaturizer:
        """Load the component as it was trained.

        Raises:
            EncoderUnusable: the model was trained with the encoder, which is missing or damaged now.
        """
        with model_storage.read_from(resource) as folder:
            encoder = encoder_as_trained(folder, config)
        return cls(config, model_storage, resource, execution_context.node_name, encoder)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep whether there is an encoder; there is nothing to learn, it is as it was published."""
        with self._storage.write_to(self._resource) as folder:
            keep_choice(folder, self._encoder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features, an array of shape (1, 384), to each message."""
        told = [message for message in messages if message.get(TEXT)]
        if self._encoder:
            rows = self._encoder.encode([message.get(TEXT) for message in told]) * self._config["scale"]
            for message, row in zip(told, rows, strict=True):
                message.add_features(Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to each example."""
        self.process(training_data.training_examples)
        return training_data
