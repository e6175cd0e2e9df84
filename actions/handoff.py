"""Talking to a person: the talk is passed on, and while staff write, the assistant is silent but for emergencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import intakes
from actions.sharing import store
from actions.slots import State, read_state, slot_events, with_talk
from actions.speaking import say
from actions.verdict import in_emergency, with_reference
from bot.settings import clinic

WAITING, WITH_STAFF, CALLBACK = "waiting", "staff", "callback"


class ActionHuman(Action):
    """Brings in the front desk: in the chat while someone answers there, else by a call back."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_human"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Pass the talk on, and say so; where that fails, say how to reach the clinic."""
        before = read_state(tracker)
        if in_emergency(before):
            return []
        is_open = clinic().office.is_open(datetime.now(UTC))
        asked = with_reference(replace(before, share=before.share | {"share_with_clinic": "yes"}))
        asked = with_talk(asked, conversation_id=tracker.sender_id, callback=not is_open)
        if not store(asked, WAITING if is_open else CALLBACK):
            say(dispatcher, "utter_human")
            return []
        say(dispatcher, "utter_human_waiting" if is_open else "utter_human_callback", reference=asked.talk.reference)
        return slot_events(before, asked)


def is_for_staff(state: State) -> bool:
    """Return whether a message goes to the staff in the talk, whose intake is then marked unread."""
    if state.share.get("share_with_clinic") != "yes" or not state.talk.conversation_id:
        return False
    with_whom = intakes().handoff(state.talk.conversation_id)
    if with_whom in (WAITING, WITH_STAFF):
        intakes().patient_wrote(state.talk.conversation_id)
    return with_whom == WITH_STAFF
