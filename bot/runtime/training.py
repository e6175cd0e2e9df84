"""Train the model that the assistant loads."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path

import structlog

from bot.runtime.manifest import hash_inputs, write_manifest
from bot.runtime.without_tensorflow import without_tensorflow

MODEL_NAME = "needlepoint"


class TrainingFailed(RuntimeError):
    """Rasa could not train a model from the files."""


def train(root: Path, models: Path) -> Path:
    """Train from config.yml, domain.yml and data/ under `root`, write the manifest; return the model's path.

    Raises:
        TrainingFailed: the files do not make a model; Rasa has printed why.
    """
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")  # Rasa's, at every training
    inputs = hash_inputs(root)  # before, for a file that is changed meanwhile is in doubt
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with without_tensorflow():
        from rasa.model_training import train as rasa_train

        warnings.filterwarnings("ignore")  # of libraries that Rasa pins, which set filters of their own when imported
        result = rasa_train(
            domain=str(root / "domain.yml"),
            config=str(root / "config.yml"),
            training_files=[str(root / "data")],
            output=str(models),
            fixed_model_name=MODEL_NAME,
        )
    if result.model is None or result.code:
        raise TrainingFailed("the model could not be trained; the lines above say why")
    model = Path(result.model)
    write_manifest(model, inputs)
    return model
