"""The Rasa graph component that puts every finding of a message on it as entities."""

from __future__ import annotations

import hashlib
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.assertion_classifier import AssertionClassifier, Surroundings
from bot.nlu.marked import load_marked
from bot.nlu.meaning import MeaningReader, load_descriptions
from bot.nlu.reader import Reader, load_cues
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.sentence_featurizer import ROOT, encoder_or_none, shared_encoder
from bot.nlu.wording import build_tokenizer
from bot.triage.loading import load_protocol

DESCRIPTIONS = ROOT / "data" / "descriptions"
MARKED = DESCRIPTIONS / "assertion.yml"
MEANING, ASSERTION = "meaning.npz", "assertion.npz"
TELLING = "inform"  # examples of every other intent tell of no complaint


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Reads each message with the clinical YAML as it stands at start-up, and by what was learnt of meanings."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        encoder: SentenceEncoder | None = None,
        meaning: MeaningReader | None = None,
        assertion: AssertionClassifier | None = None,
    ) -> None:
        self._storage, self._resource, self._encoder = storage, resource, encoder
        self._reader = Reader(load_protocol(), load_cues(), meaning, assertion)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: the encoder's `folder` below the project's."""
        return {"folder": "models/encoder"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return what else a trained model rests on: descriptions, marked messages, cues, the encoder."""
        folder = (cls.get_default_config() | config)["folder"]  # some of Rasa's calls leave the defaults out
        learnt_from = (load_descriptions(DESCRIPTIONS, load_protocol()), load_marked(MARKED), load_cues())
        with_encoder = encoder_or_none(ROOT / folder) is not None
        return hashlib.sha256(repr((learnt_from, with_encoder)).encode()).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        """Create the component for training."""
        return cls(model_storage, resource, encoder_or_none(ROOT / config["folder"]))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FactExtractor:
        """Load the component as it was trained.

        Raises:
            EncoderUnusable: the model was trained with the encoder, which is missing or damaged now.
        """
        with model_storage.read_from(resource) as folder:
            if not (folder / MEANING).exists():
                return cls(model_storage, resource)
            encoder = shared_encoder(ROOT / config["folder"])
            meaning = MeaningReader.load(encoder, folder / MEANING)
            assertion = AssertionClassifier.load(encoder, _surroundings(), folder / ASSERTION)
        return cls(model_storage, resource, meaning=meaning, assertion=assertion)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn what the descriptions mean; without an encoder, only note that nothing was learnt."""
        with self._storage.write_to(self._resource) as folder:
            (folder / "trained.txt").write_text(f"with encoder: {self._encoder is not None}")
            if self._encoder:
                texts, labels = load_descriptions(DESCRIPTIONS, load_protocol())
                chat = [e.get(TEXT) for e in training_data.intent_examples if e.get(INTENT) != TELLING]
                texts, labels = texts + chat, labels + ["other.chat"] * len(chat)
                MeaningReader.fit(self._encoder, texts, labels).save(folder / MEANING)
                marked = load_marked(MARKED)
                AssertionClassifier.fit(self._encoder, _surroundings(), marked).save(folder / ASSERTION)
        return self._resource

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that must be installed."""
        return ["spacy", "rapidfuzz", "ctranslate2", "tokenizers"]  # whose import name is that of the package

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the findings of each message as entities: entity = kind, value, role = assertion, said = the words."""
        for message in messages:
            text = message.get(TEXT) or ""
            entities = [
                {
                    "entity": finding.kind,
                    "value": finding.value,
                    "role": finding.assertion.value,
                    "said": finding.said,
                    "start": 0,
                    "end": len(text),
                    "extractor": "FactExtractor",
                }
                for finding in self._reader.read(text)
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: nothing is learnt from findings."""
        return training_data


def _surroundings() -> Surroundings:
    return Surroundings(build_tokenizer(load_protocol(), load_cues()), load_cues())
