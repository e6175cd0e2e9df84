"""Assertion: is a finding so, now, and of the patient? A chat's own cues, after NegEx and ConText (cues.yml).

A rule here may never hide an emergency that a careful reader would see: where the words leave a doubt, the caller
asks about that very sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate

from bot.nlu.denial import Denial, Denials, sentences_denied
from bot.nlu.phrase_book import Mention, PartFinder, PhraseBook
from bot.nlu.text import Text
from bot.triage.model import Assertion

_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_SUBJECT = ("be", "have", "get", "not")  # "could be pregnant" asks nothing
_ADVERBS = ("really", "exactly", "particularly")  # "not really, ..."
_CONTRASTING = frozenset(("not", "isnt", "arent", "wasnt", "werent"))  # "not my neck, lower back"; "no" begins a list
_ASKING = frozenset(("isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt"))  # open a question, too
_LISTING = frozenset(("or", "nor", "and", "not", "no"))
_WORDS = ("starters", "question_words", "after_reply_no", "plain_negation", "turns_round", "undoes", "child")
RELATIVE_REACH = 3  # words between a relative and what they had


class AssertionReader:
    """Reads how the findings of one message are meant."""

    def __init__(self, finder: PartFinder, cues: Mapping[str, Iterable[str]]) -> None:
        """`finder` takes words as they stand."""
        listed = {name: tuple(phrases) for name, phrases in cues.items() if name not in (*_WORDS, "past_year")}
        self._book = PhraseBook(finder, listed)
        self._words = {name: frozenset(cues[name]) for name in _WORDS}

    def cues(self, text: Text) -> Cues:
        """Find the cues of a message once; ask the result for each finding."""
        return Cues(text, self._book.find(text), self._words)


class Cues:
    """The cues of one message."""

    def __init__(self, text: Text, found: list[Mention], words: Mapping[str, frozenset[str]]) -> None:
        """`words` are the lists of cues.yml that are of words and not of phrases."""
        self._text = text
        self._spans: dict[str, list[tuple[int, int]]] = {}
        for cue in found:
            self._spans.setdefault(cue.concept, []).append((cue.start, cue.last))
        # How many places before each position end a clause: every cue is held against every mention.
        self._stops = {first for first, _ in self._spans.get("stop", ())}
        self._starters, self._question, self._child = words["starters"], words["question_words"], words["child"]
        ends = (position in self._stops or self._turns(position) for position in range(len(text.tokens)))
        self._ends_before = [0, *accumulate(ends)]
        self._negations = [span for span in self._spans.get("negation", ()) if self._can_deny(*span)]
        self._denials = Denials(text, words, self._negations, self._spans)
        self._denied_sentences = sentences_denied(text, words, self._spans)

    def any(self, sentence: int | None = None) -> bool:
        """Return whether anything in it, or in one sentence, may be denied, past, doubted, another's or a "what if"."""
        kinds = (
            "negation_after", "works_after", "weak_negation", "past", "doubt", "hypothetical", "family_history",
            "relative",
        )  # fmt: skip
        spans = [*self._negations, *(span for kind in kinds for span in self._spans.get(kind, ()))]
        return any(sentence in (None, self._text.tokens[first].sentence) for first, _ in spans)

    def _can_deny(self, first: int, last: int) -> bool:
        """Return whether a negation can deny what follows: not "doesn't touch ...", nor a "no" that was an answer."""
        if any(start <= first <= end for start, end in self._spans.get("pseudo_negation", ())):
            return False
        if any(start == last + 1 for start, _ in self._spans.get("not_of_having", ())):
            return False
        if self._asks_with(first):
            return False
        following = self._text.tokens[last + 1 : last + 3]
        if following and following[0].norm in _ADVERBS:
            following = following[1:]
        return not (following and following[0].comma_before and first == last)

    def _asks_with(self, position: int) -> bool:
        """Return whether a word opens a question that denies nothing: "isn't chest pain a sign of ...?"."""
        token, before = self._text.tokens[position], self._text.tokens[max(position - 1, 0)]
        opens = position == 0 or before.sentence != token.sentence
        return opens and token.norm in _ASKING and self._text.asks(token.sentence)

    def assertion(self, mention: Mention, sign: bool = False, grave: bool = False) -> Assertion:
        """Return how the mention is meant; what no cue touches is present, and each part of a phrase counts.

        A half-hearted denial of a `sign` leaves it uncertain. A `grave` sign that a relative has now is present:
        whoever types speaks for them, or they need help too.
        """
        if self._is_denied(mention):
            return Assertion.DENIED
        if self._follows("weak_negation", mention):
            return Assertion.UNCERTAIN if sign else Assertion.DENIED
        parts = [Mention(mention.concept, (part,)) for part in mention.parts]
        of_two = self.speaks_of_self()
        verbs = self._relative_verbs(now=of_two and not grave, perfect=of_two)
        checks: tuple[tuple[Assertion, Callable[[Mention], bool]], ...] = (
            (Assertion.OTHER_PERSON, lambda p: self._near("family_history", p) or self._is_of_relative(p, verbs)),
            (Assertion.UNCERTAIN, lambda part: self._is_doubted(part, grave)),
            (Assertion.HYPOTHETICAL, self._is_hypothetical),
            (Assertion.PAST, lambda part: self._near("past", part, commas=True) or self._has_past_year(part)),
        )
        for assertion, holds in checks:
            if any(holds(part) for part in parts):
                return assertion
        return Assertion.PRESENT

    def denial(self, mention: Mention) -> Denial:
        """Return how far to believe that it is denied, where it is."""
        return self._denials.of(mention)

    def _is_denied(self, mention: Mention) -> bool:
        own = mention.positions
        if {self._text.tokens[position].sentence for position in own} <= self._denied_sentences:
            return True
        for part in mention.parts:
            before = [last for first, last in reversed(self._negations) if last < part[0] and first not in own]
            if any(self._reaches(last, part[0], own) for last in before):
                return True
        last = max(own)
        after = self._spans.get("negation_after", ())
        if any(0 < first - last <= 3 and not self._stopped(last, first) for first, _ in after if first not in own):
            return True
        return self._answered_no(last) or self._can_do(mention.start, last)

    def _is_doubted(self, mention: Mention, grave: bool) -> bool:
        """Return whether the speaker doubts it; a mere "maybe" does not make a grave sign doubtful."""
        if self._follows("doubt", mention):
            return True
        last = mention.last
        after = (first for first, _ in self._spans.get("doubt_after", ()) if 0 < first - last <= 2)
        doubted_after = any(self._text.tokens[first].comma_before for first in after)
        return not grave and (self._follows("maybe", mention) or doubted_after)

    def _follows(self, kind: str, mention: Mention) -> bool:
        """Return whether a cue stands before the mention, in the same clause."""
        return any(
            last < mention.start and not self._stopped(last, mention.start, mention.positions)
            for _, last in self._spans.get(kind, ())
        )

    def _can_do(self, start: int, last: int) -> bool:
        """Return whether it is said to work: "I can pee fine"."""
        can = any(t.norm == "can" for t in self._text.tokens[max(start - 2, 0) : start])
        works = self._spans.get("works_after", ())
        return can and any(0 < first - last <= 2 and self._one_sentence(last, first) for first, _ in works)

    def _reaches(self, cue: int, target: int, own: frozenset[int]) -> bool:
        """Return whether a negation at `cue` reaches forward to `target`."""
        following = self._text.tokens[cue + 1].norm
        if self._text.tokens[cue].norm == "no" and following in self._starters:
            return False  # "no I do have ...", "no my ...": an answer, not a denial
        if self._text.tokens[cue].norm in _CONTRASTING and self._contrasts(cue, target):
            return False
        return not self._stopped(cue, target, own)

    def _contrasts(self, cue: int, target: int) -> bool:
        """Return whether a comma turns from what is denied to what is so: "not the neck, lower back", but no list."""
        tokens = self._text.tokens
        comma = next((i for i in range(cue + 1, target + 1) if tokens[i].comma_before), len(tokens))
        listing = any(t.norm in _LISTING and t.sentence == tokens[cue].sentence for t in tokens[comma:])
        return comma < len(tokens) and not listing

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
            start, end = (last, mention.start) if last < mention.start else (mention.last, first)
            between = self._text.tokens[start + 1 : end + 1]
            # "..., years ago" is an afterthought to what stands before its comma.
            apart = commas and any(t.comma_before for t in (between[:-1] if first == end else between))
            if not apart and not self._stopped(start, end, mention.positions):
                return True
        return False

    def _relative_verbs(self, now: bool, perfect: bool) -> list[int]:
        """Return where verbs say what a relative had; with `now` also what one has, with `perfect` has had."""
        tokens = self._text.tokens
        had = [first for first, _ in self._spans.get("relative_verb", ())]
        had = [v for v in had if perfect or tokens[v - 1].norm not in ("has", "have")]
        return had + [first for first, _ in self._spans.get("relative_verb_now", ()) if now]

    def speaks_of_self(self) -> bool:
        """Return whether the message tells of the writer too: else "my wife has ..." is about the patient."""
        others = {first for first, _ in self._spans.get("relative", ())}
        others |= {i for i, token in enumerate(self._text.tokens) if token.norm in self._child}
        mine = (last for _, last in self._spans.get("of_self", ()))
        return any(self._text.tokens[last].norm != "my" or last + 1 not in others for last in mine)

    def _is_of_relative(self, mention: Mention, verbs: list[int]) -> bool:
        """Return whether a relative had it: "my dad had a heart attack", "mum has migraines, me it's the jaw"."""
        selves = [last for _, last in self._spans.get("of_self", ())]
        for _, last in self._spans.get("relative", ()):
            if any(last < spot < mention.last for spot in selves):
                continue  # "my sister says my chest ..."
            had = [v for v in verbs if last <= v <= last + RELATIVE_REACH and v <= mention.start]
            if mention.start > last + RELATIVE_REACH:
                had = [v for v in had if v > last]  # "my husband's on ..." reaches less far than a verb
            if had and not self._stopped(had[0], mention.start, mention.positions):
                return True
        return False

    def _is_hypothetical(self, mention: Mention) -> bool:
        return self._follows("hypothetical", mention) or self._in_impersonal_question(mention)

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
        after_in = (i for i in range(1, len(tokens)) if tokens[i - 1].norm in ("in", "around"))
        years = (i for i in after_in if _YEAR.fullmatch(tokens[i].norm))
        last = mention.last
        return any(not self._stopped(*((i, mention.start) if i < mention.start else (last, i))) for i in years)

    def _stopped(self, start: int, end: int, own: frozenset[int] = frozenset()) -> bool:
        """Return whether a clause ends between two positions."""
        if not self._one_sentence(start, end):
            return True
        between = range(start + 1, end + 1)
        within = self._ends_before[max(end, start) + 1] - self._ends_before[start + 1]
        # A stop word that belongs to the mention ends nothing; a comma before it does.
        return within > sum(p in between and p in self._stops and not self._turns(p) for p in own)

    def _turns(self, position: int) -> bool:
        token = self._text.tokens[position]
        return token.comma_before and token.norm in self._starters

    def _one_sentence(self, a: int, b: int) -> bool:
        return self._text.tokens[a].sentence == self._text.tokens[b].sentence
