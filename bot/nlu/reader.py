"""One reading of a message finds every fact in it, whatever was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from bot.nlu.ages import read_ages
from bot.nlu.answers import AnswerReader
from bot.nlu.assertion import AssertionReader, Cues
from bot.nlu.learnt import Learnt
from bot.nlu.other_matters import OtherMatters
from bot.nlu.phrase_book import Mention, PartFinder, PhraseBook
from bot.nlu.resemblance import Resemblance
from bot.nlu.statements import Statements
from bot.nlu.text import Text, clean
from bot.nlu.weighing import Standing, sure_complaints, weigh
from bot.nlu.wording import build_tokenizer
from bot.triage.checking import check_keys, check_kind, check_texts, read_yaml
from bot.triage.loading import load_protocol
from bot.triage.model import Assertion, Concept, Finding, Protocol, Reading, Tier

CUES = Path(__file__).with_name("cues.yml")
_SECTIONS = ("assertion", "condition", "talk", "yes_no", "needles", "referred_pain", "tolerance", "topics")
_COMPLAINT, _SIGNS = "complaint", ("red_flag", "sign_in_child", "sign_if_asked")
_MAYBE_SO = (Assertion.PRESENT, Assertion.UNCERTAIN)
_LOOK_ALIKE = "!"
_COMPILING = Lock()  # whoever asks while another compiles waits for that


class Reader:
    """Reads messages by the phrases of the protocol and the cues of a chat."""

    def __init__(self, protocol: Protocol, cues: Mapping[str, Mapping[str, Any]]) -> None:
        """Read by phrases and cues: only what is named is found, and only cues say how it is meant."""
        self._learnt: Learnt | None = None
        self._resemblance: Resemblance | None = None
        self._statements = Statements(cues["assertion"]["question_words"])
        tokenizer = build_tokenizer(protocol, cues)
        self.tokenizer = tokenizer
        complaints = {
            **_phrases(protocol.indications.values(), "indications"),
            **_phrases(protocol.sites.values(), "sites"),
        }
        groups, finder = _groups(protocol), PartFinder(tokenizer)
        flags = protocol.red_flags.values()
        in_child = {flag.id: _named(flag.in_child, "red_flags") for flag in flags if flag.in_child}
        self._books = {
            _COMPLAINT: PhraseBook(finder, complaints, groups),
            "red_flag": PhraseBook(finder, _phrases(flags, "red_flags"), groups),
            "sign_in_child": PhraseBook(finder, in_child, groups),
            "precaution": PhraseBook(finder, _phrases(protocol.precautions.values(), "precautions"), groups),
        }
        self._when_asked = PhraseBook(
            finder,
            {flag.id: _named(flag.when_asked + flag.phrases, "red_flags") for flag in flags},
            groups,
            hiding=False,
        )
        options = {f"{s.id}.{o.id}": _named(o.phrases, "sites") for s in protocol.sites.values() for o in s.options}
        self._options = PhraseBook(finder, options, groups, family=lambda concept: concept.split(".")[0])
        self._indications = protocol.indications
        self._grave = {flag.id for flag in flags if flag.tier is not Tier.SAME_DAY}
        self._rules = AssertionReader(PartFinder(tokenizer, literal=True), cues["assertion"])
        self._answers = AnswerReader(tokenizer, cues)
        self._other_matters = OtherMatters(tokenizer, cues["needles"])

    def taught(self, learnt: Learnt) -> Reader:
        """Return a reader of the same phrases that hears by what was learnt too, with this one's tokenizer."""
        reader = copy(self)
        reader._learnt, reader._rules = learnt, learnt.assertion.rules
        regions = {indication.id: indication.region for indication in self._indications.values()}
        reader._resemblance = Resemblance(learnt.meaning, self._grave, regions)
        return reader

    def clock(self) -> date:
        """Return the day on which ages are reckoned."""
        return date.today()

    def read(self, message: str, today: date | None = None) -> Reading:
        """Return everything the message says, as findings; nothing is decided here."""
        text = self.tokenizer(message)
        if not text.tokens:
            return ()
        statements = self._statements.of(text)
        cues = self._rules.cues(text)
        stated = cues if statements is text else self._rules.cues(statements)
        named = self._named(text)
        findings = list(self._clinical(text, cues, named))
        if self._resemblance:  # a sign may stand in a question too: "is it normal that I can't move my face?"
            elsewhere = self._other_matters.sentences(text, (m for kind, m in named if kind == "precaution"))
            findings += self._resemblance.signs(text, cues, findings, elsewhere)
            findings += self._resemblance.indications(statements, stated, findings)
        cued = list(self._answers.read(statements))
        findings += cued
        findings += self._answered(message, text, cued)
        findings += self._loose(statements, stated, findings)
        findings += read_ages(_plain(message), text.said(0), today or self.clock())
        if statements is not text:
            findings.append(Finding("cue", "question", text.said(0)))
        if _says_only(text, (mention for kind, mention in named if kind == _COMPLAINT)):
            findings.append(Finding("cue", "names_only", text.said(0)))
        return tuple(dict.fromkeys(findings))

    def answers(self, message: str) -> list[Finding]:
        """Return what the cues in a message would answer."""
        return list(self._answers.read(self._statements.of(self.tokenizer(message))))

    def mentions(self, text: Text) -> list[Mention]:
        """Return what is named in a text, however it is meant."""
        return [mention for _, mention in self._named(text)]

    def signs(self, text: Text) -> list[Mention]:
        """Return the warning signs that are named in a text, however they are meant."""
        return [mention for kind, mention in self._named(text) if kind == "red_flag"]

    def _named(self, text: Text) -> list[tuple[str, Mention]]:
        return [(kind, m) for kind, book in self._books.items() for m in _without_look_alikes(book.find(text))]

    def _clinical(self, text: Text, cues: Cues, found: Sequence[tuple[str, Mention]]) -> Iterator[Finding]:
        for (kind, mention), assertion in zip(found, self._assertions(text, cues, found), strict=True):
            kind_found = kind
            if kind == _COMPLAINT:
                kind_found = "indication" if mention.concept in self._indications else "site"
            if kind == "precaution" and len(mention.parts) > 1:
                kind_found = "precaution_if_asked"  # too loose to stop a triage unasked
            yield Finding(kind_found, mention.concept, text.said(mention.start), assertion)

    def _assertions(self, text: Text, cues: Cues, found: Sequence[tuple[str, Mention]]) -> list[Assertion]:
        """Return how each mention of a kind is meant: by the cues, and by what was learnt of such messages."""
        mentions = [mention for _, mention in found]
        signs = [kind in _SIGNS for kind, _ in found]
        grave = [sign and mention.concept in self._grave for sign, mention in zip(signs, mentions, strict=True)]
        ruled = [cues.assertion(*one) for one in zip(mentions, signs, grave, strict=True)]
        if not self._learnt:
            return ruled
        shares = self._learnt.assertion.shares(text, mentions, cues)
        of_two = cues.speaks_of_self()
        alone = not cues.any() and _says_only(text, mentions)
        complaints = [kind == _COMPLAINT for kind, _ in found]
        listed = [mention.concept in self._indications for mention in mentions]  # lest none of the list be left
        sure = sure_complaints(mentions, listed, ruled, shares)
        beside_sure = [c and bool(sure - {m.concept}) for c, m in zip(complaints, mentions, strict=True)]
        standings = [
            Standing(signs[n], grave[n], of_two, kind == "precaution", cues.denial(mention), alone, beside_sure[n])
            for n, (kind, mention) in enumerate(found)
        ]
        return [weigh(*one) for one in zip(ruled, shares, standings, strict=True)]

    def _answered(self, message: str, text: Text, cued: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what the message would answer to each question; a single word is left to the cues."""
        if self._learnt and len(text.tokens) > 1:
            answers = self._learnt.answers.read(message, cued)
            if answers:
                yield Finding("answers", " ".join(f"{q}={answer}" for q, answer in answers.items()), text.said(0))

    def _loose(self, text: Text, cues: Cues, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what counts only as the answer to the question that names it, and not the words of a sign again."""
        so = {f.value for f in findings if f.kind == "red_flag" and f.assertion in _MAYBE_SO}
        signs = [sign for sign in self.signs(text) if sign.concept in so] if so else []
        hinted = [
            hint
            for hint in self._when_asked.find(text)
            if not any(hint.concept != sign.concept and hint.positions <= sign.positions for sign in signs)
        ]
        assertions = self._assertions(text, cues, [("sign_if_asked", mention) for mention in hinted])
        for mention, assertion in zip(hinted, assertions, strict=True):
            yield Finding("sign_if_asked", mention.concept, text.said(mention.start), assertion)
        found = ((m, cues.assertion(m)) for m in self._options.find(text))
        options = [mention.concept for mention, assertion in found if assertion is not Assertion.DENIED]
        if options:
            yield Finding("site_options", " ".join(dict.fromkeys(options)), text.said(0))


def own_reader() -> Reader:
    """Return the reader of our own phrases and cues, which are compiled once in a process: it takes a second."""
    with _COMPILING:
        return _compiled()


@cache
def _compiled() -> Reader:
    return Reader(load_protocol(), load_cues())


@cache
def load_cues() -> dict[str, dict[str, Any]]:
    """Return the cues of cues.yml."""
    return read_cues(CUES)


def read_cues(path: Path) -> dict[str, dict[str, Any]]:
    """Return the cues of a file: lists of phrases by section and name.

    Raises:
        ProtocolError: the file cannot be read, a section is missing or unknown, or a list holds what is no text.
    """
    cues: dict[str, dict[str, Any]] = read_yaml(path)
    check_keys(path.name, cues, needed=_SECTIONS)
    for section, lists in cues.items():
        check_kind(f"{path.name}: {section}", lists, dict, "a mapping of names to lists of phrases")
        for name, phrases in lists.items():
            where = f"{path.name}: {section}"
            check_texts(where, {"a name": name}, ["a name"])
            check_kind(f"{where}, {name}", phrases, list, "a list of phrases")
            for phrase in phrases or [None]:
                check_texts(where, {name: phrase}, [name])
    return cues


def _phrases(concepts: Iterable[Concept], file: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for concept in concepts:
        found[concept.id] = _named(concept.phrases, file)
        if concept.look_alikes:
            found[_LOOK_ALIKE + concept.id] = _named(concept.look_alikes, file)
    return found


def _named(phrases: Iterable[str], file: str) -> tuple[str, ...]:
    """Return the phrases with each group's name led by its file, for files may use the same names."""
    return tuple(re.sub(r"\{([^}]+)\}", rf"{{{file}.\1}}", phrase) for phrase in phrases)


def _groups(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    return {f"{file}.{name}": group for file, groups in protocol.words.items() for name, group in groups.items()}


def _without_look_alikes(mentions: list[Mention]) -> Iterator[Mention]:
    look_alikes = [m for m in mentions if m.concept.startswith(_LOOK_ALIKE)]
    for mention in mentions:
        hidden = any(m.concept[1:] == mention.concept and mention.positions <= m.positions for m in look_alikes)
        if not hidden and not mention.concept.startswith(_LOOK_ALIKE):
            yield mention


def _says_only(text: Text, mentions: Iterable[Mention]) -> bool:
    """Return whether a message holds nothing but what it names: "Migraines."."""
    named = {position for mention in mentions for position in mention.positions}
    return bool(named) and all(token.is_little or i in named for i, token in enumerate(text.tokens))


def _plain(message: str) -> str:
    return " ".join(clean(message).lower().split())
