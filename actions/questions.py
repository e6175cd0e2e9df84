"""Answers to the questions people have, and what was not understood."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import protocol
from actions.slots import CLOSING, State, dealt_with, intent_of, read_state, repeats_itself, slot_events, with_talk
from actions.speaking import say
from actions.verdict import in_emergency, tell
from bot.triage.interview import AGE_ATTEMPTS, NOT_SURE_AFTER, give_up

_SMALL_TALK = {"greet": "hello_again", "thanks": "thanks", "goodbye": "goodbye", "help": "help"}
_ABOUT_QUESTION = {"ask_why": "reason", "ask_meaning": "meaning"}


class ActionAnswerQuestion(Action):
    """Answers a question; the form then asks its own again."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Say the answer that the intent names."""
        state = read_state(tracker)
        if in_emergency(state):
            return []
        if repeats_itself(tracker):
            return slot_events(state, not_understood(dispatcher, state))
        answer_question(dispatcher, tracker, state)
        return []


class ActionSmallTalk(Action):
    """Answers a greeting, thanks, a goodbye, a call for help."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Say the reply that the intent names; after a goodbye nothing is asked."""
        before = read_state(tracker)
        if in_emergency(before):
            return []
        intent = intent_of(tracker)
        if intent == "start" or (intent == "greet" and before.interview.asked is None):
            if before.interview.asked == CLOSING:
                say(dispatcher, "utter_anything_else")
            return []  # the form greets by itself
        say(dispatcher, f"utter_{_SMALL_TALK[intent]}")
        after = dealt_with(before, tracker) if intent == "goodbye" else with_talk(before, quiet=False)
        return slot_events(before, after)


class ActionNotUnderstood(Action):
    """Counts misunderstandings in a row: plainer, then why we ask, then "not sure" or the front desk."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Prepare the manner in which the form asks again."""
        before = read_state(tracker)
        if in_emergency(before) and not before.interview.doubtful:
            return []
        if before.interview.asked is None:
            return []  # the form hears the first message
        if intent_of(tracker) == "out_of_scope":
            say(dispatcher, "utter_out_of_scope")
        elif before.interview.asked in (None, CLOSING):
            say(dispatcher, "utter_anything_else" if before.interview.asked else "utter_plainer_lead")
        return slot_events(before, not_understood(dispatcher, before))


def not_understood(dispatcher: CollectingDispatcher, before: State) -> State:
    """Return the state after a message that was not understood, with the manner in which the form asks again."""
    asked = before.interview.asked
    misses = before.interview.misses + 1
    state = replace(before, interview=replace(before.interview, misses=misses))
    limit = AGE_ATTEMPTS if asked == "age" else NOT_SURE_AFTER
    if misses < limit:
        return with_talk(state, manner="plainer" if misses == 1 else "why", quiet=asked == CLOSING)
    if asked in (None, CLOSING):
        say(dispatcher, "utter_front_desk")
        return with_talk(replace(before, interview=replace(before.interview, misses=0)), quiet=True)
    return _given_up(dispatcher, state)


def answer_question(dispatcher: CollectingDispatcher, tracker: Tracker, state: State) -> bool:
    """Say the answer to the question that the last message asks; return whether there was one."""
    intent = intent_of(tracker)
    if intent in _ABOUT_QUESTION:
        asked = state.interview.asked or "pain_site"
        say(dispatcher, "utter_help" if asked == CLOSING else f"utter_{_ABOUT_QUESTION[intent]}_{asked}")
    elif intent == "ask_result":
        _result_again(dispatcher, state)
    elif intent.startswith("ask_") or intent == "are_you_robot":
        say(dispatcher, f"utter_answer_{intent.removeprefix('ask_')}")
    else:
        return False
    return True


def _result_again(dispatcher: CollectingDispatcher, state: State) -> None:
    if not state.talk.told:
        say(dispatcher, "utter_result_none")
        return
    say(dispatcher, "utter_result_again")
    tell(dispatcher, state, again=True)


def _given_up(dispatcher: CollectingDispatcher, state: State) -> State:
    asked = state.interview.asked
    if asked in ("share_with_clinic", "contact_name", "contact_phone"):
        say(dispatcher, "utter_front_desk")
        return replace(state, share=state.share | {"share_with_clinic": "no"})
    say(dispatcher, "utter_front_desk" if asked in ("pain_site", "age") else "utter_front_desk_lead")
    return with_talk(replace(state, interview=give_up(state.interview, protocol())), manner="question")

