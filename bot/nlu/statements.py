"""Which words of a message state something, and which only ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.nlu.text import Text, Token

SHORT_ANSWER = 3  # words up to which "maybe?" is an answer and not a question
_FILLERS = frozenset((
    "so", "and", "but", "ok", "okay", "well", "um", "erm", "hi", "hey", "hello", "wait", "also", "actually",
    "sorry", "oh", "right", "thanks", "please", "quick",
))  # fmt: skip
_PLACE_AND_TIME = ("when", "where", "what", "who", "which")
_AFTER_QUESTION_WORD = frozenset((
    "about", "if", "kind", "type", "sort", "else", "exactly", "happens", "happened", "makes", "causes", "time",
))  # fmt: skip
# "can handle them" is a statement that leaves its subject out.
_WITHOUT_SUBJECT = frozenset(("do", "handle", "cope", "take", "tolerate", "manage", "put"))
# "is ok for me"
_FEELING = frozenset(("ok", "okay", "fine", "good", "alright", "no", "not", "only", "just", "very", "all"))
_MODALS = ("can", "could", "will", "would")


class Statements:
    """Tells statements from questions."""

    def __init__(self, question_words: Iterable[str]) -> None:
        """`question_words` open a question."""
        self._question_words = frozenset(question_words) - {"was", "any", "may", "might", "did"}

    def of(self, text: Text) -> Text:
        """Return the text without its questions, for in those a "fine" or a "no" is no answer."""
        kept = [t for number in range(len(text.sentences)) for t in self._statement_tokens(text, number)]
        return text if len(kept) == len(text.tokens) else replace(text, tokens=tuple(kept))

    def _statement_tokens(self, text: Text, number: int) -> list[Token]:
        tokens = [t for t in text.tokens if t.sentence == number]
        opening = next((t for t in tokens if t.norm not in _FILLERS), None)
        asks = text.asks(number)
        if opening and len(tokens) > 1 and self._opens_question(tokens, tokens.index(opening), asks):
            return []
        if not asks or len(tokens) <= SHORT_ANSWER:
            return tokens
        commas = [i for i, t in enumerate(tokens) if t.comma_before]
        return tokens[: commas[0]] if commas else []

    def _opens_question(self, tokens: list[Token], at: int, asks: bool) -> bool:
        """Return whether a sentence is a question by its first words; "when I chew" is none."""
        first = tokens[at].norm
        following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
        if first in _PLACE_AND_TIME and not asks:
            return following in self._question_words or following in _AFTER_QUESTION_WORD
        if first == "is" and following in _FEELING and not asks:
            return False
        if following in ("be", "have", "not") or (first in _MODALS and following in _WITHOUT_SUBJECT and not asks):
            return False
        return first in self._question_words
