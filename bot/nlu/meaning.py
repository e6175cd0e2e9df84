"""What a message means where its words name nothing: nearness to messages that people wrote (data/descriptions/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot.nlu.sentence_encoder import SentenceEncoder
from bot.triage.checking import ProtocolError, check_value, read_yaml
from bot.triage.model import Protocol

FLAG, INDICATION, OTHER = "red_flag", "indication", "other"
_FILES = {"red_flags": FLAG, "indications": INDICATION, "look_alikes": OTHER, "not_listed": OTHER, "nothing": OTHER}
# Chosen on writers whose messages were left out of the training: inverse regularisation, and the weight of words
# beside the encoded sentence.
_STRENGTH, _WORDS_WEIGHT = 20.0, 1.5
_TOLERANCE = 0.01


@dataclass(frozen=True)
class Likeness:
    """How like one concept a message is, from 0 to 1."""

    concept: str
    share: float


@dataclass(frozen=True)
class Meaning:
    """The likest red flag, weighed with whether there is one at all, and the likest indication."""

    flag: Likeness
    indication: Likeness


def load_descriptions(folder: Path, protocol: Protocol) -> tuple[list[str], list[str]]:
    """Return the descriptions under `folder`, and their labels: `red_flag.<id>`, `indication.<id>`, `other.<file>`.

    Raises:
        ProtocolError: a file is missing or is not YAML, or names an id that the protocol does not know.
    """
    texts, labels = [], []
    for name, kind in _FILES.items():
        known: Mapping[str, Any] = {FLAG: protocol.red_flags, INDICATION: protocol.indications}.get(kind, {})
        for concept, sentences in _read(folder / f"{name}.yml").items():
            if known:
                check_value(f"{name}.yml", concept, known)
            texts += sentences
            labels += [f"{kind}.{concept if known else name}"] * len(sentences)
    return texts, labels


class MeaningReader:
    """Tells what messages resemble: one regression says whether there is a sign at all, another which concept it is.

    Both look at the encoded sentence beside its words and pieces of words.
    """

    def __init__(self, encoder: SentenceEncoder, words: Words, labels: Sequence[str], weights: np.ndarray) -> None:
        """`weights` has the shape (1 + labels, features + 1): the sign's row first, the bias last."""
        self._encoder, self._words, self._labels, self._weights = encoder, words, list(labels), weights
        self._of = {kind: np.array([label.startswith(kind + ".") for label in labels]) for kind in (FLAG, INDICATION)}

    @classmethod
    def fit(cls, encoder: SentenceEncoder, texts: Sequence[str], labels: Sequence[str]) -> MeaningReader:
        """Learn from descriptions and their labels; the same ones give the same reader."""
        from sklearn.linear_model import LogisticRegression

        words = Words.fit(texts)
        features = hstack([csr_matrix(encoder.encode(texts)), words.weigh(texts)]).tocsr()
        settings = {"C": _STRENGTH, "solver": "liblinear", "tol": _TOLERANCE, "class_weight": "balanced"}
        sign = LogisticRegression(**settings).fit(features, [label.startswith(FLAG + ".") for label in labels])
        concept = LogisticRegression(**settings).fit(features, labels)
        rows = [np.hstack([model.coef_, model.intercept_[:, None]]) for model in (sign, concept)]
        return cls(encoder, words, list(concept.classes_), np.vstack(rows).astype(np.float32))

    def save(self, path: Path) -> None:
        """Write what was learnt, as plain arrays."""
        np.savez_compressed(path, labels=np.array(self._labels), weights=self._weights, **self._words.arrays())

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path) -> MeaningReader:
        """Return the reader that was saved."""
        with np.load(path, allow_pickle=False) as kept:
            labels = [str(label) for label in kept["labels"]]
            return cls(encoder, Words.of(kept), labels, kept["weights"])

    def read(self, sentences: Sequence[str]) -> list[Meaning]:
        """Return what each sentence resembles."""
        features = hstack([csr_matrix(self._encoder.encode(sentences)), self._words.weigh(sentences)]).tocsr()
        shares = 1 / (1 + np.exp(-(features @ self._weights[:, :-1].T + self._weights[:, -1])))
        return [self._meaning(float(row[0]), row[1:] / row[1:].sum()) for row in shares]

    def _meaning(self, sign: float, shares: np.ndarray) -> Meaning:
        flags, indications = shares * self._of[FLAG], shares * self._of[INDICATION]
        harmless = max(1 - float(flags.sum()), 1e-6)
        named = min(float(flags.sum()), 2 * float(flags.max()))
        return Meaning(
            Likeness(self._concept(int(flags.argmax())), float(np.sqrt(sign * named))),
            Likeness(self._concept(int(indications.argmax())), float(indications.max()) / harmless),
        )

    def _concept(self, number: int) -> str:
        return self._labels[number].split(".", 1)[1]


class Words:
    """Weighs the words and the pieces of words of messages by how much they tell (TF-IDF)."""

    def __init__(self, vectorizers: Sequence[Any]) -> None:
        self._vectorizers = vectorizers

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Words:
        """Learn how common words are."""
        return cls([vectorizer.fit(texts) for vectorizer in _vectorizers()])

    def weigh(self, texts: Sequence[str]) -> csr_matrix:
        """Return the weights, an array of shape (texts, words and pieces)."""
        return hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers]).tocsr() * _WORDS_WEIGHT

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what was learnt as plain arrays."""
        kept = {}
        for number, vectorizer in enumerate(self._vectorizers):
            kept[f"words{number}"] = vectorizer.get_feature_names_out().astype(str)
            kept[f"rarity{number}"] = vectorizer.idf_
        return kept

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Words:
        """Return what `arrays` gave."""
        vectorizers = _vectorizers()
        for number, vectorizer in enumerate(vectorizers):
            vectorizer.vocabulary = {str(word): place for place, word in enumerate(arrays[f"words{number}"])}
            vectorizer.idf_ = arrays[f"rarity{number}"]
        return cls(vectorizers)


def _vectorizers() -> list[Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return [
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\b\w+\b"),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3, max_features=20000),
    ]


def _read(path: Path) -> dict[str, list[str]]:
    content = read_yaml(path)
    lists = content.values() if isinstance(content, dict) else [None]
    if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in lists):
        raise ProtocolError(f"{path.name}: must be a mapping of ids to lists of messages in quotes")
    return content
