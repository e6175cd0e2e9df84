"""Answers in the light of a question: yes and no, amounts of fear, whether pain travels, tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.nlu.phrase_book import Mention, PartFinder, PhraseBook
from bot.nlu.text import Text, Tokenizer
from bot.triage.model import Finding

_CUES = ("correction", "counter", "addition", "contrast", "insists", "for_child", "for_other", "parent")
_SECTIONS = ("yes_no", "needles", "referred_pain", "tolerance", "talk", "topics")
SHORT = 8  # words of a message in which "actually" and "sorry" are taken as a correction
REACH = 3  # words over which a "not" or an "a bit" is about a cue
_LETTERS = {"y": "yes", "n": "no"}  # as the whole message only
_NOT = frozenset((
    "not", "no", "never", "dont", "doesnt", "isnt", "arent", "wasnt", "wont", "wouldnt", "didnt", "hardly", "hasnt",
    "havent", "denies", "denied", "denying",
))  # fmt: skip
_UNABLE = frozenset(("cant", "couldnt"))  # denies calm and consent, but no fear: "can't help being scared"
_TURNS = frozenset(("but", "just", "only"))
_SUBJECTS = frozenset((
    "i", "im", "ive", "id", "it", "its", "they", "them", "theyre", "he", "she", "hes", "shes", "we", "my", "the",
    "that", "this", "needles", "injections",
))  # fmt: skip
_VERY = frozenset("very really so extremely super incredibly terribly seriously hugely massively".split())
# "no problems" denies the whole list, "no problems with my heart" does not.
_LEFT_OPEN = frozenset(("any", "neither", "other"))
_CLOSES_LIST = frozenset((
    "of", "at", "thanks", "thank", "really", "here", "either", "that", "which", "i", "sorry", "apply", "applies",
    "to", "for", "from", "listed",
))  # fmt: skip
_NOT_TOLD = frozenset(("no", "nope", "nah", "and", "there", "theres", "is", "its", "i", "have", "ive", "got", "really"))
_SCALE = re.compile(r"\b(\d|10) ?(?:/|out of) ?(?:10|ten)\b")  # "9/10 scared"
_LEVELS = ((1, "none"), (6, "mild"), (10, "strong"))
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
        said, heard = text.said(0), _Heard(text, [mention for book in self._books for mention in book.find(text)])
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
        yield from (Finding(kind, value, said) for kind, value in heard.beside())


class _Heard:
    """The cue phrases of one message."""

    def __init__(self, text: Text, mentions: list[Mention]) -> None:
        self._text = text
        self._mentions: dict[str, list[Mention]] = {}
        for mention in mentions:
            self._mentions.setdefault(mention.concept, []).append(mention)

    def has(self, concept: str) -> bool:
        return concept in self._mentions

    def beside(self) -> Iterator[tuple[str, str]]:
        """Yield how the message is said, and what it is about, beside what it answers."""
        so = {cue: self.has(f"talk.{cue}") for cue in _CUES}
        so["correction"] |= len(self._text.tokens) <= SHORT and self.has("talk.weak_correction")
        so |= {"besides": self.tells_besides(), "soft_yes": self.is_soft_yes()}
        so["opens_no"] = not self.first("yes_no.no")
        so["no_apart"] = any(self._ends_clause(m.last) for m in self._mentions.get("yes_no.no", ()))
        yield from (("cue", cue) for cue, is_so in so.items() if is_so)
        yield from (("topic", name.removeprefix("topics.")) for name in self._mentions if name.startswith("topics."))

    def first(self, concept: str) -> int:
        """Return the position of the first mention, or a position past the end."""
        return min((m.start for m in self._mentions.get(concept, ())), default=len(self._text.tokens))

    def yes_no(self) -> str | None:
        """Return yes, no, weak_yes, weak_no or not_sure: what the message as a whole says to a yes/no question."""
        if len(self._text.tokens) == 1 and (letter := _LETTERS.get(self._text.tokens[0].norm)):
            return letter
        for unsure in ("not_sure", "weak_no", "weak_yes"):
            if self.has(f"yes_no.{unsure}") and not self._leads(unsure):
                return unsure
        leading = {value: self.first(f"yes_no.{value}") for value in ("yes", "no")}
        if min(leading.values()) < len(self._text.tokens):
            return min(leading, key=lambda value: (leading[value], value))
        return "yes" if self.is_soft_yes() else None

    def is_soft_yes(self) -> bool:
        """Return whether "ok" or "fine" opens a clause, and no plain yes or no is said: "my hip is fine" is no yes."""
        if self.has("yes_no.yes") or self.has("yes_no.no"):
            return False
        return any(self._opens_clause(m.start) for m in self._mentions.get("yes_no.soft_yes", ()))

    def _leads(self, unsure: str) -> bool:
        """Return whether a plain yes or no opens the message, before the hedge and apart from it.

        A "no" does not lead "not sure": where a sign is asked about, the doubt must count.
        """
        hedge = self.first(f"yes_no.{unsure}")
        covered = {p for m in self._mentions[f"yes_no.{unsure}"] for p in m.positions}
        apart = any(t.comma_before for t in self._text.tokens[max(hedge - 1, 1) : hedge + 1])
        plain = ("yes",) if unsure == "not_sure" else ("yes", "no")
        return 0 not in covered and apart and any(self.first(f"yes_no.{value}") == 0 for value in plain)

    def _opens_clause(self, position: int) -> bool:
        tokens = self._text.tokens
        return not position or tokens[position].comma_before or self._ends_clause(position - 1)

    def _ends_clause(self, position: int) -> bool:
        """Return whether nothing of the same clause follows a word."""
        following = self._text.tokens[position + 1 : position + 2]
        return all(t.comma_before or t.sentence != self._text.tokens[position].sentence for t in following)

    def list_answer(self) -> str | None:
        """Return none or any to "do any of these apply?", where the words say so by themselves."""
        some = "any" if self.has("yes_no.any_of_these") else None
        if some and (self.has("yes_no.yes") or any(t.norm in _EXCEPT for t in self._text.tokens)):
            return some
        if some and self._negated(self._mentions["yes_no.any_of_these"], _DENIES_LIST):
            return "none"  # "pt denies all of the above"
        closing = () if self.tells_besides() else self._mentions.get("yes_no.nothing_else", ())
        none = any(self._denies_all(m) for m in (*self._mentions.get("yes_no.none_of_these", ()), *closing))
        return "none" if none else some

    def tells_besides(self) -> bool:
        """Return whether something is told before a "nothing else": "just the baby, nothing else"."""
        told = self._text.tokens[: self.first("yes_no.nothing_else")]
        return self.has("yes_no.nothing_else") and any(token.norm not in _NOT_TOLD for token in told)

    def _denies_all(self, mention: Mention) -> bool:
        """Return whether "no problems" or "haven't any" is said of the whole list, and not of what it goes on to."""
        if self._ends_clause(mention.last):
            return True
        last, following = (self._text.tokens[mention.last + step].norm for step in (0, 1))
        return following in _CLOSES_LIST or (last not in _LEFT_OPEN and following != "with")

    def agrees(self) -> str | None:
        """Return whether someone agrees or understands, in words other than yes and no."""
        if self.has("yes_no.disagree"):
            return "no"
        if not self.has("yes_no.agree"):
            return None
        # "mum agrees but dad doesn't"
        other_not = any(t.norm in _DENIES_ALONE and self._ends_clause(i) for i, t in enumerate(self._text.tokens))
        return "no" if other_not or self._negated(self._mentions["yes_no.agree"], _NOT | _UNABLE) else "yes"

    def fear(self) -> str | None:
        """Return how strong the fear is that the words describe."""
        level = self._fear_level()
        if level and self._about_needles():
            return f"needle_{level}"
        return level

    def _fear_level(self) -> str | None:
        scale = _SCALE.search(self._text.raw.lower())
        if scale and any(self.has(f"needles.{level}") for level in ("mild", "strong")):
            return next(level for most, level in _LEVELS if int(scale[1]) <= most)
        mild, calm = (self._mentions.get(f"needles.{level}", []) for level in ("mild", "none"))
        strong = self._strong_mentions()
        softened = [m for m in strong if self._softened(m)]
        if any(m not in softened and not self._negated([m]) for m in strong) or any(map(self._intensified, mild)):
            return "strong"
        if softened or (mild and not self._negated(mild)):
            return "mild"
        if mild or strong:
            return "none"  # each of them denied
        unsure = "not_sure" if self.has("needles.not_sure") else None
        if not calm:
            return unsure
        return (unsure or "strong") if self._negated(calm, _NOT | _UNABLE) else "none"

    def _strong_mentions(self) -> list[Mention]:
        calm = {p for m in self._mentions.get("needles.none", ()) for p in m.positions}
        strong = self._mentions.get("needles.strong", [])
        if len(self._text.tokens) <= REACH:
            strong = strong + self._mentions.get("needles.strong_alone", [])
        return [m for m in strong if not m.positions <= calm]

    def _about_needles(self) -> bool:
        other = {p for m in self._mentions.get("needles.not_needle", ()) for p in m.positions}
        return any(not m.positions <= other for m in self._mentions.get("needles.needle", ()))

    def _softened(self, mention: Mention) -> bool:
        """Return whether "a bit" or "used to be" stands by a word of strong fear."""
        first, last = mention.start, mention.last
        return any(
            first - REACH <= m.start < first or last < m.start <= last + REACH
            for m in self._mentions.get("needles.diminisher", ())
        )

    def _intensified(self, mention: Mention) -> bool:
        """Return whether a word of mild fear is made strong: "so nervous", but no "not so nervous"."""
        tokens, start = self._text.tokens, mention.start
        plain = not self._negated([mention]) and tokens[start].norm not in _NOT
        return start > 0 and tokens[start - 1].norm in _VERY and plain

    def amount(self, section: str) -> str | None:
        """Return yes or no from the section's own phrases; what denies wins over what it denies.

        "I don't cramp but I do stiffen" is a yes.
        """
        mentions = [m for m in self._mentions.get(f"{section}.yes", ()) if not self._in_doubt(m)]
        denied = {position for m in self._mentions.get(f"{section}.no", ()) for position in m.positions}
        if any(self._turned_to(m) and not m.positions & denied and not self._negated([m]) for m in mentions):
            return "yes"
        if self.has(f"{section}.no") or (mentions and self._negated(mentions)):
            return "no"
        return "yes" if mentions else None

    def _turned_to(self, mention: Mention) -> bool:
        """Return whether "but" stands shortly before a cue."""
        return any(t.norm == "but" for t in self._text.tokens[max(mention.start - REACH, 0) : mention.start])

    def _in_doubt(self, mention: Mention) -> bool:
        """Return whether "if" or "whether" stands just before a cue: "not sure if it travels"."""
        before = self._text.tokens[max(mention.start - REACH, 0) : mention.start]
        return any(t.norm in ("if", "whether") for t in before)

    def _negated(self, mentions: list[Mention], negations: frozenset[str] = _NOT) -> bool:
        """Return whether a negation stands shortly before each of the mentions, in the same clause."""
        return all(any(self._denies(p, m.start, negations) for p in range(m.start - REACH, m.start)) for m in mentions)

    def _denies(self, position: int, start: int, negations: frozenset[str]) -> bool:
        tokens = self._text.tokens
        if position < 0 or tokens[position].norm not in negations:
            return False
        reached = tokens[position + 1 : start + 1]
        if any(t.comma_before or t.norm in _TURNS or t.sentence != tokens[position].sentence for t in reached):
            return False
        return tokens[position].norm != "no" or reached[0].norm not in _SUBJECTS  # "no I'm scared" denies nothing
