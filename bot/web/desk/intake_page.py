"""One intake on one screen, and what staff do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.intake.casework import Casework, Conflict, IntakeMissing, NotAllowed
from bot.intake.staff_talk import hand_back, staff_messages, write_to_patient
from bot.intake.talk import events_of
from bot.intake.urgency import OUTCOMES
from bot.intake.worklist import STATES
from bot.runtime.messages import Message, from_events, with_staff
from bot.web.desk.body import parts_of
from bot.web.desk.pages import page
from bot.web.desk.reading import facts_shown, signs_shown
from bot.web.desk.visits import PATH, DeskProblem, Form, IntakeId, Posted, QuietVisitor, Visit, Visitor
from bot.web.desk.wording import reply

router = APIRouter(prefix="/intakes/{intake_id}")
_GONE = "There is no such intake. It may have been erased; a search for its code tells when."


@router.get("")
def show_intake(intake_id: IntakeId, who: Visitor) -> HTMLResponse:
    """Show the intake, and mark it as read."""
    return _page(intake_id, who)


@router.get("/talk")
def show_talk(intake_id: IntakeId, who: QuietVisitor) -> HTMLResponse:
    """Return the talk by itself, for the page to put in place of the old one."""
    row = _found(lambda: who.casework.look_at(intake_id))
    return page("_talk.html", who, intake=row, talk=_talk(who, row))


@router.post("/take")
def take(intake_id: IntakeId, given: Posted) -> Response:
    """Take the intake on."""
    return _change(intake_id, given, lambda casework, form: casework.take(intake_id, form.number("version")))


@router.post("/mark")
def mark(intake_id: IntakeId, given: Posted) -> Response:
    """Mark the intake as called, booked, referred or closed."""

    def change(casework: Casework, form: Form) -> None:
        casework.mark(intake_id, form.number("version"), form.get("state"), form.get("text"))

    return _change(intake_id, given, change)


@router.post("/note")
def note(intake_id: IntakeId, given: Posted) -> Response:
    """Add a note."""
    return _change(intake_id, given, lambda casework, form: casework.note(intake_id, form.get("text")))


@router.post("/decide")
def decide(intake_id: IntakeId, given: Posted) -> Response:
    """Confirm or override the verdict."""

    def change(casework: Casework, form: Form) -> None:
        outcome = form.get("outcome") or form.get("outcome_new")
        casework.decide(intake_id, form.number("version"), outcome, form.get("text"))

    return _change(intake_id, given, change)


@router.post("/message")
def message(intake_id: IntakeId, given: Posted) -> Response:
    """Write to the patient."""
    who, form = given
    joined = reply("utter_staff_joined", {"staff_name": who.staff.name})

    def change(casework: Casework, _form: Form) -> None:
        write_to_patient(who.desk.engine, casework, intake_id, who.staff.name, form.get("text"), joined)

    return _change(intake_id, given, change, "#talk")


@router.post("/hand-back")
def give_back(intake_id: IntakeId, given: Posted) -> Response:
    """Give the talk back to the assistant."""
    who, _ = given
    left = reply("utter_staff_left", {"staff_name": who.staff.name})
    return _change(intake_id, given, lambda casework, _form: hand_back(who.desk.engine, casework, intake_id, left))


@router.post("/erase")
def erase(intake_id: IntakeId, given: Posted) -> Response:
    """Erase the intake and its talk for good."""
    who, form = given
    if form.get("sure") != "yes":
        return _page(intake_id, who, 400, "Tick that you are sure, then erase.")
    try:
        _found(lambda: who.casework.erase(intake_id))
    except NotAllowed as refusal:
        raise DeskProblem(403, f"{str(refusal).capitalize()}.") from None
    return RedirectResponse(PATH, 303)


def _change(
    intake_id: int, given: tuple[Visit, Form], change: Callable[[Casework, Form], None], part: str = ""
) -> Response:
    """Make a change and go back to the intake; where someone else was quicker, show the intake as it is and say so."""
    who, form = given
    draft = form.get("text")
    try:
        _found(lambda: change(who.casework, form))
    except Conflict:
        newest = who.casework.history(intake_id)[-1:]
        name = (newest[0]["who"] or "The patient") if newest else "Someone"
        told = f"{name} changed this intake while you were looking at it. Nothing was overwritten: look, then repeat."
        return _page(intake_id, who, 409, told, draft)
    except NotAllowed as refusal:
        text = str(refusal)
        return _page(intake_id, who, 422, f"{text[:1].upper()}{text[1:]}.", draft)
    return RedirectResponse(f"{PATH}/intakes/{intake_id}{part}", 303)


def _found(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except IntakeMissing:
        raise DeskProblem(404, _GONE) from None


def _page(intake_id: int, who: Visit, status: int = 200, problem: str = "", draft: str = "") -> HTMLResponse:
    casework, protocol = who.casework, who.desk.protocol
    row = _found(lambda: casework.look_at(intake_id))
    values = {
        "intake": row, "others": casework.others(intake_id), "history": casework.history(intake_id),
        "talk": _talk(who, row), "facts": facts_shown(row, protocol), "signs": signs_shown(row, protocol),
        "row": next((r for r in protocol.rows if r.id == row["verdict"]["rule"]), None), "protocol": protocol,
        "body": parts_of(row["answers"], row["verdict"], row["said"]), "outcomes": OUTCOMES, "states": STATES,
        "problem": problem, "draft": draft,
    }  # fmt: skip
    return page("intake.html", who, status, **values)


def _talk(who: Visit, row: dict[str, Any]) -> list[Message]:
    engine, conversation_id = who.desk.engine, row["conversation_id"]
    return with_staff(from_events(events_of(engine, conversation_id)), staff_messages(engine, conversation_id))
