"""How soon the front desk should turn to an intake."""

from __future__ import annotations

from collections.abc import Mapping

from bot.triage.model import Outcome

# 0 comes first. Someone who waits in the chat comes before whoever may wait for a call.
_BY_OUTCOME: Mapping[str, int] = {
    Outcome.EMERGENCY: 0,
    Outcome.CRISIS: 1,
    Outcome.URGENT: 2,
    Outcome.SEE_CLINICIAN: 5,
    Outcome.EXPLAIN_TECHNIQUE: 6,
}
_BY_HANDOFF: Mapping[str, int] = {"waiting": 3, "staff": 3, "callback": 4}
_LAST = 9
OUTCOMES = tuple(outcome.value for outcome in Outcome)


def urgency(outcome: str, handoff: str = "") -> int:
    """Return the place on the worklist of an outcome, raised where a person waits for staff."""
    return min(_BY_OUTCOME.get(outcome, _LAST), _BY_HANDOFF.get(handoff, _LAST))


def is_lower(outcome: str, than: str) -> bool:
    """Return whether an outcome is less urgent than another."""
    return urgency(outcome) > urgency(than)
