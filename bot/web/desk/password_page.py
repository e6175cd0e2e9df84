"""One's own password, changed by whoever knows the old one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.intake.accounts import AccountError
from bot.intake.passwords import SHORTEST
from bot.intake.sessions import Sessions, SignInRefused, SignInThrottled
from bot.web.desk.pages import page
from bot.web.desk.visits import COOKIE, PATH, Posted, Visit, Visitor, set_cookie

LONGEST = 1_000  # characters that are looked at, of a password that nobody could have set
router = APIRouter(prefix="/password")


@router.get("")
def password_page(who: Visitor) -> HTMLResponse:
    """Show the form."""
    return _page(who, "")


@router.post("")
def change_password(request: Request, given: Posted) -> Response:
    """Set the new password where the old one is right, and end all other sessions."""
    who, form = given
    old, new = form.get("old")[:LONGEST], form.get("new")[:LONGEST]
    if new != form.get("again")[:LONGEST]:
        return _page(who, "The two new passwords differ. Nothing was changed.", 422)
    sessions = Sessions(who.desk.engine, who.desk.clinic.office.idle_minutes)
    try:
        token = sessions.change_password(who.staff, old, new, who.address)
    except SignInThrottled:
        return _page(who, "Too many attempts failed. Wait a quarter of an hour, or ask an admin.", 429)
    except SignInRefused:
        return _page(who, "The old password is not right.", 422)
    except AccountError as refusal:
        return _page(who, f"Nothing was changed: {refusal}.", 422)
    response = RedirectResponse(PATH, 303)
    set_cookie(request, response, COOKIE, token)
    return response


def _page(who: Visit, problem: str, status: int = 200) -> HTMLResponse:
    return page("password.html", who, status, problem=problem, shortest=SHORTEST)
