"""What staff do with an intake: all is written down, and nothing is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.intake.accounts import Staff
from bot.intake.audit import entries
from bot.intake.casework import Casework, Conflict, IntakeMissing, NotAllowed
from bot.intake.staff_talk import hand_back, staff_messages, write_to_patient
from bot.intake.worklist import erased
from tests.intake.examples import add

CHANGES: dict[str, Callable[[Casework, int, int], None]] = {
    "take": lambda casework, intake, version: casework.take(intake, version),
    "mark": lambda casework, intake, version: casework.mark(intake, version, "booked"),
    "decide": lambda casework, intake, version: casework.decide(intake, version, "urgent", "fever since"),
}


def test_an_intake_is_read_once_it_is_looked_at(engine: sa.engine.Engine, casework: Casework) -> None:
    intake = add(engine)
    assert casework.look_at(intake)["unread"]
    assert not casework.look_at(intake)["unread"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_in_history_and_audit_log(engine: sa.engine.Engine, casework: Casework, change: str) -> None:
    intake = add(engine)
    CHANGES[change](casework, intake, 1)
    (entry,) = casework.history(intake)
    assert entry["who"] == "The desk"
    assert entries(engine)[0]["action"] == entry["kind"]
    assert entries(engine)[0]["reference"] == "AAAA-2222"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_what_has_changed_is_refused(engine: sa.engine.Engine, casework: Casework, change: str) -> None:
    intake = add(engine)
    casework.mark(intake, 1, "called")
    with pytest.raises(Conflict):
        CHANGES[change](casework, intake, 1)
    assert casework.look_at(intake)["state"] == "called"


def test_a_note_never_conflicts(engine: sa.engine.Engine, casework: Casework) -> None:
    intake = add(engine)
    for text in ("rang twice", "will ring at noon"):
        casework.note(intake, text)
    assert [entry["text"] for entry in casework.history(intake)] == ["rang twice", "will ring at noon"]


@pytest.mark.parametrize(("role", "outcome", "allowed"), [
    ("desk", "urgent", True), ("desk", "explain_technique", False), ("admin", "explain_technique", False),
    ("clinician", "explain_technique", True), ("desk", "see_clinician", True),
])  # fmt: skip
def test_only_a_clinician_may_call_something_less_urgent(
    engine: sa.engine.Engine, staff: dict[str, Staff], role: str, outcome: str, allowed: bool
) -> None:
    intake, casework = add(engine), Casework(engine, staff[role], "")
    if allowed:
        casework.decide(intake, 1, outcome, "I asked")
    else:
        with pytest.raises(NotAllowed, match="clinician"):
            casework.decide(intake, 1, outcome, "I asked")
    row = casework.look_at(intake)
    assert row["outcome"] == "see_clinician"  # the original stands beside the decision
    assert row["decided_outcome"] == (outcome if allowed else "")


def test_an_override_wants_a_reason(engine: sa.engine.Engine, casework: Casework) -> None:
    with pytest.raises(NotAllowed, match="why"):
        casework.decide(add(engine), 1, "urgent", " ")


def test_a_correction_by_the_patient_takes_a_decision_back_and_keeps_the_notes(
    engine: sa.engine.Engine, casework: Casework
) -> None:
    intake = add(engine)
    casework.note(intake, "rang")
    casework.decide(intake, 2, "urgent", "fever")
    assert add(engine, outcome="emergency") == intake
    row = casework.look_at(intake)
    assert (row["decided_outcome"], row["urgency"], row["unread"], row["version"]) == ("", 0, True, 4)
    assert [(e["kind"], e["old"], e["new"]) for e in casework.history(intake)][-1] == ("verdict", "urgent", "emergency")


def test_two_who_look_see_one_another(engine: sa.engine.Engine, staff: dict[str, Staff]) -> None:
    intake = add(engine)
    one, other = (Casework(engine, staff[role], "") for role in ("desk", "admin"))
    one.look_at(intake)
    other.look_at(intake)
    assert (one.others(intake), other.others(intake)) == (["The admin"], ["The desk"])


def test_only_an_admin_may_erase_and_a_tombstone_stays(engine: sa.engine.Engine, staff: dict[str, Staff]) -> None:
    intake = add(engine)
    with pytest.raises(NotAllowed):
        Casework(engine, staff["clinician"], "").erase(intake)
    Casework(engine, staff["admin"], "").erase(intake)
    with pytest.raises(IntakeMissing):
        Casework(engine, staff["admin"], "").look_at(intake)
    stone = erased(engine, "aaaa-2222")
    assert stone and stone["reason"] == "staff"


def test_staff_join_with_their_first_message_and_leave(engine: sa.engine.Engine, casework: Casework) -> None:
    intake = add(engine, handoff="waiting")
    for text in ("Hello Ada", "Can you come at three?"):
        write_to_patient(engine, casework, intake, "The desk", text, "joined")
    hand_back(engine, casework, intake, "left")
    told = [(m["author"], m["text"]) for m in staff_messages(engine, "one")]
    assert told == [("", "joined"), ("The desk", "Hello Ada"), ("The desk", "Can you come at three?"), ("", "left")]
    assert casework.look_at(intake)["handoff"] == ""


def test_nobody_can_write_to_a_caller(engine: sa.engine.Engine, casework: Casework) -> None:
    with pytest.raises(NotAllowed, match="no chat"):
        write_to_patient(engine, casework, add(engine, channel="phone"), "The desk", "hello", "joined")
