"""Passing the triage on to the front desk, when the patient agrees."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import intakes
from actions.slots import AFTER_VERDICT, State, read_state, slot_events
from actions.speaking import say
from actions.verdict import in_emergency, verdict_of, with_reference
from bot.intake.consent import consent
from bot.intake.contact import contact
from bot.intake.database import DatabaseUnusable
from bot.intake.repository import Intake, IntakeError
from bot.settings import clinic
from bot.triage.hearing.talk import COMMANDS, agrees, asks, declines
from bot.triage.model import Reading


def hear_sharing(
    dispatcher: CollectingDispatcher, state: State, reading: Reading, text: str, intent: str
) -> State | None:
    """Return the state after an answer about sharing, or None where the message was none."""
    asked = state.interview.asked
    named = asked == "contact_name" and text.istitle()  # "Ada Smith" is no wish for a human
    if asked not in AFTER_VERDICT or (_is_talk(reading, intent) and not named):
        return None
    if asked == "share_with_clinic":
        return _consent(dispatcher, state, agrees(reading))
    value = "" if declines(reading) else contact(text)
    after = replace(state, share=state.share | {asked: value})
    return pass_on(dispatcher, after, silently=asked != "contact_phone")


class ActionShare(Action):
    """Takes up the wish to pass the triage on, whenever it is said."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_share"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Start on the contact, or say that there is no result yet."""
        before = read_state(tracker)
        if in_emergency(before):
            return []
        if not before.talk.told:
            say(dispatcher, "utter_result_none")
            return []
        shared = replace(before, share=dict.fromkeys(AFTER_VERDICT) | {"share_with_clinic": "yes"})
        return slot_events(before, pass_on(dispatcher, shared, silently=True))


def _is_talk(reading: Reading, intent: str) -> bool:
    return asks(reading) or intent in COMMANDS


def _consent(dispatcher: CollectingDispatcher, state: State, agreed: bool | None) -> State | None:
    if agreed is None:
        return None
    state = replace(state, share=state.share | {"share_with_clinic": "yes" if agreed else "no"})
    if agreed:
        return pass_on(dispatcher, state, silently=True)  # what was agreed to stands, also where they leave now
    say(dispatcher, "utter_closing")
    return state


def pass_on(dispatcher: CollectingDispatcher, state: State, silently: bool = False) -> State:
    """Store the intake, and say that it was passed on only when it is stored; `silently` where more is to come."""
    state = with_reference(state)
    reply = "utter_shared" if store(state) else "utter_share_failed"
    if not silently:
        say(dispatcher, reply, reference=state.talk.reference)
    return state


def store(state: State, handoff: str = "") -> bool:
    """Return whether the intake is in the front desk's hands; `handoff` where a person is asked for."""
    try:
        intakes().add(_intake(state, "human" if handoff else "chat"), handoff)
    except (IntakeError, DatabaseUnusable):
        return False
    return True


def _intake(state: State, consent_kind: str) -> Intake:
    return Intake(
        reference=state.talk.reference or "",
        conversation_id=state.talk.conversation_id or "",
        contact_name=state.share.get("contact_name") or "",
        contact_phone=state.share.get("contact_phone") or "",
        verdict=verdict_of(state).as_dict(),
        answers=asdict(state.interview.answers),
        said=dict(state.interview.said),
        corrections=[dict(c) for c in state.interview.corrections],
        consent=consent(consent_kind, clinic().placeholders()),
    )
