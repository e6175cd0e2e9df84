"""Which replies tell a verdict, and what their placeholders stand for. Pure; the words are in data/responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.triage.interview import is_grave
from bot.triage.model import Outcome, PatientAnswers, Protocol, Verdict

STANDS_ALONE = (Outcome.EMERGENCY, Outcome.CRISIS)


def explanation(verdict: Verdict, answers: PatientAnswers, protocol: Protocol) -> Iterator[str]:
    """Yield the names of the parts of the explanation that fit this person; none where nothing is explained."""
    if verdict.outcome is not Outcome.EXPLAIN_TECHNIQUE:
        return
    if answers.referred_pain:
        yield f"utter_explain_referred_{answers.referred_pain}"
    if verdict.technique == "superficial":
        yield "utter_explain_superficial_fits"
        yield "utter_explain_superficial"
    else:
        yield "utter_explain_deep"
        yield "utter_explain_superficial"
    yield "utter_explain_what_to_expect"
    yield _evidence(verdict)
    if any(protocol.indications[name].needs_diagnosis for name in verdict.indications):
        yield "utter_explain_needs_diagnosis"
    if answers.needle_phobia == "mild":
        yield "utter_explain_mild_fear"
    if verdict.minor:
        yield "utter_explain_minor"
    yield "utter_explain_who"


def names(verdict: Verdict, answers: PatientAnswers, said: Mapping[str, str], protocol: Protocol) -> dict[str, str]:
    """Return what the placeholders of a verdict's replies stand for."""
    told = [s for s in verdict.red_flags if is_grave(s, protocol) or verdict.outcome not in STANDS_ALONE]
    sites = [protocol.sites[s].name for s in answers.pain_site or () if s in protocol.sites]
    return {
        "indications": _and([protocol.indications[name].name for name in verdict.indications]),
        "signs": _and([protocol.red_flags[sign].name for sign in told], "or") or "a sign you were not sure about",
        "site": _and(sites) or "what you told me",
        "precautions": _and([protocol.precautions[p].name for p in answers.precaution_ids]) or "a point on the list",
        "tolerance_said": said.get("tolerance", ""),
    }


def _evidence(verdict: Verdict) -> str:
    for name, reply in (("headache", "headache"), ("whiplash_neck_pain", "whiplash")):
        if name in verdict.indications:
            return f"utter_explain_evidence_{reply}"
    return "utter_explain_evidence"


def _and(listed: list[str], word: str = "and") -> str:
    listed = listed[:4]
    return f" {word} ".join(filter(None, [", ".join(listed[:-1]), listed[-1]])) if listed else ""
