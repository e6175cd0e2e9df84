"""Answers in the light of a question: yes and no, amounts of fear, whether pain travels, tolerance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.nlu.fear import fear_in
from bot.nlu.heard import NOT, REACH, UNABLE, Heard
from bot.nlu.phrase_book import Mention, PartFinder, PhraseBook
from bot.nlu.text import Text, Tokenizer
from bot.triage.model import Finding

_CUES = ("correction", "counter", "addition", "contrast", "not_over", "insists", "for_child", "for_other", "parent")
_SECTIONS = ("yes_no", "needles", "referred_pain", "tolerance", "talk", "topics")
SHORT = 8  # words of a message in which "actually" and "sorry" are taken as a correction
_LETTERS = {"y": "yes", "n": "no"}  # as the whole message only
# "no problems" denies the whole list, "no problems with my heart" does not.
_LEFT_OPEN = frozenset(("any", "neither", "other"))
_CLOSES_LIST = frozenset((
    "of", "at", "thanks", "thank", "really", "here", "either", "that", "which", "i", "sorry", "apply", "applies",
    "to", "for", "from", "listed",
))  # fmt: skip
_NOT_TOLD = frozenset(("no", "nope", "nah", "and", "there", "theres", "is", "its", "i", "have", "ive", "got", "really"))
_DENIES_LIST = frozenset(("denies", "denied"))
_EXCEPT = frozenset(("except", "apart", "besides", "bar"))
_DENIES_ALONE = frozenset(("isnt", "arent", "doesnt", "dont", "wont", "hasnt", "havent", "wouldnt"))


class AnswerReader:
    """Reads what a message would mean as an answer; the interview takes what fits the question just asked."""

    def __init__(self, tokenizer: Tokenizer, cues: Mapping[str, Mapping[str, Any]]) -> None:
        # A book each, for a longer phrase hides a shorter one only among the answers to one question.
        named = ({f"{section}.{name}": group for name, group in cues[section].items()} for section in _SECTIONS)
        finder = PartFinder(tokenizer, skip_little=False)
        self._books = [PhraseBook(finder, concepts) for concepts in named]

    def read(self, text: Text) -> Iterator[Finding]:
        """Yield the answers that the message can be."""
        if not text.tokens:
            return
        said, heard = text.said(0), _Answers(text, [mention for book in self._books for mention in book.find(text)])
        for kind, value in (
            ("yes_no", heard.yes_no()),
            ("list", heard.list_answer()),
            ("agrees", heard.agrees()),
            ("fear", fear_in(heard)),
            ("spread", heard.amount("referred_pain")),
            ("cramps", heard.amount("tolerance")),
        ):
            if value:
                yield Finding(kind, value, said)
        yield from (Finding(kind, value, said) for kind, value in heard.beside())


class _Answers(Heard):
    """What the cue phrases of one message answer."""

    def beside(self) -> Iterator[tuple[str, str]]:
        """Yield how the message is said, and what it is about, beside what it answers."""
        so = {cue: self.has(f"talk.{cue}") for cue in _CUES}
        so["correction"] |= len(self.text.tokens) <= SHORT and self.has("talk.weak_correction")
        so |= {"besides": self.tells_besides(), "soft_yes": self.is_soft_yes()}
        so["opens_no"] = not self.first("yes_no.no")
        so["yes_apart"] = any(not m.start and self.ends_clause(m.last) for m in self.of("yes_no.yes"))
        so["no_apart"] = any(self.ends_clause(m.last) for m in self.of("yes_no.no"))
        yield from (("cue", cue) for cue, is_so in so.items() if is_so)
        yield from (("topic", topic) for topic in self.names("topics"))

    def yes_no(self) -> str | None:
        """Return yes, no, weak_yes, weak_no or not_sure: what the message as a whole says to a yes/no question."""
        if len(self.text.tokens) == 1 and (letter := _LETTERS.get(self.text.tokens[0].norm)):
            return letter
        for unsure in ("not_sure", "weak_no", "weak_yes"):
            if self.has(f"yes_no.{unsure}") and not self._leads(unsure):
                return unsure
        leading = {value: self.first(f"yes_no.{value}") for value in ("yes", "no")}
        said_no = [m.last for m in self.of("yes_no.disagree") if self.text.tokens[m.last].norm == "no"]  # "to say no"
        leading["no"] = min(leading["no"], *said_no, len(self.text.tokens))
        if min(leading.values()) < len(self.text.tokens):
            return min(leading, key=lambda value: (leading[value], value))
        return "yes" if self.is_soft_yes() else None

    def is_soft_yes(self) -> bool:
        """Return whether "ok" or "fine" opens a clause, and no plain yes or no is said: "my hip is fine" is no yes."""
        if self.has("yes_no.yes") or self.has("yes_no.no"):
            return False
        return any(self.opens_clause(m.start) for m in self.of("yes_no.soft_yes"))

    def _leads(self, unsure: str) -> bool:
        """Return whether a plain yes or no opens the message, before the hedge and apart from it.

        A "no" does not lead "not sure": where a sign is asked about, the doubt must count.
        """
        hedge = self.first(f"yes_no.{unsure}")
        covered = {p for m in self.of(f"yes_no.{unsure}") for p in m.positions}
        apart = any(t.comma_before for t in self.text.tokens[max(hedge - 1, 1) : hedge + 1])
        plain = ("yes",) if unsure == "not_sure" else ("yes", "no")
        return 0 not in covered and apart and any(self.first(f"yes_no.{value}") == 0 for value in plain)

    def list_answer(self) -> str | None:
        """Return none or any to "do any of these apply?", where the words say so by themselves."""
        some = "any" if self.has("yes_no.any_of_these") else None
        if some and (self.has("yes_no.yes") or any(t.norm in _EXCEPT for t in self.text.tokens)):
            return some
        if some and self.negated(self.of("yes_no.any_of_these"), _DENIES_LIST):
            return "none"  # "pt denies all of the above"
        closing = () if self.tells_besides() else self.of("yes_no.nothing_else")
        none = any(self._denies_all(m) for m in (*self.of("yes_no.none_of_these"), *closing))
        return "none" if none else some

    def tells_besides(self) -> bool:
        """Return whether something is told before a "nothing else": "just the baby, nothing else"."""
        told = self.text.tokens[: self.first("yes_no.nothing_else")]
        return self.has("yes_no.nothing_else") and any(token.norm not in _NOT_TOLD for token in told)

    def _denies_all(self, mention: Mention) -> bool:
        """Return whether "no problems" or "haven't any" is said of the whole list, and not of what it goes on to."""
        if self.ends_clause(mention.last):
            return True
        last, following = (self.text.tokens[mention.last + step].norm for step in (0, 1))
        return following in _CLOSES_LIST or (last not in _LEFT_OPEN and following != "with")

    def agrees(self) -> str | None:
        """Return whether someone agrees or understands, in words other than yes and no."""
        if self.has("yes_no.disagree"):
            return "no"
        if not self.has("yes_no.agree"):
            return None
        # "mum agrees but dad doesn't"
        other_not = any(t.norm in _DENIES_ALONE and self.ends_clause(i) for i, t in enumerate(self.text.tokens))
        return "no" if other_not or self.negated(self.of("yes_no.agree"), NOT | UNABLE) else "yes"

    def amount(self, section: str) -> str | None:
        """Return yes or no from the section's own phrases; what denies wins over what it denies.

        "I don't cramp but I do stiffen" is a yes.
        """
        mentions = [m for m in self.of(f"{section}.yes") if not self._in_doubt(m)]
        denied = {position for m in self.of(f"{section}.no") for position in m.positions}
        if any(self._turned_to(m) and not m.positions & denied and not self.negated([m]) for m in mentions):
            return "yes"
        if self.has(f"{section}.no") or (mentions and self.negated(mentions)):
            return "no"
        return "yes" if mentions else None

    def _turned_to(self, mention: Mention) -> bool:
        """Return whether "but" stands shortly before a cue."""
        return any(t.norm == "but" for t in self.text.tokens[max(mention.start - REACH, 0) : mention.start])

    def _in_doubt(self, mention: Mention) -> bool:
        """Return whether "if" or "whether" stands just before a cue: "not sure if it travels"."""
        before = self.text.tokens[max(mention.start - REACH, 0) : mention.start]
        return any(t.norm in ("if", "whether") for t in before)
