"""The Rasa graph component that puts every finding of a message on it as entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.reader import Reader, load_cues
from bot.triage.loading import load_protocol


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Reads each message with the clinical YAML, which is taken as it stands at start-up: no training needed."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._reader = Reader(load_protocol(), load_cues())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        """Create the component; it keeps nothing in the model."""
        return cls(config)

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that must be installed."""
        return ["spacy", "rapidfuzz", "spellchecker", "text_to_num"]

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
