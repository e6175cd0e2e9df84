"""What is known of a caller: read from the form and from what staff type, by the same engine as in the chat."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from pydantic import StrictStr

from bot.triage.answers import AnswersError, read_answers
from bot.triage.engine import QUESTIONS, missing_facts
from bot.triage.hearing import hear
from bot.triage.hearing.talk import without_talk
from bot.triage.interview import Interview, next_question
from bot.triage.model import PatientAnswers, Protocol, Reading
from bot.web.chat_api import JsonObject
from bot.web.desk.visits import DeskProblem, Form

CHOICES = ("referred_pain", "needle_phobia", "guardian_consent", "child_consent", "child_understands", "tolerance")
LONGEST_TEXT = 2_000  # characters


class _Correction(JsonObject):
    fact: StrictStr
    old: Any
    new: Any


class _Kept(JsonObject):
    """What the form carries along besides its fields."""

    said: dict[str, StrictStr] = {}
    answers: dict[str, Any] = {}
    doubtful: list[StrictStr] = []
    cleared: list[StrictStr] = []
    denied_one: list[StrictStr] = []
    corrections: list[_Correction] = []


def interview_of(form: Form, protocol: Protocol) -> Interview:
    """Return the interview as the form holds it, with what was changed by hand as corrections.

    Raises:
        DeskProblem: a field has a value it cannot have.
    """
    before = _kept(form.get("kept"), protocol)
    try:
        answers = read_answers(json.dumps(_fields(form, before, protocol)), protocol)
    except AnswersError as error:
        raise DeskProblem(422, f"The form cannot be read: {error}") from None
    changed = [q for q in QUESTIONS if _jsonable(getattr(answers, q)) != before.answers.get(q)]
    said = {key: words for key, words in before.said.items() if key not in changed}
    corrections = [
        {"fact": q, "old": before.answers[q], "new": _jsonable(getattr(answers, q))}
        for q in changed
        if before.answers.get(q) not in (None, [], {}) and q != "pain_site_detail"
    ]
    return Interview(
        answers=answers, said=said, for_other=True, doubtful=tuple(before.doubtful),
        cleared=tuple(before.cleared), denied_one=tuple(before.denied_one),
        corrections=(*(c.dict() for c in before.corrections), *corrections),
    )  # fmt: skip


def kept(interview: Interview) -> str:
    """Return what the form carries along besides its fields, as JSON."""
    everything = asdict(interview)
    return json.dumps({key: everything[key] for key in _Kept.__fields__})


def listen(interview: Interview, intent: str, reading: Reading, protocol: Protocol) -> Interview:
    """Return the interview after what the caller said, as an answer to the question that is due."""
    asked = replace(interview, asked=next_question(interview, protocol))
    return replace(hear(asked, without_talk(reading, intent), protocol), asked=None)


def needed(interview: Interview, protocol: Protocol) -> set[str]:
    """Return the questions whose answers can still change the verdict."""
    return set(missing_facts(interview.answers, protocol))


def _kept(text: str, protocol: Protocol) -> _Kept:
    try:
        found = _Kept.validate(json.loads(text or "{}"))
        _check(found, protocol)
    except (ValueError, TypeError, RecursionError):
        raise DeskProblem(400, "The form was damaged on its way. Go back, and load it again.") from None
    return found


def _check(found: _Kept, protocol: Protocol) -> None:
    """Raise ValueError for anything that could not be read once it is stored."""
    values = [(c.fact, value) for c in found.corrections for value in (c.old, c.new) if value is not None]
    for part in (found.answers, {"signs": [*found.doubtful, *found.cleared]}, *({fact: v} for fact, v in values)):
        read_answers(json.dumps(part), protocol)
    json.dumps(found.said, ensure_ascii=False).encode()  # half a character is none


def _fields(form: Form, before: _Kept, protocol: Protocol) -> dict[str, Any]:
    sites, signs, points = _sites(form, protocol), form.all("sign"), form.all("precaution")
    told = sites or (None if before.answers.get("pain_site") is None else [])
    likely = [name for name in before.answers.get("likely", ()) if name in protocol.indications]
    details = {k: v for k, v in form.under("detail.").items() if v and (k in sites or k in likely)}
    fields = {
        "pain_site": told,
        "likely": likely,
        "pain_site_detail": details,
        "red_flags": form.get("red_flags") or ("any" if signs else None),
        "signs": signs,
        "age": _age(form.get("age")),
        "precautions": "any" if points else form.get("precautions") or None,
        "precaution_ids": points,
    }
    return fields | {name: form.get(name) or None for name in CHOICES}


def _sites(form: Form, protocol: Protocol) -> list[str]:
    """Return the ids of the places that are ticked, and of the one that is named."""
    known = {**protocol.indications, **protocol.sites}
    wanted = form.get("add_site").strip().casefold()
    named = [name for name, entry in known.items() if wanted and wanted in (entry.name.casefold(), name)]
    if wanted and not named:
        raise DeskProblem(422, "There is no such place on the list. Type it into the line above instead.")
    return list(dict.fromkeys([*form.all("pain_site"), *named]))


def _age(text: str) -> Any:
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else "unknown"


def _jsonable(value: Any) -> Any:
    return json.loads(json.dumps(value)) if value is not None else None


def nobody() -> Interview:
    """Return the interview with a caller of whom nothing is known."""
    return Interview(PatientAnswers(), for_other=True)
