"""The regression: it learns what can be learnt, the same each time, and is kept whole."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu.regression import Regression, odds, shares

DENSE = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]], dtype=np.float32)
SPARSE = csr_matrix([[0, 0, 2.0], [0, 0, 1.0], [1.0, 0, 0], [2.0, 0, 0]])
LABELS = ["left", "left", "right", "right"]
THREE = ["a", "a", "b", "c"]


@pytest.mark.parametrize("labels", [LABELS, THREE])
def test_it_learns_the_same_each_time_and_is_kept_whole(labels: list[str]) -> None:
    first, second = (Regression.fit(DENSE, SPARSE, labels, 10.0) for _ in range(2))
    kept = Regression.of(first.arrays("x"), "x")

    assert np.array_equal(first.scores(DENSE, SPARSE), second.scores(DENSE, SPARSE))
    assert np.array_equal(first.scores(DENSE, SPARSE), kept.scores(DENSE, SPARSE))
    assert kept.labels == first.labels


def test_of_two_labels_the_second_is_scored() -> None:
    regression = Regression.fit(DENSE, SPARSE, LABELS, 10.0)

    assert regression.labels == ["right"]
    assert [share > 0.5 for share in odds(regression.scores(DENSE, SPARSE))[:, 0]] == [False, False, True, True]


def test_one_row_is_scored_as_it_is_among_others() -> None:
    regression = Regression.fit(DENSE, SPARSE, THREE, 10.0)
    together = regression.scores(DENSE, SPARSE)

    for row in range(len(DENSE)):
        assert np.allclose(regression.scores(DENSE[row : row + 1], SPARSE[row]), together[row], atol=1e-5)
    assert np.allclose(shares(together).sum(axis=1), 1.0)
