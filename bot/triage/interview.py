"""The interview: what is known in one conversation, what comes next, and what can be taken back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.triage.engine import missing_facts, site_to_clarify
from bot.triage.model import PatientAnswers, Protocol, Reading, Tier

NOT_SURE_AFTER = 3  # misunderstandings in a row after which "not sure" is taken
AGE_ATTEMPTS = 2  # the first question and one re-ask


@dataclass(frozen=True)
class Interview:
    """All that is known in one conversation, and what it is waiting for."""

    answers: PatientAnswers = field(default_factory=PatientAnswers)
    said: Mapping[str, str] = field(default_factory=dict)  # the patient's own words, by question
    asked: str | None = None
    misses: int = 0  # messages in a row that did not answer the question
    doubtful: tuple[str, ...] = ()  # signs to ask about by name
    denied: tuple[str, ...] = ()  # signs denied in the last message
    cleared: tuple[str, ...] = ()  # signs plainly denied when asked about by name
    denied_one: tuple[str, ...] = ()  # list questions of which one item was denied
    for_other: bool = False  # the person who types is not the patient
    reopened: str | None = None  # the answer that the patient wants to change: its question comes first
    corrections: tuple[Mapping[str, Any], ...] = ()


def next_question(interview: Interview, protocol: Protocol) -> str | None:
    """Return the id of the next question, or None when the verdict stands."""
    if interview.doubtful:
        return "red_flags"
    answers, reopened = interview.answers, interview.reopened
    grave = any(is_grave(sign, protocol) for sign in answers.signs)
    if reopened and not grave and getattr(answers, reopened) is None:
        return reopened
    return next(iter(missing_facts(answers, protocol)), None)


def give_up(interview: Interview, protocol: Protocol) -> Interview:
    """Return the interview with "not sure" taken for the question that could not be answered."""
    question = interview.asked or "pain_site"
    answers = interview.answers
    if question == "pain_site_detail":
        site = site_to_clarify(answers, protocol) or ""
        answers = replace(answers, pain_site_detail=dict(answers.pain_site_detail) | {site: "not_sure"})
    else:
        unanswered: dict[str, Any] = {"pain_site": (), "age": "unknown"}
        answers = replace(answers, **{question: unanswered.get(question, "not_sure")})
    return replace(interview, answers=answers, misses=0, doubtful=())


def reopen(interview: Interview, question: str) -> Interview:
    """Return the interview with a question open again; signs that were said stay."""
    opened: dict[str, Any] = {question: {} if question == "pain_site_detail" else None}
    if question == "pain_site":
        opened |= {"likely": (), "pain_site_detail": {}, "red_flags": None}
    if question == "precautions":
        opened |= {"precaution_ids": ()}
    denied = tuple(q for q in interview.denied_one if q not in opened)
    old = getattr(interview.answers, question)
    correction = {"fact": question, "old": old, "new": None}
    corrections = interview.corrections if old in (None, {}) else (*interview.corrections, correction)
    answers = replace(interview.answers, **opened)
    kept = replace(interview, answers=answers, denied_one=denied, misses=0, corrections=corrections)
    return replace(kept, reopened=question)


def topic_of(reading: Reading) -> str | None:
    """Return the question that a message speaks about, as in "I want to change my age"."""
    return next((f.value for f in reading if f.kind == "topic"), None)


def doubt_emergency(interview: Interview, reading: Reading, protocol: Protocol) -> Interview:
    """Return the interview with its grave signs to be asked about by name, where the message takes them back."""
    plain = next((f.value for f in reading if f.kind in ("yes_no", "list")), None)
    takes_back = plain in ("no", "weak_no", "none") or any(f.value == "correction" for f in reading)
    if not takes_back or interview.doubtful:
        return interview
    return replace(interview, doubtful=tuple(s for s in interview.answers.signs if is_grave(s, protocol)))


def is_grave(sign: str, protocol: Protocol) -> bool:
    """Return whether a sign is of the tiers that end the questions at once."""
    return protocol.red_flags[sign].tier is not Tier.SAME_DAY


def signs_to_ask(answers: PatientAnswers, protocol: Protocol) -> tuple[str, ...]:
    """Return the signs that the safety question lists for the sites that were said."""
    return tuple(dict.fromkeys(s for area in areas_to_ask(answers, protocol) for s in protocol.areas[area]))


def areas_to_ask(answers: PatientAnswers, protocol: Protocol) -> tuple[str, ...]:
    """Return the areas of the body whose safety questions fit the sites that were said: one, or two at the most."""
    concepts: dict[str, Any] = {**protocol.sites, **protocol.indications}
    sites = (*(answers.pain_site or ()), *answers.likely)
    areas = dict.fromkeys(concepts[site].area for site in sites if site in concepts)
    named = [area for area in areas if area != "general"]
    return tuple(named[:2]) or ("general",)
