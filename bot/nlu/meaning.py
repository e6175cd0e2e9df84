"""What a message means where its words name nothing: nearness to messages that people wrote (data/descriptions/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.nlu.sentence_encoder import SentenceEncoder
from bot.triage.checking import ProtocolError, check_value
from bot.triage.model import Protocol

FLAG, INDICATION, OTHER = "red_flag", "indication", "other"
_FILES = {"red_flags": FLAG, "indications": INDICATION, "look_alikes": OTHER, "not_listed": OTHER, "nothing": OTHER}
_STRENGTH = 20.0  # inverse regularisation: the best of 5, 20 on writers whose messages were left out of the training


@dataclass(frozen=True)
class Likeness:
    """How like one concept a message is, from 0 to 1."""

    concept: str
    share: float


@dataclass(frozen=True)
class Meaning:
    """The likest red flag, with the share of all flags (twice its own at the most), and the likest indication."""

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
    """Tells what messages resemble, by a logistic regression on their encoded sentences."""

    def __init__(
        self, encoder: SentenceEncoder, labels: Sequence[str], weights: np.ndarray, biases: np.ndarray
    ) -> None:
        """`weights` has the shape (labels, DIMENSIONS), `biases` (labels,)."""
        self._encoder = encoder
        self._labels, self._weights, self._biases = list(labels), weights, biases
        self._of = {kind: np.array([label.startswith(kind + ".") for label in labels]) for kind in (FLAG, INDICATION)}

    @classmethod
    def fit(cls, encoder: SentenceEncoder, texts: Sequence[str], labels: Sequence[str]) -> MeaningReader:
        """Learn from descriptions and their labels; the same ones give the same reader."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=_STRENGTH, max_iter=300, class_weight="balanced")
        model.fit(encoder.encode(texts), labels)
        weights, biases = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
        return cls(encoder, list(model.classes_), weights, biases)

    def save(self, path: Path) -> None:
        """Write what was learnt, as plain arrays."""
        np.savez(path, labels=np.array(self._labels), weights=self._weights, biases=self._biases)

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path) -> MeaningReader:
        """Return the reader that was saved."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(encoder, [str(label) for label in kept["labels"]], kept["weights"], kept["biases"])

    def read(self, sentences: Sequence[str]) -> list[Meaning]:
        """Return what each sentence resembles."""
        scores = self._encoder.encode(sentences) @ self._weights.T + self._biases
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return [self._meaning(row / row.sum()) for row in shares]

    def _meaning(self, shares: np.ndarray) -> Meaning:
        flags, indications = shares * self._of[FLAG], shares * self._of[INDICATION]
        harmless = max(1 - float(flags.sum()), 1e-6)
        return Meaning(
            Likeness(self._concept(int(flags.argmax())), min(float(flags.sum()), 2 * float(flags.max()))),
            Likeness(self._concept(int(indications.argmax())), float(indications.max()) / harmless),
        )

    def _concept(self, number: int) -> str:
        return self._labels[number].split(".", 1)[1]


def _read(path: Path) -> dict[str, list[str]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProtocolError(f"{path.name}: cannot be read as YAML: {' '.join(str(error).split())}") from error
    lists = content.values() if isinstance(content, dict) else [None]
    if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in lists):
        raise ProtocolError(f"{path.name}: must be a mapping of ids to lists of messages in quotes")
    return content
