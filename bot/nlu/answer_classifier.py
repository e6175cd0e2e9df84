"""Which answer a reply comes to, learnt for each question from what people wrote (data/descriptions/answers.yml).

It hears the answers that use no word of the question: "had my jabs, no bother", "it keeps itself to itself".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import FeatureHasher

from bot.nlu.regression import Regression, shares
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.word_weights import WordWeights
from bot.triage.answers import CHOICES
from bot.triage.checking import ProtocolError, check_keys, read_yaml
from bot.triage.model import Finding

UNCLEAR = "unclear"  # a reply that answers nothing
SURE_ANSWER = 0.4  # the share from which an answer is taken
_ALLOWED = {**CHOICES, "share_with_clinic": ("yes", "no")}
_CUES = ("yes_no", "list", "agrees", "fear", "spread", "cramps", "cue")  # what the rules find in a reply
_BUCKETS = 2**12
# Chosen on a writer left out of the training: inverse regularisation, the weights of the words and of the encoding.
_STRENGTH, _WORDS_WEIGHT, _ENCODING_WEIGHT = 3.0, 1.5, 2.0

Replies = Mapping[str, Mapping[str, Sequence[str]]]  # question -> answer -> what people typed


def load_replies(path: Path) -> Replies:
    """Return the replies of a file, by question and answer.

    Raises:
        ProtocolError: the file cannot be read, or names a question or an answer that there is none of.
    """
    content = read_yaml(path)
    check_keys(path.name, content, needed=_ALLOWED)
    for question, answers in content.items():
        where = f"{path.name}: {question}"
        check_keys(where, answers, needed=(*_ALLOWED[question], UNCLEAR))
        for answer, texts in answers.items():
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ProtocolError(f"{where}: {answer}: must be a list of replies in quotes")
    return content


class AnswerClassifier:
    """Tells for each question which answer a reply comes to."""

    def __init__(self, encoder: SentenceEncoder, words: WordWeights, regressions: Mapping[str, Regression]) -> None:
        """`regressions` are by question; their labels are its answers, and `UNCLEAR`."""
        self._encoder, self._words, self._regressions = encoder, words, regressions

    @classmethod
    def fit(
        cls, encoder: SentenceEncoder, replies: Replies, talk: Sequence[str], findings: Mapping[str, Iterable[Finding]]
    ) -> AnswerClassifier:
        """Learn from replies, and that `talk` answers no question; `findings` are what the cues say of each of both."""
        lines = [(q, a, text) for q, answers in replies.items() for a, texts in answers.items() for text in texts]
        texts = [*(text for _, _, text in lines), *talk]
        words = WordWeights.fit(texts, _WORDS_WEIGHT)
        encoded = _ENCODING_WEIGHT * encoder.encode(texts)
        sparse = _sparse(words, texts, [findings[text] for text in texts])
        regressions = {}
        for question in replies:
            rows = [number for number, line in enumerate(lines) if line[0] == question]
            labels = [lines[number][1] for number in rows] + [UNCLEAR] * len(talk)
            rows += range(len(lines), len(texts))
            regressions[question] = Regression.fit(encoded[rows], sparse[rows], labels, _STRENGTH)
        return cls(encoder, words, regressions)

    def save(self, path: Path) -> None:
        """Write what was learnt, as plain arrays."""
        arrays = self._words.arrays()
        for question, regression in self._regressions.items():
            arrays |= regression.arrays(question)
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path) -> AnswerClassifier:
        """Return the classifier that was saved."""
        with np.load(path, allow_pickle=False) as kept:
            regressions = {question: Regression.of(kept, question) for question in _ALLOWED}
            return cls(encoder, WordWeights.of(kept), regressions)

    def read(self, text: str, findings: Iterable[Finding]) -> dict[str, str]:
        """Return the answer to each question that the text surely gives; `findings` are what the rules find in it."""
        encoded = _ENCODING_WEIGHT * self._encoder.encode([text])
        sparse = _sparse(self._words, [text], [findings])
        found = {}
        for question, regression in self._regressions.items():
            row = shares(regression.scores(encoded, sparse))[0]
            answer = regression.labels[int(row.argmax())]
            if answer != UNCLEAR and row.max() >= SURE_ANSWER:
                found[question] = answer
        return found


def _sparse(words: WordWeights, texts: Sequence[str], findings: Sequence[Iterable[Finding]]) -> csr_matrix:
    """Return the words of texts beside the cues in them, an array of shape (texts, words and pieces + _BUCKETS)."""
    cues = [{f"{f.kind}={f.value}": 1.0 for f in those if f.kind in _CUES} for those in findings]
    return hstack([words.of_texts(texts), FeatureHasher(_BUCKETS).transform(cues)]).tocsr()
