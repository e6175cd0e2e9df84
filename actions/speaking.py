"""Saying things: replies by name, with the clinic's details, quick replies and progress."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import protocol
from actions.slots import CLOSING, State
from bot.settings import clinic
from bot.triage.engine import missing_facts, site_to_clarify
from bot.triage.hearing.about_patient import CONSENTS
from bot.triage.interview import areas_to_ask
from bot.triage.model import PatientAnswers

# Questions whose quick replies come from the clinical files.
_NO_REPLY = {"title": "Not sure", "payload": "not sure"}


def say(dispatcher: CollectingDispatcher, reply: str, **values: Any) -> None:
    """Say a reply by its name; `values` fill its placeholders, and asking, progress, triage go with the message."""
    safe = {key: _harmless(value) for key, value in values.items()}
    dispatcher.utter_message(response=reply, **clinic().placeholders(), **safe)


def ask(dispatcher: CollectingDispatcher, state: State, question: str) -> None:
    """Ask a question in the manner that the talk calls for, with what is known of progress."""
    manner = state.talk.manner
    about = {"asking": question, "progress": progress(state, question)}
    if question == "red_flags":
        _ask_red_flags(dispatcher, state, manner, about)
    elif question == "pain_site_detail":
        _ask_detail(dispatcher, state, manner, about)
    elif question == "precautions":
        _ask_precautions(dispatcher, state, manner, about)
    elif question != CLOSING:
        say(dispatcher, f"utter_{manner}_{question}", **about)


def progress(state: State, question: str | None) -> dict[str, int]:
    """Return how many questions are answered, and of about how many."""
    answers = state.interview.answers
    answered = sum(value not in (None, {}) for value in (getattr(answers, q) for q in _COUNTED))
    expected = missing_facts(answers, protocol()) if question not in (None, CLOSING) else ()
    if answers.age is None:  # only minors are asked for consents: not expected of most
        expected = tuple(q for q in expected if q not in CONSENTS)
    return {"answered": answered, "of": answered + len(expected)}


_COUNTED = [name for name in PatientAnswers.__dataclass_fields__ if name not in ("likely", "signs", "precaution_ids")]


def _ask_red_flags(dispatcher: CollectingDispatcher, state: State, manner: str, about: dict[str, Any]) -> None:
    interview = state.interview
    if interview.doubtful:
        sign = protocol().red_flags[interview.doubtful[0]]
        say(dispatcher, "utter_question_red_flags_sign", sign=sign.name, **about)
        return
    if "red_flags" in interview.denied_one and manner == "question":
        say(dispatcher, "utter_question_red_flags_rest", **about)
        return
    if manner != "question":
        say(dispatcher, f"utter_{manner}_red_flags")
    areas = areas_to_ask(interview.answers, protocol())
    for area in areas[:-1]:
        say(dispatcher, f"utter_question_red_flags_{area}", asking="red_flags")
    say(dispatcher, f"utter_question_red_flags_{areas[-1]}", **about)


def _ask_detail(dispatcher: CollectingDispatcher, state: State, manner: str, about: dict[str, Any]) -> None:
    unclear = site_to_clarify(state.interview.answers, protocol()) or ""
    if unclear in protocol().indications:
        say(dispatcher, f"utter_{manner}_pain_site_detail_likely", likely=protocol().indications[unclear].name, **about)
        return
    site = protocol().sites[unclear]
    buttons = [{"title": option.title, "payload": option.title} for option in site.options]
    say(dispatcher, f"utter_{manner}_pain_site_detail", site=site.name, buttons=[*buttons, _NO_REPLY], **about)


def _ask_precautions(dispatcher: CollectingDispatcher, state: State, manner: str, about: dict[str, Any]) -> None:
    if "precautions" in state.interview.denied_one and manner == "question":
        say(dispatcher, "utter_question_precautions_rest", **about)
        return
    buttons = [{"title": p.title, "payload": p.title} for p in protocol().precautions.values()]
    none = {"title": "None of these", "payload": "none of these"}
    say(dispatcher, f"utter_{manner}_precautions", buttons=[none, *buttons, _NO_REPLY], **about)


def _harmless(value: Any) -> Any:
    """Return patient's words so that Rasa's templates cannot trip over them."""
    return value.replace("[", "(").replace("{", "(").replace("}", ")") if isinstance(value, str) else value
