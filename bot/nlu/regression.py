"""A logistic regression kept as plain arrays: quick on the one message at hand, the same at every training."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack

TOLERANCE = 0.1  # of the solver, at which it may stop
MOST_PROCESSES = 4  # that learn at once: each must first import scikit-learn


class Regression:
    """Weighs a few dense features and many sparse ones, and gives a score for each label."""

    def __init__(self, labels: Sequence[str], weights: np.ndarray, biases: np.ndarray) -> None:
        """`weights` has the shape (features, labels), the dense features first; `biases` has (labels,)."""
        self.labels = list(labels)
        self._weights, self._biases = weights, biases

    @classmethod
    def fit(
        cls,
        dense: np.ndarray,
        sparse: csr_matrix,
        labels: Sequence[str],
        strength: float,
        tolerance: float = TOLERANCE,
    ) -> Regression:
        """Learn from rows of features and their labels; `strength` is the inverse of the regularisation.

        Each label is told from all others; of two labels only the second is scored, as scikit-learn does.
        """
        from joblib import Parallel, delayed

        names, of = np.unique(labels, return_inverse=True)
        balanced = len(of) / (len(names) * np.bincount(of))
        several = len(names) > 2
        others = 1.0 if several else balanced[0]
        rows = hstack([csr_matrix(dense), sparse]).tocsr()
        # In processes, for in threads the solver would draw its lots from one place.
        told = Parallel(n_jobs=min(MOST_PROCESSES, os.cpu_count() or 1), mmap_mode="c")(
            delayed(_told_apart)(rows, of == n, {0: others, 1: balanced[n]}, strength, tolerance)
            for n in range(0 if several else 1, len(names))
        )
        weights, biases = (np.array(part, dtype=np.float32) for part in zip(*told, strict=True))
        return cls(names[-len(told) :].tolist(), np.ascontiguousarray(weights.T), biases)

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return what was learnt, to be saved under names that begin with `name`."""
        arrays = {"labels": np.array(self.labels), "weights": self._weights, "biases": self._biases}
        return {f"{name}.{key}": array for key, array in arrays.items()}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], name: str) -> Regression:
        """Return what `arrays` gave."""
        weights = np.ascontiguousarray(arrays[f"{name}.weights"])
        return cls([str(label) for label in arrays[f"{name}.labels"]], weights, arrays[f"{name}.biases"])

    def scores(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """Return the scores, an array of shape (rows, labels); a share is `odds` or `shares` of them."""
        first = dense.shape[1]
        scores = dense @ self._weights[:first] + self._biases
        for row, (begin, end) in enumerate(zip(sparse.indptr, sparse.indptr[1:], strict=False)):
            scores[row] += sparse.data[begin:end].astype(np.float32) @ self._weights[first + sparse.indices[begin:end]]
        return scores


def _told_apart(
    rows: csr_matrix, own: np.ndarray, class_weight: Mapping[int, float], strength: float, tolerance: float
) -> tuple[np.ndarray, float]:
    """Return the weights of the features, and the bias, that tell a label's own rows from all others."""
    from sklearn.linear_model import LogisticRegression

    # In its dual form it takes a fifth of the time and says the same; it draws lots, hence the seed.
    model = LogisticRegression(
        C=strength, class_weight=class_weight, solver="liblinear", dual=True, tol=tolerance, random_state=0
    ).fit(rows, own)
    return model.coef_[0], model.intercept_[0]


def odds(scores: np.ndarray) -> np.ndarray:
    """Return the share of each label by itself, from 0 to 1."""
    return 1 / (1 + np.exp(-scores))


def shares(scores: np.ndarray) -> np.ndarray:
    """Return the share of each label against the others: those of a row make 1 together."""
    by_itself = odds(scores)
    return by_itself / by_itself.sum(axis=1, keepdims=True)
