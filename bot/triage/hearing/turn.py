"""One turn: the interview before, the reading of the message, and the changes it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.triage.interview import Interview
from bot.triage.model import Assertion, Finding, PatientAnswers, Protocol, Reading
from bot.triage.reading import answers_in

_LIST_ANSWER = {"no": "none", "weak_no": "none", "yes": "any", "weak_yes": "any"}
_OTHER_TOPICS = {"referred_pain", "needle_phobia", "guardian_consent", "child_consent", "child_understands"}
_NO_YES_OR_NO = (None, "pain_site", "age", "contact_name", "contact_phone")  # questions that no "no" answers
_ABOUT_PLACES = ("referred_pain", "pain_site_detail", "red_flags")
CONSENTS = ("guardian_consent", "child_consent", "child_understands")
_PLAIN = {"weak_yes": "yes", "weak_no": "no", "none": "no", "any": "yes"}


class Turn:
    """Collects what the steps of hearing find; `result` is the interview after the message."""

    def __init__(self, before: Interview, reading: Reading, protocol: Protocol) -> None:
        self.before = before
        self.answers = before.answers
        self.asked = before.asked
        self.protocol = protocol
        self.changes: dict[str, Any] = {}
        self.doubtful = before.doubtful
        self.cleared = before.cleared
        self.denied: tuple[str, ...] = ()
        self._reading = reading
        self._said = dict(before.said)
        self._denied_one = set(before.denied_one)
        self._cues = {f.value for f in reading if f.kind == "cue"}
        self.correcting = "correction" in self._cues or ("counter" in self._cues and self._counters())
        self.adding = "addition" in self._cues
        self.asking = "question" in self._cues
        self.insisting = "insists" in self._cues
        self.signless = "signless" in self._cues
        self.opening_no = "opens_no" in self._cues
        self.no_apart = "no_apart" in self._cues
        self.yes_apart = "yes_apart" in self._cues
        self.not_over = "not_over" in self._cues
        self.telling_apart = "sign_apart" in self._cues
        self.contrasting = "contrast" in self._cues
        self.speaks_of_parent = "parent" in self._cues
        self.for_other = before.for_other or bool(self._cues & {"for_child", "for_other"})

    def _counters(self) -> bool:
        """Return whether "no it's ..." corrects what was said: an age, or a place where none was asked for."""
        if self.asked in _NO_YES_OR_NO or self.found("number", "age", "age_of_other"):
            return True
        return self.asked not in _ABOUT_PLACES and bool(self.found("indication", "site", assertion=Assertion.PRESENT))

    def found(self, *kinds: str, assertion: Assertion | None = None) -> list[Finding]:
        """Return the findings of these kinds, with this assertion where one is given."""
        return [f for f in self._reading if f.kind in kinds and assertion in (None, f.assertion)]

    def first(self, *kinds: str) -> Finding | None:
        """Return the first finding of these kinds."""
        return next(iter(self.found(*kinds)), None)

    def value(self, kind: str) -> Any:
        """Return the value of the first finding of a kind, or None."""
        finding = self.first(kind)
        return finding.value if finding else None

    def plain(self) -> str | None:
        """Return yes, no or not_sure where the message says so, hedged or not."""
        answer: str | None = self.value("yes_no") or self.value("list")
        return _PLAIN.get(answer or "", answer)

    def meant(self) -> str | None:
        """Return the answer to the question just asked that the message as a whole comes to."""
        return answers_in(self._reading).get(self.asked or "")

    def answer(self, question: str, value: Any, finding: Finding | None = None) -> None:
        """Take a value as the answer to a question; None changes nothing."""
        if value is None or (getattr(self.answers, question) == value and question not in self.changes):
            return
        self.changes[question] = value
        self.keep(question, finding or next(iter(self._reading), None))

    def keep(self, key: str, finding: Finding | None) -> None:
        """Keep the patient's words for a question, or for one sign or precaution."""
        if finding:
            self._said[key] = finding.said

    def forget_words(self, key: str) -> None:
        """Drop the words kept for a question."""
        self._said.pop(key, None)

    def list_answer(self, named: list[Finding]) -> str | None:
        """Return none, any, not_sure or denied_one as the answer to a question that lists several things.

        `named` are the findings of listed things in the message. Where its words and its meaning differ, the graver
        counts; where the one says none and the other does not, neither does, unless the words point at the list, or
        say none again when asked again.
        """
        said = self._list_answer_in_words(named)
        meant = None if said == "none" and self._insists_on_none() else self.meant()
        if said == "denied_one":
            return None if meant == "any" and (self.contrasting or not self.before.misses) else said
        if self._denies_something_else(named):
            return None
        if said == "any" and meant == "none" and self.value("list"):
            return said  # "the last one, nothing else"
        unsure = meant == "not_sure" and "not_sure" in (said, self.value("yes_no"))  # "not certain about some of them"
        answer = "not_sure" if unsure else _graver(said, meant)
        besides = said is None and "besides" in self._cues and self.asked == "precautions"  # "the baby, nothing else"
        return None if answer == "none" and (besides or "declines" in self._cues) else answer

    def _insists_on_none(self) -> bool:
        """Return whether a second reply to the safety question says none, and no phrase in it names a sign."""
        may_be = (Assertion.PRESENT, Assertion.UNCERTAIN)
        hinted = any(f.assertion in may_be for f in self.found("red_flag", "sign_if_asked", "precaution"))
        asked_again = self.asked == "red_flags" and self.before.misses > 0
        return asked_again and not (hinted or self.contrasting)

    def _list_answer_in_words(self, named: list[Finding]) -> str | None:
        if self.value("list"):
            return str(self.value("list"))
        plain: str | None = self.value("yes_no")
        if plain in ("no", "weak_no", None) and named and all(f.assertion is Assertion.DENIED for f in named):
            return "denied_one"
        if (self.asking and plain in ("weak_yes", None)) or (plain == "yes" and "soft_yes" in self._cues):
            return None  # "fine" to "do any of these apply?" says neither
        return _LIST_ANSWER.get(plain or "", plain)

    def _denies_something_else(self, named: list[Finding]) -> bool:
        """Return whether a no is about what the list does not hold: "no, it doesn't travel", "no, mum disagrees"."""
        if named or self.value("yes_no") not in ("no", "weak_no") or self.value("list"):
            return False
        topics = {f.value for f in self.found("topic")} & _OTHER_TOPICS
        denied = self.found("precaution", assertion=Assertion.DENIED)
        return bool(topics or denied or (self.speaks_of_parent and self.value("agrees")))

    def deny_one(self, question: str, named: list[Finding]) -> None:
        """Take a denial of one item: the rest is asked once, and a second denial closes the question."""
        several = len({f.value for f in named}) > 2 and self.meant() != "any"
        if question in self._denied_one or several:
            self.answer(question, "none")
        else:
            self._denied_one.add(question)

    def ask_anew(self, question: str) -> None:
        """Open a question again."""
        self.changes[question] = None
        self._denied_one.discard(question)

    def corrects_another_answer(self) -> bool:
        """Return whether the message corrects an answer other than the one just asked for.

        A consent that is taken back needs its no: "dad changed his mind, he says no".
        """
        others = set(self.changes) - {self.asked, "signs", *CONSENTS, *_FOLLOWING}
        return self.correcting and any(getattr(self.answers, question) not in (None, ()) for question in others)

    def result(self) -> Interview:
        """Return the interview after the message."""
        answers = replace(self.answers, **self.changes)
        after = replace(
            self.before,
            answers=answers,
            said=self._said,
            doubtful=self.doubtful,
            cleared=self.cleared,
            denied_one=tuple(sorted(self._denied_one)),
            for_other=self.for_other,
            corrections=self.before.corrections + tuple(self._corrections(answers)),
        )
        return after if after == self.before and not self.denied else replace(after, denied=self.denied)

    def _corrections(self, after: PatientAnswers) -> Iterator[Mapping[str, Any]]:
        for question in self.changes:
            old, new = getattr(self.answers, question), getattr(after, question)
            grown = isinstance(old, tuple) and set(old) <= set(new or ())
            if old not in (None, (), {}) and new != old and not grown and question not in _FOLLOWING:
                yield {"fact": question, "old": old, "new": new}


# What changes with another answer is no correction by itself.
_FOLLOWING = ("pain_site_detail", "likely", "precaution_ids")


def _graver(said: str | None, meant: str | None) -> str | None:
    """Return the graver of the two answers to a list, or None where the words say none and the meaning does not."""
    if said is None or meant is None:
        return said or meant
    if said != meant and (said == "none" or {said, meant} == {"none", "any"}):
        return None
    return next(answer for answer in ("any", "not_sure", "none") if answer in (said, meant))
