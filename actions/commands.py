"""What a person can tell the assistant to do, at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import protocol
from actions.questions import not_understood
from actions.slots import (
    State,
    cleared,
    dealt_with,
    intent_of,
    read_state,
    repeats_itself,
    slot_events,
    with_talk,
    words_of,
)
from actions.speaking import say
from actions.verdict import in_emergency, tell
from bot.triage.engine import QUESTIONS
from bot.triage.hearing import hear
from bot.triage.interview import reopen, topic_of
from bot.triage.model import PatientAnswers, Reading

_DONE = {"start_over": "restarted", "forget_me": "forgotten"}
_NOT_DONE = {"start_over": "not_restarted", "forget_me": "not_forgotten"}
_NAMED_AS_YES = ("referred_pain", "tolerance")  # "whether it travels" names the question and sounds like its yes
_ASKED = {"start_over": "confirm_restart", "forget_me": "confirm_forget"}


class ActionConfirmCommand(Action):
    """Asks once before a talk is begun anew or forgotten."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_confirm_command"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Ask whether it is meant."""
        before = read_state(tracker)
        command = intent_of(tracker)
        if in_emergency(before):
            tell(dispatcher, before, again=True)
        say(dispatcher, f"utter_{_ASKED[command]}")
        return slot_events(before, dealt_with(before, tracker, pending=command, seemed=words_of(tracker)))


def confirmed(dispatcher: CollectingDispatcher, state: State, reading: Reading) -> tuple[State, bool]:
    """Carry out the command that waited, or not; return the state and whether the message was an answer."""
    command = state.talk.pending or ""
    answer = next((f.value for f in reading if f.kind == "yes_no"), None)
    kept = with_talk(state, pending=None)
    if command not in _DONE:
        return kept, False
    if command == "forget_me" and _tells(state, reading):
        answer = None  # "actually, I do cramp easily" is no word for what cannot be undone
    if answer == "yes":
        say(dispatcher, f"utter_{_DONE[command]}")
        after = cleared(state)
        return (with_talk(after, quiet=True, forgotten=True) if command == "forget_me" else after), True
    say(dispatcher, f"utter_{_NOT_DONE[command]}")
    if state.talk.declined == state.talk.seemed:  # what seemed a command twice is something that is not understood
        kept = not_understood(dispatcher, kept)
    return with_talk(kept, declined=state.talk.seemed), answer is not None


def _tells(state: State, reading: Reading) -> bool:
    """Return whether a message tells something of the patient, besides a yes or a no."""
    rest = tuple(f for f in reading if f.kind not in ("yes_no", "list", "answers", "agrees"))
    return hear(state.interview, rest, protocol()) != state.interview


class ActionGoBack(Action):
    """Opens the question before again."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_go_back"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Forget the last answer, so that the form asks for it."""
        before = read_state(tracker)
        asked_before = [q for q in before.talk.trail if q != before.interview.asked and q in QUESTIONS]
        if not asked_before:
            return []
        question = asked_before[-1]
        trail = before.talk.trail[: before.talk.trail.index(question)]
        after = replace(before, interview=reopen(before.interview, question))
        return slot_events(before, with_talk(after, trail=trail))


class ActionChangeAnswer(Action):
    """Asks which answer is to be changed."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_change_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Ask which answer; the form itself opens one that the message names."""
        before = read_state(tracker)
        if in_emergency(before):
            return []
        say(dispatcher, "utter_which_answer")
        return slot_events(before, dealt_with(before, tracker, pending="change_answer"))


def answer_to_change(
    state: State, reading: Reading, intent: str, heard: PatientAnswers | None = None
) -> State | None:
    """Return the state with the answer open that the message wants to change, or None where it names none.

    `heard` are the answers after the message: where they hold a new value for it, nothing is left to ask.
    """
    topic = topic_of(reading)
    if topic is None or "change_answer" not in (intent, state.talk.pending):
        return None
    known = getattr(state.interview.answers, topic)
    if heard and topic not in _NAMED_AS_YES and getattr(heard, topic) != known:
        return None
    after = replace(state, interview=reopen(state.interview, topic))
    return with_talk(after, told=None, pending=None)


class ActionStop(Action):
    """Stops asking."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Say that stopping is fine; the next message takes the triage up again."""
        before = read_state(tracker)
        if in_emergency(before):
            return []
        say(dispatcher, "utter_stopped")
        return slot_events(before, dealt_with(before, tracker))


class ActionWhatYouKnow(Action):
    """Tells what is held about the person."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_what_you_know"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Say the answers held, in the person's own words."""
        state = read_state(tracker)
        if repeats_itself(tracker):
            return slot_events(state, not_understood(dispatcher, state))
        lines = [f"- {words}" for words in dict.fromkeys(state.interview.said.values()) if words]
        say(dispatcher, "utter_what_you_know" if lines else "utter_nothing_known", summary="\n".join(lines))
        return []
