"""The tracker's slots as an interview, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bot.triage.engine import QUESTIONS
from bot.triage.interview import Interview
from bot.triage.model import PatientAnswers, Reading
from bot.triage.reading import reading_of

INTERVIEW, TALK, REQUESTED = "interview", "talk", "requested_slot"
AFTER_VERDICT = ("share_with_clinic", "contact_name", "contact_phone")
CLOSING = "anything_else"  # the form stays active, so that every message is heard by it first
_IN_ANSWERS = ("likely", "signs", "precaution_ids")


@dataclass(frozen=True)
class Talk:
    """Where the talk stands, apart from the triage."""

    conversation_id: str | None = None
    heard: str | None = None  # the last message that was taken in
    pending: str | None = None  # a command that waits: start_over or forget_me for a yes, change_answer for which
    seemed: str | None = None  # the words of that command
    declined: str | None = None  # the words of the command that was last not meant after all
    told: str | None = None  # what the last told verdict rested on
    reference: str | None = None
    trail: tuple[str, ...] = ()  # questions in the order they were asked
    quiet: bool = False  # nothing is asked until the patient speaks again
    manner: str = "question"  # how the next question is put: question, plainer, why
    changed: tuple[str, ...] = ()  # answers corrected in this message
    callback: bool = False  # a person is to call back: name and number are asked for first
    forgotten: bool = False  # the runtime erases the conversation after this turn


@dataclass(frozen=True)
class State:
    """Everything a turn starts from."""

    interview: Interview
    talk: Talk
    share: dict[str, Any] = field(default_factory=dict)


def read_state(tracker: Tracker) -> State:
    """Return what the slots hold."""
    slots = tracker.slots
    kept = dict(slots.get(INTERVIEW) or {})
    answers = {question: _tuple(slots.get(question)) for question in QUESTIONS}
    answers["pain_site_detail"] = slots.get("pain_site_detail") or {}
    answers |= {name: tuple(kept.pop(name, ())) for name in _IN_ANSWERS}
    interview = Interview(
        answers=PatientAnswers(**answers),
        asked=slots.get(REQUESTED),
        **{key: _tuple(value) for key, value in kept.items()},
    )
    talk = Talk(**{key: _tuple(value) for key, value in (slots.get(TALK) or {}).items()})
    return State(interview, talk, {name: slots.get(name) for name in AFTER_VERDICT})


def slot_events(before: State, after: State) -> list[EventType]:
    """Return the events that bring the slots from one state to another."""
    old, new = _slots(before), _slots(after)
    return [SlotSet(name, value) for name, value in new.items() if old.get(name) != value]


def cleared(state: State) -> State:
    """Return the state of a new triage in the same conversation."""
    return State(Interview(), Talk(state.talk.conversation_id, state.talk.heard), dict.fromkeys(AFTER_VERDICT))


def with_talk(state: State, **changes: Any) -> State:
    """Return the state with changes in where the talk stands."""
    return replace(state, talk=replace(state.talk, **changes))


def dealt_with(state: State, tracker: Tracker, **changes: Any) -> State:
    """Return the state after a message with which all is said: nothing is asked until the next one.

    A form that only begins with this message would otherwise take it in once more.
    """
    return with_talk(state, quiet=True, heard=last_message_id(tracker), **changes)


def last_reading(tracker: Tracker) -> Reading:
    """Return the findings of the patient's last message."""
    return reading_of(tracker.latest_message.get("entities", ()))


def last_message_id(tracker: Tracker) -> str:
    """Return what tells the last message of the patient from all others."""
    user = next((e for e in reversed(tracker.events) if e["event"] == "user"), {})
    return str(user.get("message_id") or user.get("timestamp"))


def intent_of(tracker: Tracker) -> str:
    """Return the name of the last message's intent."""
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def words_of(tracker: Tracker) -> str:
    """Return the words of the patient's last message, whatever its case."""
    return _words(tracker.latest_message)


def repeats_itself(tracker: Tracker) -> bool:
    """Return whether the patient sent the same words twice in a row: our answer was then not what they wanted."""
    said = [_words(event) for event in tracker.events if event["event"] == "user"]
    return len(said) > 1 and said[-1] == said[-2]


def _words(message: Mapping[str, Any]) -> str:
    return str(message.get("text") or "").strip().lower()


def _slots(state: State) -> dict[str, Any]:
    answers = dict(vars(state.interview.answers))  # a third of the time that dataclasses.asdict takes
    kept = {k: v for k, v in vars(state.interview).items() if k not in ("answers", "asked")}
    kept |= {name: answers.pop(name) for name in _IN_ANSWERS}
    answers["pain_site_detail"] = answers["pain_site_detail"] or None
    return _listed({**answers, INTERVIEW: kept, TALK: vars(state.talk), **state.share})


def _listed(value: Any) -> Any:
    """Return the value with lists for tuples, as JSON has them."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, tuple | list) else value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
