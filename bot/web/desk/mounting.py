"""Puts the desk's pages into the app."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.web.desk import (
    assisted_page,
    audit_page,
    exports_page,
    intake_page,
    live,
    password_page,
    signing_in,
    week_page,
    worklist_page,
)
from bot.web.desk.pages import page, render
from bot.web.desk.state import DeskState
from bot.web.desk.visits import PATH, DeskProblem, SignInNeeded, desk_of, quiet_visit
from bot.web.files import Files

STATIC = Path(__file__).parent / "static"
_PAGES = (signing_in, worklist_page, live, intake_page, assisted_page, exports_page, week_page, audit_page,
          password_page)  # fmt: skip


def add_desk(app: FastAPI, state: DeskState) -> None:
    """Serve the desk under /desk."""
    app.state.desk = state
    for module in _PAGES:
        app.include_router(module.router, prefix=PATH, include_in_schema=False)
    app.mount(f"{PATH}/static", Files(directory=STATIC), name="desk")

    @app.exception_handler(SignInNeeded)
    def on_sign_in_needed(request: Request, _problem: SignInNeeded) -> Response:
        if request.headers.get("x-quiet") == "1":
            return Response(status_code=401)
        return RedirectResponse(f"{PATH}/sign-in", 303)

    @app.exception_handler(DeskProblem)
    def on_problem(request: Request, problem: DeskProblem) -> HTMLResponse:
        try:
            return page("problem.html", quiet_visit(request), problem.status, message=problem.message)
        except SignInNeeded:
            values = {"csrf": "", "problem": problem.message, "first_run": False}
            return HTMLResponse(render("sign_in.html", desk_of(request), values), problem.status)
