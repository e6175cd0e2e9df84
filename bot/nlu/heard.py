"""The cue phrases of one message, and what denies them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.nlu.phrase_book import Mention
from bot.nlu.text import Text

REACH = 3  # words over which a "not" or an "a bit" is about a cue
NOT = frozenset((
    "not", "no", "never", "dont", "doesnt", "isnt", "arent", "wasnt", "wont", "wouldnt", "didnt", "hardly", "hasnt",
    "havent", "denies", "denied", "denying",
))  # fmt: skip
UNABLE = frozenset(("cant", "couldnt"))  # denies calm and consent, but no fear: "can't help being scared"
_TURNS = frozenset(("but", "just", "only"))
_SUBJECTS = frozenset((
    "i", "im", "ive", "id", "it", "its", "they", "them", "theyre", "he", "she", "hes", "shes", "we", "my", "the",
    "that", "this", "needles", "injections",
))  # fmt: skip


class Heard:
    """The cue phrases of one message, by the name of their list: `yes_no.no`."""

    def __init__(self, text: Text, mentions: Iterable[Mention]) -> None:
        self.text = text
        self._mentions: dict[str, list[Mention]] = {}
        for mention in mentions:
            self._mentions.setdefault(mention.concept, []).append(mention)

    def of(self, concept: str) -> Sequence[Mention]:
        """Return the mentions of a list's phrases."""
        return self._mentions.get(concept, [])

    def names(self, section: str) -> list[str]:
        """Return the lists of a section of which there are mentions."""
        return [name.removeprefix(f"{section}.") for name in self._mentions if name.startswith(f"{section}.")]

    def has(self, concept: str) -> bool:
        """Return whether there is a mention."""
        return concept in self._mentions

    def first(self, concept: str) -> int:
        """Return the position of the first mention, or a position past the end."""
        return min((m.start for m in self.of(concept)), default=len(self.text.tokens))

    def opens_clause(self, position: int) -> bool:
        """Return whether nothing of the same clause stands before a word."""
        tokens = self.text.tokens
        return not position or tokens[position].comma_before or self.ends_clause(position - 1)

    def ends_clause(self, position: int) -> bool:
        """Return whether nothing of the same clause follows a word."""
        following = self.text.tokens[position + 1 : position + 2]
        return all(t.comma_before or t.sentence != self.text.tokens[position].sentence for t in following)

    def negated(self, mentions: Sequence[Mention], negations: frozenset[str] = NOT) -> bool:
        """Return whether a negation stands shortly before each of the mentions, in the same clause."""
        return all(any(self._denies(p, m.start, negations) for p in range(m.start - REACH, m.start)) for m in mentions)

    def _denies(self, position: int, start: int, negations: frozenset[str]) -> bool:
        tokens = self.text.tokens
        if position < 0 or tokens[position].norm not in negations:
            return False
        reached = tokens[position + 1 : start + 1]
        if any(t.comma_before or t.norm in _TURNS or t.sentence != tokens[position].sentence for t in reached):
            return False
        return tokens[position].norm != "no" or reached[0].norm not in _SUBJECTS  # "no I'm scared" denies nothing
