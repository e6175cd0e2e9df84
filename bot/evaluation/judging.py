"""What was heard, held against what a careful reader hears: a word of judgement for each thing that was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.evaluation.heldout import Answer, Asserted, Complaint, Intent
from bot.evaluation.listening import Heard, interview_after
from bot.triage.hearing.talk import agrees, asks
from bot.triage.interview import Interview
from bot.triage.model import Outcome, PatientAnswers, Protocol, Tier

NOT_UNDERSTOOD = ("out_of_scope", "nlu_fallback")
ADULT = 18  # years
_TIERS = (Tier.EMERGENCY, Tier.CRISIS, Tier.SAME_DAY)  # gravest first
_OUTCOMES = tuple(outcome.value for outcome in Outcome)  # most urgent first
# What is known when the questions after the complaint are asked.
_KNOWN = PatientAnswers(pain_site=("low_back_pain",), referred_pain="no")


@dataclass(frozen=True)
class Judged:
    """One judgement: the set it belongs to, the group within (an id, a class, a question), and how it went."""

    set: str
    group: str
    result: str


def judge_intents(examples: Sequence[Intent], heard: Sequence[Heard]) -> Iterator[Judged]:
    """Yield right, wrong or not_understood for what is in scope, caught or missed for what is not."""
    for example, message in zip(examples, heard, strict=True):
        if example.intent == "out_of_scope":
            caught = message.intent in NOT_UNDERSTOOD
            yield Judged("intents out of scope", example.intent, "caught" if caught else "missed")
        elif message.intent == example.intent:
            yield Judged("intents in scope", example.intent, "right")
        else:
            unsure = message.intent in NOT_UNDERSTOOD
            yield Judged("intents in scope", example.intent, "not_understood" if unsure else "wrong")


def judge_complaints(
    name: str, examples: Sequence[Complaint], heard: Sequence[Heard], protocol: Protocol
) -> Iterator[Judged]:
    """Yield how the signs and indications of first messages are heard.

    Signs: raised, asked (by name) or missed; where there is none, quiet, asked or raised. Indications: found, offered
    (to be confirmed, or by the question about the place) or missed; what is taken beside them is false.
    """
    for example, message in zip(examples, heard, strict=True):
        interview = interview_after(message, Interview(asked="pain_site"), protocol)
        if example.flags is not None:
            sets = f"{name}: signs, {example.wording}" if example.flags else f"{name}: no sign"
            group = next(iter(example.flags), example.like or "none")
            yield Judged(sets, group, _sign_heard(interview, example.flags, protocol))
        if example.indications is not None:
            yield from _indications_heard(f"{name}: indications", example, interview, protocol)


def _sign_heard(interview: Interview, flags: Sequence[str], protocol: Protocol) -> str:
    raised, asked = interview.answers.signs, interview.doubtful
    if not flags:
        return "raised" if raised else "asked" if asked else "quiet"
    gravest = min(_gravity(flag, protocol) for flag in flags)
    if any(flag in flags or _gravity(flag, protocol) <= gravest for flag in raised):
        return "raised"
    return "asked" if any(flag in flags or _gravity(flag, protocol) <= gravest for flag in asked) else "missed"


def _gravity(flag: str, protocol: Protocol) -> int:
    return _TIERS.index(protocol.red_flags[flag].tier)


def _indications_heard(name: str, example: Complaint, interview: Interview, protocol: Protocol) -> Iterator[Judged]:
    expected = example.indications or ()
    places = interview.answers.pain_site or ()
    found = [place for place in places if place in protocol.indications]
    sites = [protocol.sites[place] for place in places if place in protocol.sites]
    offered = {i for site in sites for option in site.options for i in option.indications}
    offered |= set(interview.answers.likely)
    for indication in expected:
        result = "found" if indication in found else "offered" if indication in offered else "missed"
        yield Judged(f"{name}, {example.wording}", indication, result)
    if not expected:
        yield Judged(f"{name}, not listed", "none", "false" if found else "offered" if offered else "quiet")
    for indication in found:
        yield Judged(f"{name}, taken", indication, "right" if indication in expected else "false")


def judge_assertion(examples: Sequence[Asserted], heard: Sequence[Heard], protocol: Protocol) -> Iterator[Judged]:
    """Yield right or wrong, by class; a sign that is asked about by name is right unless it is plainly there or not."""
    for example, message in zip(examples, heard, strict=True):
        asked = "precautions" if example.kind == "precaution" else "pain_site"
        interview = interview_after(message, Interview(asked=asked), protocol)
        answers = interview.answers
        taken = example.concept in (*(answers.pain_site or ()), *answers.signs, *answers.precaution_ids)
        doubted = example.concept in (*interview.doubtful, *answers.likely)
        if example.assertion in ("present", "uncertain"):
            right = taken or doubted
        else:
            right = not taken or _counts_when_past(example, protocol)
        yield Judged("assertion", example.assertion, "right" if right else "wrong")


def _counts_when_past(example: Asserted, protocol: Protocol) -> bool:
    concepts: dict[str, Any] = {**protocol.red_flags, **protocol.precautions}
    concept = concepts.get(example.concept)
    return example.assertion == "past" and concept is not None and concept.counts_when_past


def judge_answers(examples: Sequence[Answer], heard: Sequence[Heard], protocol: Protocol) -> Iterator[Judged]:
    """Yield right, wrong or asked_again, by question."""
    for example, message in zip(examples, heard, strict=True):
        got = _answer(example.asked, message, protocol)
        result = "right" if _same(example, got, message) else "asked_again" if got is None else "wrong"
        yield Judged("answers", example.asked, result)


def _answer(asked: str, message: Heard, protocol: Protocol) -> Any:
    if asked == "share_with_clinic":
        agreed = agrees(message.reading)
        return None if agreed is None else "yes" if agreed else "no"
    known = replace(_KNOWN, referred_pain=None) if asked == "referred_pain" else _KNOWN
    interview = interview_after(message, Interview(answers=known, asked=asked), protocol)
    if asked == "red_flags" and interview.doubtful:
        return "any"
    return getattr(interview.answers, asked)


def _same(example: Answer, got: Any, message: Heard) -> bool:
    if example.answer == got:
        return True
    if example.answer == "none" and example.asked == "age":
        return got in (None, "unknown")
    if example.answer == "adult":
        return isinstance(got, int) and got >= ADULT
    return example.answer == "not_sure" and got is None and asks(message.reading)


def judge_verdict(expected: str, got: str) -> Judged:
    """Return exact, under or over: whether a talk ended as urgently as it should."""
    if got == expected:
        return Judged("triage", expected, "exact")
    if got not in _OUTCOMES:
        return Judged("triage", expected, "under")
    return Judged("triage", expected, "under" if _OUTCOMES.index(got) > _OUTCOMES.index(expected) else "over")
