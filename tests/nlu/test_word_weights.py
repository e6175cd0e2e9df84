"""The weights of words: those that scikit-learn would give, and kept whole."""

from __future__ import annotations

import numpy as np
from scipy.sparse import hstack

from bot.nlu.word_weights import WordWeights, _vectorizers

TEXTS = ["my hip hurts", "my hip hurts a lot", "the jaw clicks", "the jaw clicks a lot", "my hip, my hip"] * 2


def test_they_are_those_of_scikit_learn() -> None:
    words = WordWeights.fit(TEXTS, weight=2.0)
    expected = 2.0 * hstack([vectorizer.fit_transform(TEXTS) for vectorizer in _vectorizers()]).toarray()

    assert np.allclose(words.of_texts(TEXTS).toarray(), expected)


def test_they_are_kept_whole() -> None:
    words = WordWeights.fit(TEXTS, weight=2.0)
    kept = WordWeights.of(words.arrays())

    assert (words.of_texts(TEXTS) != kept.of_texts(TEXTS)).nnz == 0


def test_unknown_words_weigh_nothing() -> None:
    words = WordWeights.fit(TEXTS, weight=2.0)

    assert words.of_texts(["zzz", ""]).nnz == 0
