"""A logistic regression kept as plain arrays: quick on the one message at hand, the same at every training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack


class Regression:
    """Weighs a few dense features and many sparse ones, and gives a score for each label."""

    def __init__(self, labels: Sequence[str], weights: np.ndarray, biases: np.ndarray) -> None:
        """`weights` has the shape (features, labels), the dense features first; `biases` has (labels,)."""
        self.labels = list(labels)
        self._weights, self._biases = weights, biases

    @classmethod
    def fit(cls, dense: np.ndarray, sparse: csr_matrix, labels: Sequence[str], strength: float) -> Regression:
        """Learn from rows of features and their labels; `strength` is the inverse of the regularisation.

        Each label is told from all others; of two labels only the second is scored, as scikit-learn does.
        """
        from sklearn.linear_model import LogisticRegression

        # In its dual form it takes a fifth of the time and says the same; it draws lots, hence the seed.
        model = LogisticRegression(
            C=strength, class_weight="balanced", solver="liblinear", dual=True, tol=0.1, random_state=0
        )
        model.fit(hstack([csr_matrix(dense), sparse]).tocsr(), labels)
        scored = model.classes_[-len(model.intercept_) :]
        return cls(list(scored), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))

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


def odds(scores: np.ndarray) -> np.ndarray:
    """Return the share of each label by itself, from 0 to 1."""
    return 1 / (1 + np.exp(-scores))


def shares(scores: np.ndarray) -> np.ndarray:
    """Return the share of each label against the others: those of a row make 1 together."""
    by_itself = odds(scores)
    return by_itself / by_itself.sum(axis=1, keepdims=True)
