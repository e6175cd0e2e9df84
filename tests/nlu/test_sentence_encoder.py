"""The sentence encoder: a sentence comes out the same alone and among others, and at a training once only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.sentence_encoder import AT_ONCE, DIMENSIONS, EncoderUnusable, SentenceEncoder
from bot.settings import ROOT

FOLDER = ROOT / "models" / "encoder"
SENTENCES = [f"my {place} hurts{much}" for place in ("hip", "jaw", "knee", "neck") for much in (
    "", " a lot", " a lot at night", " when I climb the stairs, and it will not stop", "!!",
)]  # fmt: skip


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder(FOLDER)


def test_a_sentence_is_encoded_the_same_alone_and_among_others(encoder: SentenceEncoder) -> None:
    rows = encoder.encode(SENTENCES)

    assert len(SENTENCES) > AT_ONCE
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0)
    for sentence, row in zip(SENTENCES, rows, strict=True):
        assert np.array_equal(encoder.encode([sentence])[0], row), sentence


def test_a_sentence_is_seen_the_same_alone_and_among_others(encoder: SentenceEncoder) -> None:
    seen = dict(encoder.states_of(SENTENCES))

    assert sorted(seen) == list(range(len(SENTENCES)))
    for number, sentence in enumerate(SENTENCES):
        states, spans = encoder.states(sentence)
        assert states.shape == (len(spans), DIMENSIONS)
        assert np.array_equal(seen[number][0], states), sentence
        assert seen[number][1] == spans


def test_nothing_is_encoded_as_nothing(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_a_file_that_is_not_the_one_it_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"other weights")

    with pytest.raises(EncoderUnusable, match="is not the file it should be"):
        SentenceEncoder(tmp_path)
