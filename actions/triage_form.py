"""The one form: it hears every message first, asks what is still needed, and tells the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.commands import answer_to_change, confirmed
from actions.handoff import is_for_staff
from actions.knowledge import protocol
from actions.questions import answer_question
from actions.sharing import hear_sharing, pass_on
from actions.slots import (
    AFTER_VERDICT,
    CLOSING,
    REQUESTED,
    State,
    intent_of,
    last_message_id,
    last_reading,
    read_state,
    repeats_itself,
    slot_events,
    with_talk,
    words_of,
)
from actions.speaking import ask, say
from actions.verdict import in_emergency, signature, tell, verdict_of
from bot.triage.hearing import hear
from bot.triage.hearing.talk import INFORM, asks, without_talk
from bot.triage.interview import Interview, doubt_emergency, next_question
from bot.triage.model import Reading
from bot.triage.telling import STANDS_ALONE


class ValidateTriageForm(Action):
    """Takes a message in; rejects the form's turn where the message was no answer, so that the rules deal with it."""

    def name(self) -> str:
        """Return the action's name, by which Rasa ties it to the form."""
        return "validate_triage_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Take the last message in once, then ask the next question or tell the verdict."""
        before = read_state(tracker)
        message = last_message_id(tracker)
        if before.talk.heard == message:  # back from an interruption
            after, asked = speak(dispatcher, before)
            return [*slot_events(before, after), SlotSet(REQUESTED, asked)]
        state = with_talk(before, conversation_id=tracker.sender_id, heard=message, quiet=False)
        if is_for_staff(state) and not _has_new_sign(state, last_reading(tracker)):
            silent = with_talk(state, quiet=True)
            return [*slot_events(before, silent), SlotSet(REQUESTED, state.interview.asked or "pain_site")]
        if state.interview.asked is None:
            say(dispatcher, "utter_greeting")
        heard, understood = self._hear(dispatcher, tracker, state)
        begins = state.interview.asked is None  # only now, so the rules have dealt with the message already
        if not understood and not begins:
            return [*slot_events(before, heard), ActionExecutionRejected("triage_form")]
        after, asked = speak(dispatcher, heard)
        if not dispatcher.messages:  # they told more, and nothing came of it
            say(dispatcher, "utter_anything_else")
        return [*slot_events(before, after), SlotSet(REQUESTED, asked)]

    def _hear(self, dispatcher: CollectingDispatcher, tracker: Tracker, state: State) -> tuple[State, bool]:
        """Return the state after the message, and whether the message was of use."""
        reading = last_reading(tracker)
        if state.talk.pending and not _has_new_sign(state, reading):  # a sign comes before everything
            change = answer_to_change(state, reading, intent_of(tracker))
            state, done = (change, True) if change else confirmed(dispatcher, state, reading)
            if done:
                return state, True
        state = with_talk(state, pending=None)
        interview = hear(state.interview, without_talk(reading, _intent(tracker, state)), protocol())
        if interview.answers.signs == state.interview.answers.signs:
            if in_emergency(state) and not state.interview.doubtful:
                interview = doubt_emergency(interview, reading, protocol())
            elif managed := self._managed(dispatcher, tracker, state, interview):
                return managed, True
        if interview == state.interview:
            return state, self._is_stranger_with_nothing(state, tracker)
        changed = tuple(c["fact"] for c in interview.corrections[len(state.interview.corrections) :])
        heard = replace(state, interview=replace(interview, misses=0))
        heard = with_talk(heard, manner="question", changed=changed, declined=None)
        if asks(reading) and not in_emergency(heard):
            answer_question(dispatcher, tracker, heard)
        return heard, True

    def _managed(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, state: State, heard: Interview
    ) -> State | None:
        """Return the state after a wish to change an answer, or an answer about sharing; None where it is neither."""
        intent, reading = intent_of(tracker), last_reading(tracker)
        if change := answer_to_change(state, reading, intent, heard.answers):
            return change
        if heard != state.interview:  # "actually I'm not pregnant" is no answer about sharing
            return None
        text = str(tracker.latest_message.get("text") or "")
        return hear_sharing(dispatcher, state, reading, text, intent)

    def _is_stranger_with_nothing(self, state: State, tracker: Tracker) -> bool:
        """Return whether a talk begins with a mere greeting: the first question then simply follows."""
        nothing = intent_of(tracker) in ("start", "greet", "nlu_fallback", "inform", "affirm")
        return state.interview.asked is None and nothing


def _intent(tracker: Tracker, state: State) -> str:
    """Return the message's intent; the words of a command that was declined, or obeyed to no use, may be an answer."""
    intent = intent_of(tracker)
    obeyed = intent == "what_you_know" and repeats_itself(tracker)
    return INFORM if obeyed or words_of(tracker) == state.talk.declined else intent


def speak(dispatcher: CollectingDispatcher, state: State) -> tuple[State, str]:
    """Say what comes next, and return the state with the id of the question asked."""
    if state.talk.changed and not in_emergency(state):
        say(dispatcher, "utter_changed")
    state = with_talk(state, changed=())
    if state.talk.quiet:
        return state, state.interview.asked or "pain_site"
    question = next_question(state.interview, protocol())
    if (contact := _contact_for_callback(state)) and not _is_grave(state):
        question = contact
    if question is None:
        state, question = _after_triage(dispatcher, state)
    ask(dispatcher, state, question)
    trail = state.talk.trail if state.talk.trail[-1:] == (question,) else (*state.talk.trail, question)[-30:]
    return with_talk(state, trail=trail, manner="question"), question


def _contact_for_callback(state: State) -> str | None:
    """Return the question about name or number that a wish to be called back leaves open."""
    waiting = [name for name in AFTER_VERDICT[1:] if state.share.get(name) is None]
    return waiting[0] if state.talk.callback and waiting else None


def _is_grave(state: State) -> bool:
    """Return whether an emergency stands, told or yet to be told, or is to be asked about."""
    return bool(state.interview.doubtful) or verdict_of(state).outcome in STANDS_ALONE


def _after_triage(dispatcher: CollectingDispatcher, state: State) -> tuple[State, str]:
    verdict = verdict_of(state)
    stands_alone = verdict.outcome in STANDS_ALONE
    if state.talk.told != signature(verdict):
        state = tell(dispatcher, state)
        if state.share.get("share_with_clinic") == "yes":  # the front desk must not act on what was corrected
            more_to_come = state.share.get("contact_phone") is None
            state = pass_on(dispatcher, state, silently=stands_alone or more_to_come)
    elif stands_alone:
        state = tell(dispatcher, state, again=True)
    if stands_alone:
        return state, CLOSING
    waiting = [name for name in AFTER_VERDICT if state.share.get(name) is None]
    if state.share.get("share_with_clinic") == "no" or not waiting:
        return state, CLOSING
    return state, waiting[0]


def _has_new_sign(state: State, reading: Reading) -> bool:
    """Return whether the message says a sign by itself, whatever was asked."""
    said = hear(replace(state.interview, asked=None), reading, protocol())
    return said.answers.signs != state.interview.answers.signs
