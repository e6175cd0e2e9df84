"""Assertion: is a finding so, now, and of the patient? A chat's own cues, after NegEx and ConText (cues.yml).

A rule here may never hide an emergency that a careful reader would see: where the words leave a doubt, the caller
asks about that very sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from bot.nlu.phrase_book import Mention, PhraseBook
from bot.nlu.text import Text, Tokenizer
from bot.triage.model import Assertion

_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_SUBJECT = ("be", "have", "get", "not")  # "could be pregnant" asks nothing
RELATIVE_REACH = 3  # words between a relative and what they had


class AssertionReader:
    """Reads how the findings of one message are meant."""

    def __init__(self, tokenizer: Tokenizer, cues: Mapping[str, Iterable[str]]) -> None:
        listed = {name: tuple(phrases) for name, phrases in cues.items() if name not in ("past_year", "starters")}
        self._book = PhraseBook(tokenizer, listed, literal=True)
        self._starters = frozenset(cues["starters"])
        self._question_words = frozenset(cues["question_words"])

    def cues(self, text: Text) -> Cues:
        """Find the cues of a message once; ask the result for each finding."""
        return Cues(text, self._book.find(text), self._starters, self._question_words)


class Cues:
    """The cues of one message."""

    def __init__(self, text: Text, found: list[Mention], starters: frozenset[str], question: frozenset[str]) -> None:
        self._text = text
        self._spans: dict[str, list[tuple[int, int]]] = {}
        for cue in found:
            self._spans.setdefault(cue.concept, []).append((min(cue.positions), max(cue.positions)))
        pseudo = {p for first, last in self._spans.get("pseudo_negation", ()) for p in range(first, last + 1)}
        self._negations = [s for s in self._spans.get("negation", ()) if s[0] not in pseudo]
        self._starters = starters
        self._question = question

    def assertion(self, mention: Mention) -> Assertion:
        """Return how the mention is meant; what no cue touches is present, and each part of a phrase counts."""
        if self._is_denied(mention):
            return Assertion.DENIED
        parts = [Mention(mention.concept, (part,)) for part in mention.parts]
        checks: tuple[tuple[Assertion, Callable[[Mention], bool]], ...] = (
            (Assertion.OTHER_PERSON, lambda part: self._near("family_history", part) or self._is_of_relative(part)),
            (Assertion.HYPOTHETICAL, self._is_hypothetical),
            (Assertion.PAST, lambda part: self._near("past", part, commas=True) or self._has_past_year(part)),
        )
        for assertion, holds in checks:
            if any(holds(part) for part in parts):
                return assertion
        return Assertion.PRESENT

    def _is_denied(self, mention: Mention) -> bool:
        own = mention.positions
        for part in mention.parts:
            before = [last for first, last in self._negations if last < part[0] and first not in own]
            if any(self._reaches(last, part[0], own) for last in before):
                return True
        last = max(own)
        after = self._spans.get("negation_after", ())
        if any(0 < first - last <= 3 and not self._stopped(last, first) for first, _ in after if first not in own):
            return True
        return self._answered_no(last)

    def _reaches(self, cue: int, target: int, own: frozenset[int]) -> bool:
        """Return whether a negation at `cue` reaches forward to `target`."""
        following = self._text.tokens[cue + 1].norm
        if self._text.tokens[cue].norm == "no" and following in self._starters:
            return False  # "no I do have ...", "no my ...": an answer, not a denial
        return not self._stopped(cue, target, own)

    def _answered_no(self, last: int) -> bool:
        """Return whether a bare "no" follows: "chest pain: no", "chest pain? nope"."""
        tokens = self._text.tokens
        after = last + 1
        if after >= len(tokens) or tokens[after].norm not in ("no", "nope", "none", "nil", "never"):
            return False
        ends = after + 1 >= len(tokens) or tokens[after + 1].comma_before or not self._one_sentence(after, after + 1)
        return ends or tokens[after].colon_before

    def _near(self, kind: str, mention: Mention, commas: bool = False) -> bool:
        """Return whether a cue stands in the mention's sentence, on either side, with nothing that stops it."""
        for first, last in self._spans.get(kind, ()):
            if first in mention.positions:
                continue
            start, end = (last, mention.start) if last < mention.start else (max(mention.positions), first)
            between = self._text.tokens[start + 1 : end + 1]
            if not self._stopped(start, end, mention.positions) and not (commas and any(t.comma_before for t in between)):
                return True
        return False

    def _is_of_relative(self, mention: Mention) -> bool:
        """Return whether a relative had it: "my dad had a heart attack", "mum has migraines, me it's the jaw"."""
        verbs = [first for first, _ in self._spans.get("relative_verb", ())]
        for _, last in self._spans.get("relative", ()):
            had = [v for v in verbs if last < v <= last + RELATIVE_REACH and v < mention.start]
            if self._text.tokens[last].norm.endswith("s") and last < mention.start <= last + RELATIVE_REACH:
                had = [last]  # "my husband's on ..."
            if had and not self._stopped(had[0], mention.start, mention.positions):
                return True
        return False

    def _is_hypothetical(self, mention: Mention) -> bool:
        spans = self._spans.get("hypothetical", ())
        if any(last < mention.start and not self._stopped(last, mention.start) for _, last in spans):
            return True
        return self._in_impersonal_question(mention)

    def _in_impersonal_question(self, mention: Mention) -> bool:
        sentence = self._text.tokens[mention.start].sentence
        positions = [i for i, t in enumerate(self._text.tokens) if t.sentence == sentence]
        opening = [self._text.tokens[p].norm for p in positions[:2]]
        if opening[0] not in self._question or opening[-1] in _NO_SUBJECT:
            return False
        persons = [first for first, _ in self._spans.get("first_person", ())]
        return not any(positions[0] <= p <= positions[-1] for p in persons)

    def _has_past_year(self, mention: Mention) -> bool:
        tokens = self._text.tokens
        years = (i for i in range(1, len(tokens)) if _YEAR.fullmatch(tokens[i].norm) and tokens[i - 1].norm in ("in", "around"))
        last = max(mention.positions)
        return any(not self._stopped(*((i, mention.start) if i < mention.start else (last, i))) for i in years)

    def _stopped(self, start: int, end: int, own: frozenset[int] = frozenset()) -> bool:
        """Return whether a clause ends between two positions."""
        if not self._one_sentence(start, end):
            return True
        between = range(start + 1, end + 1)
        stops = (first for first, _ in self._spans.get("stop", ()) if first in between and first not in own)
        if any(True for _ in stops):
            return True
        tokens = self._text.tokens
        return any(tokens[p].comma_before and tokens[p].norm in self._starters for p in between)

    def _one_sentence(self, a: int, b: int) -> bool:
        return self._text.tokens[a].sentence == self._text.tokens[b].sentence
