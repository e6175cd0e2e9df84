"""Telling the verdict: the outcome first, then, where the table allows, the explanation in parts."""

from __future__ import annotations

import json

from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import protocol
from actions.slots import State, with_talk
from actions.speaking import say
from bot.intake.reference import new_reference
from bot.triage.engine import decide
from bot.triage.model import Outcome, Verdict
from bot.triage.telling import STANDS_ALONE, explanation, names


def verdict_of(state: State) -> Verdict:
    """Return the verdict on the answers held."""
    return decide(state.interview.answers, protocol(), state.interview.said)


def tell(dispatcher: CollectingDispatcher, state: State, again: bool = False) -> State:
    """Tell the verdict, and return the state with what was told."""
    verdict = verdict_of(state)
    state = with_reference(state)
    short = again and verdict.outcome in STANDS_ALONE
    name = {Outcome.EMERGENCY: "emergency", Outcome.CRISIS: "crisis"}.get(verdict.outcome, "")
    reply = f"utter_verdict_{name}_again" if short else f"utter_verdict_{verdict.rule}"
    triage = verdict.as_dict() | {"reference": state.talk.reference}
    say(dispatcher, reply, triage=triage, **_names(state, verdict))
    for part in explanation(verdict, state.interview.answers, protocol()):
        say(dispatcher, part, **_names(state, verdict))
    return with_talk(state, told=signature(verdict))


def with_reference(state: State) -> State:
    """Return the state with the code that patient and front desk can quote."""
    return state if state.talk.reference else with_talk(state, reference=new_reference())


def signature(verdict: Verdict) -> str:
    """Return what tells one verdict from another, so that only a changed one is told again."""
    shown = (verdict.rule, verdict.technique, verdict.indications, verdict.red_flags, verdict.minor)
    return json.dumps(shown)


def in_emergency(state: State) -> bool:
    """Return whether an emergency was told and stands: then it alone is said, and nothing else is talked of."""
    return bool(state.talk.told) and verdict_of(state).outcome in STANDS_ALONE


def _names(state: State, verdict: Verdict) -> dict[str, str]:
    return names(verdict, state.interview.answers, state.interview.said, protocol())
