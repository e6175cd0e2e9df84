"""Which sentences speak of needles or of precautions: those may sound like a sign and tell of none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.nlu.phrase_book import Mention, PartFinder, PhraseBook
from bot.nlu.text import Text, Tokenizer


class OtherMatters:
    """Finds the sentences in which needles are named, or a strong fear of them."""

    def __init__(self, tokenizer: Tokenizer, needles: Mapping[str, Iterable[str]]) -> None:
        """`needles` are the lists of that section of cues.yml."""
        words = {name: tuple(needles[name]) for name in ("needle", "strong")}
        self._book = PhraseBook(PartFinder(tokenizer, skip_little=False), words)

    def sentences(self, text: Text, precautions: Iterable[Mention]) -> frozenset[int]:
        """Return the numbers of these sentences, and of those in which `precautions` are named."""
        mentions = (*self._book.find(text), *precautions)
        return frozenset(text.tokens[at].sentence for mention in mentions for at in mention.positions)
