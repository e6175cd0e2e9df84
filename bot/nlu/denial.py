"""What is denied beyond doubt: by a plain negation right before it ("no fever"), or as a question with a plain no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum, auto

from bot.nlu.phrase_book import Mention
from bot.nlu.text import Text

_BETWEEN = frozenset(("a", "an", "any", "of"))  # words between a negation and what it denies
_YES = frozenset(("yes", "yeah", "yep", "aye"))  # "epilepsy no fainting yes" is a list of answers
_OPENING = 3  # words of a sentence in which a reply begins: "oh god no"
Span = tuple[int, int]


class Denial(Enum):
    """How far a denial is to be believed: "no fever", "no fever until tonight", and all others."""

    PLAIN = auto()
    TAKEN_BACK = auto()
    LOOSE = auto()


class Denials:
    """The denials of one message."""

    def __init__(
        self,
        text: Text,
        words: Mapping[str, Collection[str]],
        negations: Iterable[Span],
        spans: Mapping[str, Sequence[Span]],
    ) -> None:
        """`words` are the lists of cues.yml; `negations` and `spans` the first and last positions of its cues.

        Another negation, a pseudo one or a word of `turns_round` before it turns a denial round: "I can't say there's
        no tingling", "it isn't as though I've no swelling". A word of `undoes` behind it takes it back: "no headache
        like this before".
        """
        self._text, self._plain, self._undoing = text, words["plain_negation"], words["undoes"]
        self._first_at = {last: first for first, last in negations}
        self._turning = {i for i, token in enumerate(text.tokens) if token.norm in words["turns_round"]}
        self._turning |= {first for first, _ in spans.get("pseudo_negation", ())} | set(self._first_at.values())
        self._taking_back = {first for first, _ in spans.get("taken_back", ())}

    def of(self, mention: Mention) -> Denial:
        """Return how a denied mention is denied: plainly, with a plain negation right before a part of it."""
        tokens = self._text.tokens
        own = tokens[mention.start].sentence
        if any(first > mention.start and tokens[first].sentence == own for first in self._taking_back):
            return Denial.TAKEN_BACK
        return Denial.PLAIN if any(self._cover(part[0]) for part in mention.parts) else Denial.LOOSE

    def _cover(self, position: int) -> bool:
        tokens = self._text.tokens
        at = position - 1
        while at > 0 and tokens[at].norm in _BETWEEN:
            at -= 1
        if at not in self._first_at or tokens[at].norm not in self._plain:
            return False
        sentence = [i for i, token in enumerate(tokens) if token.sentence == tokens[position].sentence]
        apart = at < sentence[0] or any(tokens[i].comma_before for i in range(at + 1, position + 1))
        clause = max((i for i in sentence if i <= at and tokens[i].comma_before), default=sentence[0])
        turned = any(clause <= i < self._first_at[at] for i in self._turning)
        undone = any(i > position and tokens[i].norm in self._undoing for i in sentence)
        return not (apart or turned or undone or any(tokens[i].norm in _YES for i in sentence))


def sentences_denied(
    text: Text, words: Mapping[str, Collection[str]], spans: Mapping[str, Sequence[Span]]
) -> frozenset[int]:
    """Return the sentences that repeat what was asked, with a plain no in the next: "fever or chills? none".

    `words` and `spans` are the lists of cues.yml that are of words, and where its other cues stand in the text.
    """
    tokens = text.tokens
    opening = {token.sentence: i for i, token in reversed(list(enumerate(tokens)))}
    own = {tokens[first].sentence for kind in ("of_self", "first_person") for first, _ in spans.get(kind, ())}
    asking = set(words["question_words"]) - {"any"}
    own |= {token.sentence for token in tokens if token.norm in asking}  # "is it a stroke?"
    denied = set()
    for first, last in spans.get("reply_no", ()):
        sentence = tokens[first].sentence
        after = tokens[last + 1 : last + 2]
        goes_on = any(
            t.sentence == sentence and not t.comma_before and t.norm not in words["after_reply_no"] for t in after
        )
        if not goes_on and first < opening[sentence] + _OPENING and sentence - 1 not in own:
            denied.add(sentence - 1)
    return frozenset(s for s in denied if s >= 0 and text.asks(s))
