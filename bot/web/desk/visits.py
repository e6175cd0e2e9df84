"""Who is asking: the session behind a request, its rights, and what a form brought along."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Path, Request, Response

from bot.intake.accounts import Staff
from bot.intake.casework import Casework
from bot.intake.sessions import Sessions
from bot.web.desk.state import DeskState
from bot.web.limiting import network_of

COOKIE = "needlepoint_desk"
PATH = "/desk"
MOST_FIELDS = 400


class SignInNeeded(Exception):
    """Nobody is signed in, or the session is over."""


class DeskProblem(Exception):
    """A page that says what is wrong and what would be right."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Form:
    """The fields of a form, in order; a name may come several times."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a field."""
        return next((value for key, value in reversed(self._fields) if key == name), default)

    def all(self, name: str) -> list[str]:
        """Return the values of a field that are not empty."""
        return [value for key, value in self._fields if key == name and value]

    def under(self, prefix: str) -> Mapping[str, str]:
        """Return the fields whose names begin so, by the rest of the name."""
        return {key.removeprefix(prefix): value for key, value in self._fields if key.startswith(prefix)}

    def number(self, name: str) -> int:
        """Return a field as a number, 0 where it is none."""
        value = self.get(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


@dataclass(frozen=True)
class Visit:
    """A request of someone signed in."""

    staff: Staff
    csrf: str
    address: str
    desk: DeskState

    @property
    def casework(self) -> Casework:
        """Return what this person can do with intakes."""
        return Casework(self.desk.engine, self.staff, self.address)

    def demand(self, right: str) -> None:
        """Raise DeskProblem 403 unless the role has the right."""
        if not self.staff.may(right):
            raise DeskProblem(403, f"Your role ({self.staff.role}) does not allow this. Ask an admin.")


def desk_of(request: Request) -> DeskState:
    """Return what the desk's pages share."""
    state: DeskState = request.app.state.desk
    return state


def cookie_of(request: Request, name: str) -> tuple[str, str]:
    """Return a cookie's name and path: over TLS a name that browsers take from this very host alone."""
    return (f"__Host-{name}", "/") if request.url.scheme == "https" else (name, PATH)


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Give the browser a cookie that no script reads and no other site sends."""
    name, path = cookie_of(request, name)
    response.set_cookie(name, value, path=path, httponly=True, samesite="strict", secure=request.url.scheme == "https")


def token_of(request: Request) -> str:
    """Return the token of the session that a request claims, or an empty text."""
    return request.cookies.get(cookie_of(request, COOKIE)[0], "")


def address_of(request: Request) -> str:
    """Return the address that a request came from, as it is counted."""
    return network_of(request.client.host)[:64] if request.client else ""


def visit(request: Request) -> Visit:
    """Return who is signed in; raises SignInNeeded where nobody is."""
    return _visit(request, touch=True)


def quiet_visit(request: Request) -> Visit:
    """Return who is signed in, for a request that a script makes by itself: it keeps no session alive."""
    return _visit(request, touch=False)


async def form_of(request: Request) -> Form:
    """Return the fields of a posted form; raises DeskProblem 400 where it is none."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip()
    if content_type != "application/x-www-form-urlencoded":
        raise DeskProblem(400, "That was no form of this desk. Go back, and send it again.")
    text = (await request.body()).decode("utf-8", "replace").replace("\x00", "")
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise DeskProblem(400, "The form has too many fields.") from None
    return Form([(key, value.replace("\r\n", "\n").replace("\x00", "")) for key, value in fields])


def posted(request: Request, form: Annotated[Form, Depends(form_of)]) -> tuple[Visit, Form]:
    """Return who posted a form of ours, and the form; raises SignInNeeded, or DeskProblem 403 for another's form."""
    who = _visit(request, touch=request.headers.get("x-quiet") != "1")
    if not hmac.compare_digest(form.get("csrf").encode(), who.csrf.encode()) or not same_origin(request):
        raise DeskProblem(403, "This form is not of your session. Go back, load the page again, and repeat it.")
    return who, form


def same_origin(request: Request) -> bool:
    """Return whether a browser says that the request comes from our own page; what says nothing has the token alone."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = request.headers.get("origin")
    # Our own pages send no referrer, which makes a form's origin "null".
    return origin in (None, "null") or origin.split("://", 1)[-1] == request.headers.get("host")


IntakeId = Annotated[int, Path(ge=0, le=2**31 - 1)]  # what a database's integer holds
Visitor = Annotated[Visit, Depends(visit)]
QuietVisitor = Annotated[Visit, Depends(quiet_visit)]
PostedForm = Annotated[Form, Depends(form_of)]
Posted = Annotated[tuple[Visit, Form], Depends(posted)]


def _visit(request: Request, touch: bool) -> Visit:
    desk = desk_of(request)
    sessions = Sessions(desk.engine, desk.clinic.office.idle_minutes)
    token = token_of(request)
    session = sessions.find(token, touch) if token else None
    if session is None:
        raise SignInNeeded
    return Visit(session.staff, session.csrf, address_of(request), desk)
