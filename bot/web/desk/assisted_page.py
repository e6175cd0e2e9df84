"""On the phone: staff triage a caller with the same questions, rules and reading as in the chat."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.intake.audit import Entry, record
from bot.intake.consent import consent
from bot.intake.contact import contact
from bot.intake.reference import new_reference
from bot.intake.repository import Intake, store
from bot.triage.engine import decide
from bot.triage.interview import Interview, signs_to_ask
from bot.web.desk.caller import LONGEST_TEXT, interview_of, kept, listen, needed, nobody
from bot.web.desk.pages import page
from bot.web.desk.script import script
from bot.web.desk.visits import PATH, DeskProblem, Posted, Visit, Visitor
from bot.web.problems import Problem
from bot.web.state import state_of

router = APIRouter(prefix="/assisted")
_CONTACT = ("contact_name", "contact_phone", "agreed")


@router.get("")
def show_form(who: Visitor) -> HTMLResponse:
    """Show the empty form."""
    return _page("assisted.html", who, nobody(), {})


@router.post("")
async def take_in(request: Request, given: Posted) -> Response:
    """Read what was typed and ticked; `action` says whether to store it, or what part of the page to return."""
    who, form = given
    action, text = form.get("action", "read"), form.get("heard").strip()[:LONGEST_TEXT]
    before = interview_of(form, who.desk.protocol)
    after, problem = before, ""
    if text:
        try:
            assistant = state_of(request).ready_assistant()
        except Problem as not_ready:
            raise DeskProblem(503, f"{not_ready.detail} What is ticked works all the same.") from None
        intent, reading = await assistant.read(text)
        after = listen(before, intent, reading, who.desk.protocol)
        problem = "" if after != before else f"Nothing was taken from “{text}”. Put it another way, or tick it below."
    fields: dict[str, Any] = {name: form.get(name) for name in _CONTACT}
    if action == "save" and not problem:
        if fields["agreed"] != "yes":
            problem = "Ask the caller whether you may keep the answers, and tick it; else leave without saving."
        else:
            return RedirectResponse(f"{PATH}/intakes/{await asyncio.to_thread(_save, who, after, fields)}", 303)
    template = {"preview": "_aside.html", "look": "_assisted.html"}.get(action, "assisted.html")
    return await asyncio.to_thread(_page, template, who, after, fields, problem, text if problem else "")


def _save(who: Visit, interview: Interview, fields: dict[str, Any]) -> int:
    """Store the intake and return its id."""
    desk = who.desk
    intake = Intake(
        reference=new_reference(),
        conversation_id=f"phone-{secrets.token_urlsafe(16)}",
        contact_name=contact(fields["contact_name"]),
        contact_phone=contact(fields["contact_phone"]),
        verdict=decide(interview.answers, desk.protocol, interview.said).as_dict(),
        answers=asdict(interview.answers),
        said=dict(interview.said),
        corrections=[dict(c) for c in interview.corrections],
        consent=consent("phone", desk.clinic.placeholders()),
        channel="phone",
    )
    with desk.engine.begin() as connection:
        intake_id = store(connection, intake)
        record(connection, Entry(who.staff.username, "assisted", intake.reference, who.address))
    return intake_id


def _page(
    template: str, who: Visit, interview: Interview, fields: dict[str, Any], problem: str = "", heard: str = ""
) -> HTMLResponse:
    desk, protocol = who.desk, who.desk.protocol
    verdict = decide(interview.answers, protocol, interview.said)
    told = script(interview, verdict, protocol, desk.clinic)
    values = {
        "interview": interview, "answers": interview.answers, "verdict": verdict, "script": told,
        "kept": kept(replace(interview, misses=0)), "needed": needed(interview, protocol), "protocol": protocol,
        "signs": tuple(dict.fromkeys((*signs_to_ask(interview.answers, protocol), *interview.answers.signs))),
        "sites": sorted(e.name for e in (*protocol.indications.values(), *protocol.sites.values())),
        "fields": {name: fields.get(name, "") for name in _CONTACT}, "problem": problem, "heard": heard,
        "agreement": consent("phone", desk.clinic.placeholders())["text"],
    }  # fmt: skip
    return page(template, who, **values)
