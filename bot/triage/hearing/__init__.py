"""Hearing: what one message changes in an interview, in the light of the question just asked. Pure."""

from __future__ import annotations

from bot.triage.hearing.about_patient import hear_age, hear_consents, hear_needles, hear_precautions, hear_tolerance
from bot.triage.hearing.complaint import hear_detail, hear_site, hear_spread
from bot.triage.hearing.safety import hear_safety_answer
from bot.triage.hearing.signs import hear_signs
from bot.triage.hearing.turn import Turn
from bot.triage.interview import Interview
from bot.triage.model import Protocol, Reading

_STEPS = (
    hear_age, hear_signs, hear_site, hear_detail, hear_spread, hear_safety_answer, hear_needles, hear_precautions,
    hear_consents, hear_tolerance,
)  # fmt: skip


def hear(interview: Interview, reading: Reading, protocol: Protocol) -> Interview:
    """Return the interview after a message; it equals the one before where the message said nothing of use."""
    turn = _heard(interview, reading, protocol)
    if turn.corrects_another_answer():  # in "no sorry, I meant 41" the "no" does not answer what was just asked
        turn = _heard(interview, tuple(f for f in reading if f.kind not in ("yes_no", "answers")), protocol)
    return turn.result()


def _heard(interview: Interview, reading: Reading, protocol: Protocol) -> Turn:
    turn = Turn(interview, reading, protocol)
    for step in _STEPS:
        step(turn)
    return turn
