"""The Rasa graph component that puts every finding of a message on it as entities."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components import Taught
from bot.nlu.learnt import Learnt, load_examples
from bot.nlu.reader import Reader, load_cues, own_reader
from bot.nlu.sentence_featurizer import ROOT, code, encoder_as_trained, encoder_or_none, keep_choice
from bot.triage.loading import load_protocol

DESCRIPTIONS = ROOT / "data" / "descriptions"
TELLING = ("inform", "affirm", "deny", "unsure")  # examples of every other intent tell nothing and answer nothing


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FactExtractor(Taught, EntityExtractorMixin):
    """Reads each message with the clinical YAML as it stands at start-up, and by what was learnt of meanings."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, reader: Reader | None = None
    ) -> None:
        """At training there is no `reader` yet."""
        super().__init__(config, storage, resource)
        self._reader = reader

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: the encoder's `folder` below the project's."""
        return {"folder": "models/encoder"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return what else a trained model rests on: descriptions, marked messages, cues, the encoder, code."""
        folder = (cls.get_default_config() | config)["folder"]  # some of Rasa's calls leave the defaults out
        learnt_from = (load_examples(DESCRIPTIONS, load_protocol()), load_cues())
        with_encoder = encoder_or_none(ROOT / folder) is not None
        return hashlib.sha256(repr((learnt_from, with_encoder, code())).encode()).hexdigest()

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
        reader = own_reader()
        with model_storage.read_from(resource) as folder:
            encoder = encoder_as_trained(folder, config)
            if encoder:
                reader = reader.taught(Learnt.load(encoder, reader.tokenizer, load_cues(), folder))
        return cls(config, model_storage, resource, reader)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, and that talk is no complaint; without an encoder, only note that there is none."""
        encoder = encoder_or_none(ROOT / self._config["folder"])
        with self._storage.write_to(self._resource) as folder:
            keep_choice(folder, encoder)
            if encoder:
                talk = [e.get(TEXT) for e in training_data.intent_examples if e.get(INTENT) not in TELLING]
                examples = replace(load_examples(DESCRIPTIONS, load_protocol()), talk=talk)
                Learnt.fit(encoder, own_reader(), load_cues(), examples).save(folder)
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
