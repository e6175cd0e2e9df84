"""What was encoded at a training is not encoded again, at that one or the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.remembering_encoder import MANY, RememberingEncoder
from bot.nlu.sentence_encoder import DIMENSIONS, SentenceEncoder
from bot.settings import ROOT

FOLDER = ROOT / "models" / "encoder"
SENTENCES = [f"my {place} hurts since {day}" for place in ("hip", "jaw", "knee", "neck") for day in range(MANY // 4)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many sentences the encoder is asked for, one entry a time."""
    counts: list[int] = []
    encode = SentenceEncoder.encode
    monkeypatch.setattr(SentenceEncoder, "encode", lambda self, new: counts.append(len(new)) or encode(self, new))
    return counts


def test_no_sentence_is_encoded_twice(asked: list[int]) -> None:
    encoder = RememberingEncoder(FOLDER)
    rows = encoder.encode([*SENTENCES, *SENTENCES[:3]])

    assert np.array_equal(encoder.encode(SENTENCES[::-1]), rows[: len(SENTENCES)][::-1])
    encoder.encode([SENTENCES[0], "my elbow hurts", "my elbow hurts"])
    assert asked == [len(SENTENCES), 1]


def test_the_next_training_remembers(tmp_path: Path, asked: list[int]) -> None:
    rows = RememberingEncoder(FOLDER, tmp_path / "kept.npz").encode(SENTENCES)

    assert np.array_equal(RememberingEncoder(FOLDER, tmp_path / "kept.npz").encode(SENTENCES), rows)
    assert asked == [len(SENTENCES)]


@pytest.mark.parametrize("damage", ["missing", "cut short", "other weights"])
def test_what_cannot_be_read_is_encoded_anew(tmp_path: Path, asked: list[int], damage: str) -> None:
    kept = tmp_path / "kept.npz"
    rows = RememberingEncoder(FOLDER, kept).encode(SENTENCES)
    if damage == "missing":
        kept.unlink()
    elif damage == "cut short":
        kept.write_bytes(kept.read_bytes()[:1000])
    else:
        np.savez(kept, weights=np.array("others"), keys=np.array(["a"]), rows=rows[:1])

    assert np.array_equal(RememberingEncoder(FOLDER, kept).encode(SENTENCES), rows)
    assert asked == [len(SENTENCES)] * 2


def test_nothing_is_encoded_as_nothing() -> None:
    assert RememberingEncoder(FOLDER).encode([]).shape == (0, DIMENSIONS)
