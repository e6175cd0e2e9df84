"""Telling the verdict: the outcome first, then, where the table allows, the explanation in parts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import protocol
from actions.slots import State, with_talk
from actions.speaking import say
from bot.triage.engine import decide
from bot.triage.interview import is_grave
from bot.triage.model import Outcome, Verdict

STANDS_ALONE = (Outcome.EMERGENCY, Outcome.CRISIS)
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are mistaken for one another on the phone


def verdict_of(state: State) -> Verdict:
    """Return the verdict on the answers held."""
    return decide(state.interview.answers, protocol(), state.interview.said)


def tell(dispatcher: CollectingDispatcher, state: State, again: bool = False) -> State:
    """Tell the verdict, and return the state with what was told."""
    verdict = verdict_of(state)
    reference = state.talk.reference or _reference()
    short = again and verdict.outcome in STANDS_ALONE
    name = {Outcome.EMERGENCY: "emergency", Outcome.CRISIS: "crisis"}.get(verdict.outcome, "")
    reply = f"utter_verdict_{name}_again" if short else f"utter_verdict_{verdict.rule}"
    triage = verdict.as_dict() | {"reference": reference}
    say(dispatcher, reply, triage=triage, **_names(state, verdict))
    if verdict.outcome is Outcome.EXPLAIN_TECHNIQUE:
        for part in explanation(state, verdict):
            say(dispatcher, part, **_names(state, verdict))
    return with_talk(state, told=signature(verdict), reference=reference)


def explanation(state: State, verdict: Verdict) -> Iterator[str]:
    """Yield the names of the parts of the explanation that fit this person."""
    answers = state.interview.answers
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
    if any(protocol().indications[name].needs_diagnosis for name in verdict.indications):
        yield "utter_explain_needs_diagnosis"
    if answers.needle_phobia == "mild":
        yield "utter_explain_mild_fear"
    if verdict.minor:
        yield "utter_explain_minor"
    yield "utter_explain_who"


def signature(verdict: Verdict) -> str:
    """Return what tells one verdict from another, so that only a changed one is told again."""
    shown = (verdict.rule, verdict.technique, verdict.indications, verdict.red_flags, verdict.minor)
    return json.dumps(shown)


def in_emergency(state: State) -> bool:
    """Return whether an emergency was told and stands: then it alone is said, and nothing else is talked of."""
    return bool(state.talk.told) and verdict_of(state).outcome in STANDS_ALONE


def _evidence(verdict: Verdict) -> str:
    for name, reply in (("headache", "headache"), ("whiplash_neck_pain", "whiplash")):
        if name in verdict.indications:
            return f"utter_explain_evidence_{reply}"
    return "utter_explain_evidence"


def _names(state: State, verdict: Verdict) -> dict[str, str]:
    known, answers = protocol(), state.interview.answers
    told = [s for s in verdict.red_flags if is_grave(s, known) or verdict.outcome not in STANDS_ALONE]
    sites = [known.sites[s].name for s in answers.pain_site or () if s in known.sites]
    return {
        "indications": _and([known.indications[name].name for name in verdict.indications]),
        "signs": _and([known.red_flags[sign].name for sign in told], "or") or "a sign you were not sure about",
        "site": _and(sites) or "what you told me",
        "precautions": _and([known.precautions[p].name for p in answers.precaution_ids]) or "a point on the list",
        "tolerance_said": state.interview.said.get("tolerance", ""),
    }


def _and(names: list[str], word: str = "and") -> str:
    names = names[:4]
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _reference() -> str:
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"
