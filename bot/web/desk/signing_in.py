"""The sign-in page, and out again."""

from __future__ import annotations

import hmac
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.intake.accounts import Accounts
from bot.intake.sessions import Sessions, SignInRefused, SignInThrottled
from bot.web.desk.pages import render
from bot.web.desk.visits import (
    COOKIE,
    PATH,
    Posted,
    PostedForm,
    address_of,
    cookie_of,
    desk_of,
    same_origin,
    set_cookie,
    token_of,
)

FORM_COOKIE = "needlepoint_sign_in"  # ties the form to the browser, before there is a session
router = APIRouter()


@router.get("/sign-in")
def sign_in_page(request: Request) -> HTMLResponse:
    """Show the form."""
    return _page(request, "")


@router.post("/sign-in")
def sign_in(request: Request, form: PostedForm) -> Response:
    """Begin a session, or say that it did not work, never what was wrong."""
    sent, kept = form.get("csrf").encode(), request.cookies.get(cookie_of(request, FORM_COOKIE)[0], "").encode()
    if not kept or not hmac.compare_digest(sent, kept) or not same_origin(request):
        return _page(request, "The page was too old. Please try again.", 403)
    desk = desk_of(request)
    sessions = Sessions(desk.engine, desk.clinic.office.idle_minutes)
    fields = (form.get("username"), form.get("password")[:1_000], form.get("code")[:20])
    try:
        token = sessions.sign_in(*fields, address_of(request))
    except SignInThrottled:
        return _page(request, "Too many attempts failed. Wait a quarter of an hour, or ask an admin.", 429)
    except SignInRefused:
        return _page(request, "Name, password or code is not right.", 401)
    _end_older(request, sessions)
    response = RedirectResponse(PATH, 303)
    set_cookie(request, response, COOKIE, token)
    _drop_cookie(request, response, FORM_COOKIE)
    return response


@router.post("/sign-out")
def sign_out(request: Request, given: Posted) -> Response:
    """End the session."""
    who, _ = given
    sessions = Sessions(who.desk.engine, who.desk.clinic.office.idle_minutes)
    sessions.sign_out(token_of(request), who.staff, who.address)
    response = RedirectResponse(f"{PATH}/sign-in", 303)
    _drop_cookie(request, response, COOKIE)
    return response


def _page(request: Request, problem: str, status: int = 200) -> HTMLResponse:
    desk = desk_of(request)
    csrf = request.cookies.get(cookie_of(request, FORM_COOKIE)[0]) or secrets.token_urlsafe(24)
    values = {"csrf": csrf, "problem": problem, "first_run": not Accounts(desk.engine).exist()}
    response = HTMLResponse(render("sign_in.html", desk, values), status)
    set_cookie(request, response, FORM_COOKIE, csrf)
    return response


def _end_older(request: Request, sessions: Sessions) -> None:
    """End the session that this browser had before."""
    token = token_of(request)
    if token and (session := sessions.find(token, touch=False)):
        sessions.sign_out(token, session.staff, address_of(request))


def _drop_cookie(request: Request, response: Response, name: str) -> None:
    name, path = cookie_of(request, name)
    response.delete_cookie(name, path, httponly=True, samesite="strict", secure=request.url.scheme == "https")
