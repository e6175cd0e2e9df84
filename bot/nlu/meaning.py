"""What a message means where its words name nothing: nearness to messages that people wrote (data/descriptions/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.regression import Regression, odds
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.word_weights import WordWeights
from bot.triage.checking import ProtocolError, check_value, read_yaml
from bot.triage.model import Protocol

FLAG, INDICATION, OTHER = "red_flag", "indication", "other"
_FILES = {"red_flags": FLAG, "indications": INDICATION, "look_alikes": OTHER, "not_listed": OTHER, "nothing": OTHER}
# Chosen on writers whose messages were left out of the training: inverse regularisation, and the weight of words
# beside the encoded sentence.
_STRENGTH, _WORDS_WEIGHT = 20.0, 1.5
_TOLERANCE = 0.5  # of the solver, for the concepts: it takes two thirds of the time, and few shares change by 0.01


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

    def __init__(self, encoder: SentenceEncoder, words: WordWeights, sign: Regression, concept: Regression) -> None:
        """`sign` scores one label, `concept` those of the descriptions."""
        self._encoder, self._words, self._sign, self._concept = encoder, words, sign, concept
        self._of = {
            kind: np.array([label.startswith(kind + ".") for label in concept.labels]) for kind in (FLAG, INDICATION)
        }

    @classmethod
    def fit(cls, encoder: SentenceEncoder, texts: Sequence[str], labels: Sequence[str]) -> MeaningReader:
        """Learn from descriptions and their labels; the same ones give the same reader."""
        words = WordWeights.fit(texts, _WORDS_WEIGHT)
        encoded, weighed = encoder.encode(texts), words.of_texts(texts)
        signs = ["sign" if label.startswith(FLAG + ".") else "none" for label in labels]
        sign = Regression.fit(encoded, weighed, signs, _STRENGTH)
        return cls(encoder, words, sign, Regression.fit(encoded, weighed, labels, _STRENGTH, _TOLERANCE))

    def save(self, path: Path) -> None:
        """Write what was learnt, as plain arrays."""
        arrays = self._words.arrays() | self._sign.arrays("sign") | self._concept.arrays("concept")
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path) -> MeaningReader:
        """Return the reader that was saved."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(encoder, WordWeights.of(kept), Regression.of(kept, "sign"), Regression.of(kept, "concept"))

    def read(self, sentences: Sequence[str]) -> list[Meaning]:
        """Return what each sentence resembles."""
        encoded, weighed = self._encoder.encode(sentences), self._words.of_texts(sentences)
        signs, concepts = (odds(part.scores(encoded, weighed)) for part in (self._sign, self._concept))
        return [self._meaning(float(s[0]), row / row.sum()) for s, row in zip(signs, concepts, strict=True)]

    def _meaning(self, sign: float, shares: np.ndarray) -> Meaning:
        flags, indications = shares * self._of[FLAG], shares * self._of[INDICATION]
        harmless = max(1 - float(flags.sum()), 1e-6)
        named = min(float(flags.sum()), 2 * float(flags.max()))
        return Meaning(
            Likeness(self._id(int(flags.argmax())), float(np.sqrt(sign * named))),
            Likeness(self._id(int(indications.argmax())), float(indications.max()) / harmless),
        )

    def _id(self, number: int) -> str:
        return self._concept.labels[number].split(".", 1)[1]


def _read(path: Path) -> dict[str, list[str]]:
    content = read_yaml(path)
    lists = content.values() if isinstance(content, dict) else [None]
    if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in lists):
        raise ProtocolError(f"{path.name}: must be a mapping of ids to lists of messages in quotes")
    return content
