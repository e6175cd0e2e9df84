"""Training, run for real: the same files give the same model, and it can do without the sentence encoder."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.settings import ROOT
from tests.conftest import MODEL

pytestmark = pytest.mark.endurance

TRAIN = "import sys; from pathlib import Path; from bot.runtime.training import train; train(*map(Path, sys.argv[1:]))"


def train_anew(root: Path, folder: Path) -> Path:
    """Train from the files under `root`, with nothing remembered of other trainings; return the model's path."""
    environment = os.environ | {"RASA_CACHE_DIRECTORY": str(folder / "cache"), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-c", TRAIN, str(root), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return folder / MODEL.name


def learnt(model: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield what was learnt: file, name and content of each array in the archive."""
    with tarfile.open(model) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".npz") else None
            if file is not None:
                arrays = np.load(io.BytesIO(file.read()), allow_pickle=False)
                yield from ((Path(member.name).name, name, arrays[name].tobytes()) for name in sorted(arrays))


def test_training_again_gives_the_same_model(tmp_path: Path) -> None:
    first, again = sorted(learnt(MODEL)), sorted(learnt(train_anew(ROOT, tmp_path)))

    assert {name for name, _, _ in first} == {"intents.npz", "meaning.npz", "assertion.npz", "answers.npz"}
    assert [(file, name) for file, name, _ in again] == [(file, name) for file, name, _ in first]
    pairs = zip(first, again, strict=True)
    assert [f"{file}: {name}" for (file, name, one), (*_, other) in pairs if one != other] == []


def test_without_the_encoder_a_model_is_trained_that_understands_what_is_named(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for name in ("data", "domain.yml"):
        (root / name).symlink_to(ROOT / name)
    config = (ROOT / "config.yml").read_text(encoding="utf-8")
    for component in ("SentenceFeaturizer", "FactExtractor"):
        config = config.replace(f".{component}", f".{component}\n    folder: models/absent")
    (root / "config.yml").write_text(config, encoding="utf-8")

    from rasa.core.agent import Agent

    agent = Agent.load(str(train_anew(root, tmp_path)))
    parsed = asyncio.run(agent.parse_message("my hip hurts and how much does it cost?"))

    assert ("indication", "hip_pain") in {(e["entity"], e["value"]) for e in parsed["entities"]}
    assert asyncio.run(agent.parse_message("how much does it cost"))["intent"]["name"] == "ask_cost"
