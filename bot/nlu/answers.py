"""Answers in the light of a question: yes and no, amounts of fear, whether pain travels, tolerance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.nlu.phrase_book import Mention, PhraseBook
from bot.nlu.text import Text, Tokenizer
from bot.triage.model import Finding

_SECTIONS = ("yes_no", "needles", "referred_pain", "tolerance", "talk", "topics")
SHORT = 8  # words of a message in which "actually" and "sorry" are taken as a correction


class AnswerReader:
    """Reads what a message would mean as an answer; the interview takes what fits the question just asked."""

    def __init__(self, tokenizer: Tokenizer, cues: Mapping[str, Mapping[str, Any]]) -> None:
        # A book each, for a longer phrase hides a shorter one only among the answers to one question.
        self._books = [
            PhraseBook(tokenizer, {f"{section}.{name}": group for name, group in cues[section].items()}, skip_little=False)
            for section in _SECTIONS
        ]

    def read(self, text: Text) -> Iterator[Finding]:
        """Yield the answers that the message can be."""
        if not text.tokens:
            return
        said = text.said(0)
        heard = _Heard(text, [mention for book in self._books for mention in book.find(text)])
        for kind, value in (
            ("yes_no", heard.yes_no()),
            ("list", heard.list_answer()),
            ("agrees", heard.agrees()),
            ("fear", heard.fear()),
            ("spread", heard.amount("referred_pain")),
            ("cramps", heard.amount("tolerance")),
        ):
            if value:
                yield Finding(kind, value, said)
        for cue in ("correction", "addition", "for_child", "for_other"):
            short = cue == "correction" and len(text.tokens) <= SHORT and heard.has("talk.weak_correction")
            if short or heard.has(f"talk.{cue}"):
                yield Finding("cue", cue, said)
        for topic in heard.topics():
            yield Finding("topic", topic, said)


class _Heard:
    """The cue phrases of one message."""

    def __init__(self, text: Text, mentions: list[Mention]) -> None:
        self._text = text
        self._mentions: dict[str, list[Mention]] = {}
        for mention in mentions:
            self._mentions.setdefault(mention.concept, []).append(mention)

    def has(self, concept: str) -> bool:
        return concept in self._mentions

    def topics(self) -> list[str]:
        return [concept.removeprefix("topics.") for concept in self._mentions if concept.startswith("topics.")]

    def first(self, concept: str) -> int:
        """Return the position of the first mention, or a position past the end."""
        return min((m.start for m in self._mentions.get(concept, ())), default=len(self._text.tokens))

    def yes_no(self) -> str | None:
        """Return yes, no, weak_yes, weak_no or not_sure: what the message as a whole says to a yes/no question."""
        for unsure in ("not_sure", "weak_no", "weak_yes"):
            if self.has(f"yes_no.{unsure}") and not self._leads("yes" if unsure != "weak_no" else "no", unsure):
                return unsure
        leading = {value: self.first(f"yes_no.{value}") for value in ("yes", "no")}
        if min(leading.values()) >= len(self._text.tokens):
            return None
        return min(leading, key=lambda value: (leading[value], value))

    def _leads(self, plain: str, unsure: str) -> bool:
        """Return whether a plain yes or no opens the message, before the hedge and apart from it."""
        for value in {plain, "yes", "no"}:
            first = self.first(f"yes_no.{value}")
            hedge = self.first(f"yes_no.{unsure}")
            covered = any(first in m.positions for m in self._mentions[f"yes_no.{unsure}"])
            if first == 0 and first < hedge and not covered and self._text.tokens[hedge].comma_before:
                return True
        return False

    def list_answer(self) -> str | None:
        """Return none, any or not_sure to "do any of these apply?", where the words say so by themselves."""
        if self.has("yes_no.none_of_these"):
            return "none"
        return "any" if self.has("yes_no.any_of_these") else None

    def agrees(self) -> str | None:
        """Return whether someone agrees or understands, in words other than yes and no."""
        if self.has("yes_no.disagree"):
            return "no"
        if not self.has("yes_no.agree"):
            return None
        return "no" if self._negated("yes_no.agree") else "yes"

    def fear(self) -> str | None:
        """Return how strong the fear is that the words describe."""
        level = self._fear_level()
        if level and self._about_needles():
            return f"needle_{level}"
        return level

    def _fear_level(self) -> str | None:
        if self._strong_mentions():
            softened = self.has("needles.diminisher") or self._negated("needles.strong", self._strong_mentions())
            if not softened:
                return "strong"
            return "mild" if self.has("needles.diminisher") else "none"
        if self.has("needles.mild"):
            if self._intensified("needles.mild"):
                return "strong"
            return "none" if self._negated("needles.mild") else "mild"
        if self.has("needles.none"):
            return "strong" if self._negated("needles.none") else "none"
        return "not_sure" if self.has("needles.not_sure") else None

    def _strong_mentions(self) -> list[Mention]:
        calm = {p for m in self._mentions.get("needles.none", ()) for p in m.positions}
        return [m for m in self._mentions.get("needles.strong", ()) if not m.positions <= calm]

    def _about_needles(self) -> bool:
        other = {p for m in self._mentions.get("needles.not_needle", ()) for p in m.positions}
        return any(not m.positions <= other for m in self._mentions.get("needles.needle", ()))

    def _intensified(self, concept: str) -> bool:
        words = {"very", "really", "so", "extremely", "super", "incredibly", "terribly", "seriously", "hugely", "massively"}
        tokens = self._text.tokens
        return any(m.start and tokens[m.start - 1].norm in words for m in self._mentions[concept]) and not any(
            t.norm in ("not", "isnt", "arent", "dont") for t in tokens
        )

    def amount(self, section: str) -> str | None:
        """Return yes or no from the section's own phrases; what denies wins over what it denies."""
        no, yes = self.has(f"{section}.no"), self.has(f"{section}.yes")
        if yes and not no and self._negated(f"{section}.yes"):
            return "no"
        return "no" if no else "yes" if yes else None

    def _negated(self, concept: str, mentions: list[Mention] | None = None) -> bool:
        negations = {"not", "no", "never", "dont", "doesnt", "isnt", "arent", "wasnt", "wont", "cant", "didnt", "hardly", "hasnt", "havent"}
        tokens = self._text.tokens
        mentions = self._mentions[concept] if mentions is None else mentions
        return all(
            any(t.norm in negations and not t.comma_before for t in tokens[max(m.start - 3, 0) : m.start])
            and not (m.start == 1 and tokens[m.start].comma_before)
            for m in mentions
        )
