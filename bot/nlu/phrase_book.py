"""Find the phrases of the clinical YAML in a message (the phrase language: docs/phrases.md)."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import prod

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.nlu.text import Text, Tokenizer
from bot.triage.phrases import Part, Phrase, parse_phrase

MAX_GAP = 8  # words between two parts of a phrase
MOST_WAYS = 64  # in which the parts of a phrase can be put together, up to which all are looked at

_NO_PART = "-"  # stands for a word that is in no phrase; a word itself has letters or digits

Spot = tuple[int, ...]  # the positions of the words of a part


@dataclass(frozen=True)
class Mention:
    """A concept found in a message: the positions of its words, each part apart."""

    concept: str
    parts: tuple[tuple[int, ...], ...]

    @cached_property
    def positions(self) -> frozenset[int]:
        """The positions of all its words in the message's tokens."""
        return frozenset(position for part in self.parts for position in part)

    @property
    def start(self) -> int:
        """The position of its first word."""
        return min(self.positions)

    @property
    def last(self) -> int:
        """The position of its last word."""
        return max(self.positions)


class PartFinder:
    """Finds parts of phrases, words or groups of them; books that share it compile and look for each part once."""

    def __init__(self, tokenizer: Tokenizer, skip_little: bool = True, literal: bool = False) -> None:
        """`skip_little` ignores little words; `literal` takes every word as it stands."""
        self._tokenizer, self._skip_little, self.literal = tokenizer, skip_little, literal
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._words: set[str] = set()  # of phrases: every other word would stay in spaCy's vocabulary for good
        self._last: tuple[Text, dict[str, list[tuple[int, ...]]]] | None = None

    def add(self, name: str, phrases: Iterable[str]) -> None:
        """Look for these phrases too, and call what is found by this name."""
        if name not in self._matcher:
            patterns = [words for phrase in phrases if (words := self._kept(self._tokenizer(phrase))[0])]
            self._words.update(word for words in patterns for word in words)
            self._matcher.add(name, [Doc(self._vocab, words=words) for words in patterns])

    def find(self, text: Text) -> Mapping[str, list[tuple[int, ...]]]:
        """Return the positions of the words of whatever is found, by its name."""
        last = self._last
        if last is not None and last[0] is text:
            return last[1]
        words, positions = self._kept(text)
        doc = Doc(self._vocab, words=[word if word in self._words else _NO_PART for word in words])
        found: dict[str, list[tuple[int, ...]]] = defaultdict(list)
        for key, start, end in self._matcher(doc):
            if _in_one_sentence(text, positions[start], positions[end - 1]):
                found[self._vocab.strings[key]].append(tuple(positions[start:end]))
        self._last = text, found
        return found

    def _kept(self, text: Text) -> tuple[list[str], list[int]]:
        """Return the words of a text that count, and where each stands."""
        if self.literal:
            return [t.norm for t in text.tokens], list(range(len(text.tokens)))
        kept = [i for i, t in enumerate(text.tokens) if not t.is_little or not self._skip_little]
        return [text.tokens[i].lemma for i in kept], kept


class PhraseBook:
    """Concepts with their phrases, compiled once; `find` returns every mention that no longer one hides."""

    def __init__(
        self,
        finder: PartFinder,
        concepts: Mapping[str, Iterable[str]],
        groups: Mapping[str, Iterable[str]] | None = None,
        hiding: bool = True,
        family: Callable[[str], str] = lambda concept: "",
    ) -> None:
        """Compile the phrases; with `hiding`, a phrase hides shorter ones of concepts in the same `family`."""
        self._finder = finder
        self._hiding = hiding and not finder.literal
        self._family = family
        self._combinations: dict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        self._simple: dict[str, list[str]] = defaultdict(list)
        for concept, phrases in concepts.items():
            for text in phrases:
                phrase = parse_phrase(text)
                for part in phrase.parts:
                    finder.add(_atom(part), (groups or {})[part.text] if part.is_group else (part.text,))
                if len(phrase.parts) == 1:
                    self._simple[_atom(phrase.parts[0])].append(concept)
                else:
                    self._combinations[_atom(phrase.parts[0])].append((concept, phrase))

    def find(self, text: Text) -> list[Mention]:
        """Return the mentions in the order of their first words."""
        found = self._finder.find(text)
        mentions = [
            Mention(concept, (spot,))
            for atom, spots in found.items()
            for concept in self._simple.get(atom, ())
            for spot in spots
        ]
        for atom in found:
            for concept, phrase in self._combinations.get(atom, ()):
                mentions += [Mention(concept, parts) for parts in _combine(phrase, found, text)]
        mentions = list(dict.fromkeys(mentions))
        if self._hiding:
            mentions = self._without_hidden(mentions)
        return sorted(mentions, key=lambda mention: mention.start)

    def _without_hidden(self, mentions: list[Mention]) -> list[Mention]:
        """Drop what a longer mention covers, and repetitions."""
        unique = list({(m.concept, m.positions): m for m in mentions}.values())
        hiding: dict[str, dict[int, list[frozenset[int]]]] = defaultdict(lambda: defaultdict(list))
        for mention in unique:
            if not mention.concept.startswith("!"):
                for position in mention.positions:
                    hiding[self._family(mention.concept)][position].append(mention.positions)
        return [
            m for m in unique if not any(m.positions < other for other in hiding[self._family(m.concept)][m.start])
        ]


def _atom(part: Part) -> str:
    return f"{{{part.text}}}" if part.is_group else part.text


def _in_one_sentence(text: Text, first: int, last: int) -> bool:
    return text.tokens[first].sentence == text.tokens[last].sentence


def _combine(
    phrase: Phrase, found: Mapping[str, list[tuple[int, ...]]], text: Text
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the ways in which all parts of the phrase stand close enough, without sharing a word."""
    spots = [found.get(_atom(part), []) for part in phrase.parts]
    few = prod(map(len, spots)) <= MOST_WAYS
    for parts in product(*spots) if few else _next_to_each_other(spots):
        ordered = sorted(parts)
        if all(_fits(before, after, phrase, text) for before, after in pairwise(ordered)):
            yield tuple(ordered)


def _next_to_each_other(spots: Sequence[Sequence[Spot]]) -> Iterator[tuple[Spot, ...]]:
    """Yield each spot with the nearest of the other parts: in a flood of words, all ways would take minutes."""
    for number, own in enumerate(spots):
        for spot in own:
            near = ([spot] if n == number else _nearest(spot, others) for n, others in enumerate(spots))
            yield from product(*near)


def _nearest(spot: Spot, others: Sequence[Spot]) -> list[Spot]:
    """Return the last of the others that ends before a spot, and the first that begins after it."""
    at = bisect(others, spot)
    before = next((other for other in reversed(others[:at]) if other[-1] < spot[0]), None)
    after = next((other for other in others[at:] if other[0] > spot[-1]), None)
    return [other for other in (before, after) if other]


def _fits(before: tuple[int, ...], after: tuple[int, ...], phrase: Phrase, text: Text) -> bool:
    if after[0] <= before[-1]:
        return False
    if not phrase.same_sentence:
        return True
    return after[0] - before[-1] - 1 <= MAX_GAP and _in_one_sentence(text, before[0], after[-1])
