"""Spelling: a word that is no English word is mended to the nearest word of our own vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_LENGTH = 3
SHORT_WORD = 4
LONGEST = 40  # letters of a word that are looked at
REMEMBERED = 10_000  # words, among which are those that people use: a megabyte or two
LONG_WORD = 6  # letters from which two slips are forgiven


class Speller:
    """Mends slips of one letter (two in long words) and splits words that were run together.

    `vocabulary` has each word as often as the clinical files do: of equally near words the commonest is taken. A word
    of `english` is left alone; one of `rare` words is mended for a single slip only: "feal" is hardly ever meant.
    """

    def __init__(self, vocabulary: Iterable[str], english: Container[str], rare: Container[str] = ()) -> None:
        self._known = Counter(word for word in vocabulary if word.isalpha() and len(word) >= MIN_LENGTH)
        self._vocabulary = sorted(self._known)
        self._english = english
        self._rare = rare
        self._mended = lru_cache(maxsize=REMEMBERED)(self._mend)

    def mend(self, word: str) -> tuple[str, ...]:
        """Return the word, its correction, or the two words it was run together from."""
        return self._mended(word[:LONGEST])

    def _mend(self, word: str) -> tuple[str, ...]:
        if len(word) < MIN_LENGTH or not word.isalpha() or self._is_word(word):
            return (word,)
        shorter = re.sub(r"(.)\1+", r"\1", word) if re.search(r"(.)\1\1", word) else word
        if shorter != word and self._is_word(shorter):
            return (shorter,)
        one_slip = self._nearest(shorter, 1)
        if one_slip:
            return (one_slip,)
        if word in self._rare:
            return (word,)
        two_slips = self._nearest(shorter, 2) if len(shorter) >= LONG_WORD else None
        return self._split(shorter) or (two_slips or word,)

    def _is_word(self, word: str) -> bool:
        return word in self._known or word in self._english

    def _split(self, word: str) -> tuple[str, ...] | None:
        for cut in range(len(word) - 3, 2, -1):
            if word[:cut] in self._known and word[cut:] in self._known:
                return word[:cut], word[cut:]
        return None

    def _nearest(self, word: str, slips: int) -> str | None:
        near = process.extract(word, self._vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=20)
        if len(word) <= SHORT_WORD:
            near = [n for n in near if _is_slip_of_short(word, n[0])]
        return min(near, key=lambda n: self._unlikeliness(word, n[0], n[1]))[0] if near else None

    def _unlikeliness(self, word: str, found: str, slips: int) -> tuple[int, bool, bool, int, str]:
        """Order candidates: few slips, the same first letter, a letter doubled or swapped, a common word."""
        same_letters = _undoubled(word) == _undoubled(found) or sorted(word) == sorted(found)
        return slips, found[0] != word[0], not same_letters, -self._known[found], found


def _is_slip_of_short(word: str, found: str) -> bool:
    """Return whether a short word can stand for another: letters swapped, or one left out inside ("nek", "tjm")."""
    if word[0] != found[0]:
        return False
    if len(word) > MIN_LENGTH:
        return True
    return sorted(word) == sorted(found) or (len(found) > len(word) and (found[-1] == word[-1]))


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)
