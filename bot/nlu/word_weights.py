"""The words and the pieces of words of a message, weighed by how much they tell (TF-IDF)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix


class WordWeights:
    """Two vocabularies, of words and of pieces of words, with how much each entry tells."""

    def __init__(
        self, vocabularies: Sequence[Mapping[str, int]], rarities: Sequence[np.ndarray], weight: float
    ) -> None:
        """`rarities` are the inverse document frequencies by entry; `weight` scales all weights."""
        self._vocabularies, self._rarities, self._weight = vocabularies, rarities, weight
        self._analyzers: list[Callable[[str], list[str]]] = [v.build_analyzer() for v in _vectorizers()]
        sizes = [len(vocabulary) for vocabulary in vocabularies]
        self._starts, self._size = np.cumsum([0, *sizes[:-1]]), sum(sizes)

    @classmethod
    def fit(cls, texts: Sequence[str], weight: float) -> WordWeights:
        """Learn how common words are."""
        fitted = [vectorizer.fit(texts) for vectorizer in _vectorizers()]
        return cls([v.vocabulary_ for v in fitted], [v.idf_ for v in fitted], weight)

    def of_texts(self, texts: Sequence[str]) -> csr_matrix:
        """Return the weights, an array of shape (texts, words and pieces)."""
        # Not scikit-learn's transform, whose checks take longer than the work where there is but one message.
        places: list[int] = []
        weights: list[np.ndarray] = []
        ends = [0]
        for text in texts:
            for start, vocabulary, rarity, analyze in zip(
                self._starts, self._vocabularies, self._rarities, self._analyzers, strict=True
            ):
                counts = Counter(vocabulary[word] for word in analyze(text) if word in vocabulary)
                found = np.fromiter(counts, dtype=np.int64, count=len(counts))
                weighed = (1 + np.log(np.fromiter(counts.values(), dtype=float, count=len(counts)))) * rarity[found]
                places += (found + start).tolist()
                weights.append(self._weight * weighed / max(np.linalg.norm(weighed), 1e-9))
            ends.append(len(places))
        data = np.concatenate(weights) if weights else np.zeros(0)
        return csr_matrix((data, np.array(places, dtype=np.int32), np.array(ends)), shape=(len(texts), self._size))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what was learnt as plain arrays."""
        kept: dict[str, np.ndarray] = {"words.weight": np.array(self._weight)}
        for number, (vocabulary, rarity) in enumerate(zip(self._vocabularies, self._rarities, strict=True)):
            kept[f"words.{number}"] = np.array(sorted(vocabulary, key=vocabulary.__getitem__))
            kept[f"words.rarity.{number}"] = rarity
        return kept

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> WordWeights:
        """Return what `arrays` gave."""
        numbers = range(len(_vectorizers()))
        vocabularies = [{str(word): place for place, word in enumerate(arrays[f"words.{n}"])} for n in numbers]
        return cls(vocabularies, [arrays[f"words.rarity.{n}"] for n in numbers], float(arrays["words.weight"]))


def _vectorizers() -> list[Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return [
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\b\w+\b"),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3, max_features=20000),
    ]
