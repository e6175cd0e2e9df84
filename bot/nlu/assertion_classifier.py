"""How a mention is meant, learnt from messages in which people marked it (data/descriptions/assertion.yml).

The words around a mention, the rules' own opinion and the encoder's view of the mention in its message are weighed by a
logistic regression: it hears denials that no list of cues foresees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import FeatureHasher

from bot.nlu.assertion import AssertionReader, Cues
from bot.nlu.phrase_book import Mention, PartFinder, PhraseBook
from bot.nlu.regression import Regression, shares
from bot.nlu.sentence_encoder import SentenceEncoder, States
from bot.nlu.text import Text, Tokenizer
from bot.triage.model import Assertion

BUCKETS = 2**16  # of the hashed features
REACH = 12  # words on each side of a mention that are looked at
# Chosen on writers left out of the training: inverse regularisation, and the weight of the encoder's views beside the
# words: of the mention, the message, its beginning, and the pieces of words on either side.
_STRENGTH, _VIEW_WEIGHTS = 0.5, (5.0, 5.0, 5.0, 3.0, 3.0)
_BESIDE = 4  # pieces of words on each side of a mention
_RULE_WEIGHT = 2.0
_KINDS = ("assertion", "yes_no", "condition", "talk")  # sections of cues.yml whose lists are kinds of words
Meant = tuple[Assertion, Mention]
Span = tuple[int, int]
_COMMA, _COLON, _END, _EDGE = ",", ":", ".", "#"
_SEPARATORS = frozenset((_COMMA, _COLON, _END))


class AssertionClassifier:
    """Tells how mentions are meant, as a share for each assertion."""

    def __init__(self, encoder: SentenceEncoder, surroundings: Surroundings, regression: Regression) -> None:
        """`regression` weighs 5 * DIMENSIONS dense features and BUCKETS sparse ones; its labels are assertions."""
        self._encoder, self._surroundings, self._regression = encoder, surroundings, regression
        self._labels = [Assertion(label) for label in regression.labels]

    @property
    def rules(self) -> AssertionReader:
        """The rules whose opinion it weighs."""
        return self._surroundings.rules

    @classmethod
    def fit(
        cls, encoder: SentenceEncoder, surroundings: Surroundings, meant: Sequence[tuple[Text, Sequence[Meant]]]
    ) -> AssertionClassifier:
        """Learn from texts with their mentions and how they are meant; the same ones give the same classifier."""
        lines = [(text, [mention for _, mention in found]) for text, found in meant]
        labels = [assertion.value for _, found in meant for assertion, _ in found]
        sentences, spans = zip(*(surroundings.spans(*line) for line in lines), strict=True)
        views: list[np.ndarray] = [np.zeros(0)] * len(lines)
        features: list[list[dict[str, float]]] = [[]] * len(lines)
        for number, states in encoder.states_of(sentences):  # the features are found while the encoder goes on
            text, mentions = lines[number]
            views[number] = _views(states, spans[number])
            features[number] = surroundings.features(text, mentions, surroundings.rules.cues(text))
        hashed = _hashed([those for line in features for those in line])
        return cls(encoder, surroundings, Regression.fit(np.vstack(views), hashed, labels, _STRENGTH))

    def save(self, path: Path) -> None:
        """Write what was learnt, as plain arrays."""
        np.savez_compressed(path, **self._regression.arrays("assertion"))

    @classmethod
    def load(cls, encoder: SentenceEncoder, surroundings: Surroundings, path: Path) -> AssertionClassifier:
        """Return the classifier that was saved."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(encoder, surroundings, Regression.of(kept, "assertion"))

    def shares(self, text: Text, mentions: Sequence[Mention], cues: Cues) -> list[Mapping[Assertion, float]]:
        """Return the share of each assertion, from 0 to 1, for each mention in a message, whose cues are given."""
        if not mentions:
            return []
        rows = {part: row for row, part in enumerate(dict.fromkeys(part for m in mentions for part in m.parts))}
        apart = [Mention("", (part,)) for part in rows]  # each once, in however many mentions it stands
        sentence, spans = self._surroundings.spans(text, apart)
        dense = _views(self._encoder.states(sentence), spans)
        found = shares(self._regression.scores(dense, _hashed(self._surroundings.features(text, apart, cues))))
        means = [found[[rows[part] for part in mention.parts]].mean(axis=0) for mention in mentions]
        return [dict(zip(self._labels, map(float, row), strict=True)) for row in means]


class Surroundings:
    """Sees what stands around a mention: words, kinds of words (the cues), and what the rules make of it."""

    def __init__(self, tokenizer: Tokenizer, cues: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """`cues` are those of cues.yml: words of one list count as one another."""
        self.tokenizer = tokenizer
        finder = PartFinder(tokenizer, literal=True)
        self.rules = AssertionReader(finder, cues["assertion"])
        kinds = {f"{section}.{name}": cues[section][name] for section in _KINDS for name in cues[section]}
        self._kinds = PhraseBook(finder, {k: v for k, v in kinds.items() if "{year}" not in v[0]})

    def written(self, text: Text) -> tuple[list[str], list[int]]:
        """Return the words of a text with its separators between them, and where each token stands among them."""
        words: list[str] = []
        places: list[int] = []
        for number, token in enumerate(text.tokens):
            if number and token.sentence != text.tokens[number - 1].sentence:
                words.append(_END)
            elif token.colon_before:
                words.append(_COLON)
            elif token.comma_before:
                words.append(_COMMA)
            places.append(len(words))
            words.append(token.norm)
        return words, places

    def spans(self, text: Text, mentions: Sequence[Mention]) -> tuple[str, list[Span]]:
        """Return a text as the encoder is shown it, and from which of its signs up to which each mention goes."""
        words, places = self.written(text)
        starts = np.cumsum([0, *(len(word) + 1 for word in words)]).tolist()
        ends = [(places[mention.start], places[mention.last]) for mention in mentions]
        return " ".join(words), [(starts[first], starts[last] + len(words[last])) for first, last in ends]

    def features(self, text: Text, mentions: Sequence[Mention], cues: Cues) -> list[dict[str, float]]:
        """Return named features of each mention; `cues` are those that the rules found in the text."""
        words, places = self.written(text)
        kinds: list[set[str]] = [{word} if word in _SEPARATORS else set() for word in words]
        for kind in self._kinds.find(text):
            for position in kind.positions:
                kinds[places[position]].add(kind.concept)
        whole = {f"all:{kind}": 1.0 for those in kinds for kind in those} | {f"any:{word}": 0.5 for word in words}
        whole |= {f"first:{words[0]}": 1.0, "length": min(len(words), 30) / 30}
        return [whole | self._around(mention, words, places, kinds) | _opinion(cues, mention) for mention in mentions]

    def _around(self, mention: Mention, words: list[str], places: list[int], kinds: list[set[str]]) -> dict[str, float]:
        first, last = places[mention.start], places[mention.last]
        before = dict.fromkeys(_side("b", words[:first][::-1], kinds[:first][::-1]), 1.0)
        return before | dict.fromkeys(_side("a", words[last + 1 :], kinds[last + 1 :]), 1.0)


def _side(name: str, words: list[str], kinds: list[set[str]]) -> Iterator[str]:
    """Yield the features of one side of a mention, its nearest word first."""
    words, kinds = [*words[:REACH], _EDGE], [*kinds[:REACH], {_EDGE}]
    clause = 0
    for distance, (word, those) in enumerate(zip(words, kinds, strict=True)):
        following = words[distance + 1 : distance + 3]
        near = min(distance, 5)
        yield f"{name}:{word}"
        yield f"{name}{near}:{word}"
        yield f"{name}:{word} {' '.join(following[:1])}"
        yield f"{name}:{word} {' '.join(following)}"
        if clause == 0:
            yield f"{name}c:{word}"
        for kind in those:
            yield f"{name}k:{kind}"
            yield f"{name}k{near}:{kind}"
            yield f"{name}kc{clause}:{kind}"
            for after in (kinds[distance + 1] or {following[0]}) if following else ():
                yield f"{name}k:{kind} {after}"
        clause += word in _SEPARATORS


def _opinion(cues: Cues, mention: Mention) -> dict[str, float]:
    """Return what the rules say of the mention as a complaint and as a sign."""
    opinions = {f"rule:{cues.assertion(mention).value}", f"sign rule:{cues.assertion(mention, sign=True).value}"}
    return dict.fromkeys(opinions, _RULE_WEIGHT)


def _hashed(features: Sequence[Mapping[str, float]]) -> csr_matrix:
    """Return named features as an array of shape (mentions, BUCKETS)."""
    return FeatureHasher(BUCKETS).transform(features)


def _views(states: States, spans: Sequence[Span]) -> np.ndarray:
    """Return how the encoder sees each mention in its message: itself, the message, its beginning, and its sides."""
    seen, pieces = states
    rows = []
    for first, last in spans:
        own = [n for n, (begin, end) in enumerate(pieces) if begin < end and begin < last and end > first]
        start, stop = (own[0], own[-1] + 1) if own else (0, len(seen))
        before, after = seen[max(start - _BESIDE, 1) : start], seen[stop : min(stop + _BESIDE, len(seen) - 1)]
        parts = (seen[start:stop], seen, seen[:1], before, after)
        rows.append(np.concatenate([_pointing(part, w) for part, w in zip(parts, _VIEW_WEIGHTS, strict=True)]))
    return np.array(rows)


def _pointing(states: np.ndarray, length: float) -> np.ndarray:
    """Return the mean of states as a vector of this length; of none, the zero vector."""
    mean = states.mean(axis=0) if len(states) else np.zeros(states.shape[1], dtype=states.dtype)
    return length * mean / max(float(np.linalg.norm(mean)), 1e-9)
