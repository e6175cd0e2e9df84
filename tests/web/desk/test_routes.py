"""Every address that is served, with who may use it: one that is not listed fails, and each is tried for real."""

from __future__ import annotations

import secrets

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response
from starlette.routing import Mount, Route

from bot.metrics import serve_metrics
from tests.intake.examples import add
from tests.services import free_port
from tests.web.desk.conftest import PEOPLE, Desk
from tests.web.patient import CONVERSATIONS, Patient

ONE, INTAKE = CONVERSATIONS + "/{conversation_id}", "/desk/intakes/{intake_id}"
EVERYONE = frozenset(role for _, role in PEOPLE.values())
# Whatever else is served must first be thought about, and then be added here.
OPEN = {  # to all
    ("GET", "/"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/questions"), ("GET", "/widget/settings.json"), ("POST", CONVERSATIONS), ("GET", "/desk/sign-in"),
}  # fmt: skip
FILES = {"/demo": "demo.css", "/widget": "chat-widget.js", "/desk/static": "desk.js"}  # folders, with one file each
BEYOND = ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "....//app.py", "..%5capp.py", "%2fetc%2fpasswd", "",
          "__init__.py", "nul%00", "demo.css%00.html", "x" * 300, "%ff%fe", "%ed%a0%80")  # fmt: skip
TOKEN = {  # who has the conversation's token
    ("GET", ONE + "/messages"), ("POST", ONE + "/messages"), ("DELETE", ONE), ("GET", ONE + "/answers"),
    ("GET", ONE + "/events"),
}  # fmt: skip
FORM_OF_OURS = {("POST", "/desk/sign-in")}  # whom the sign-in page was shown
DESK = {  # roles
    ("GET", "/desk"): EVERYONE, ("POST", "/desk"): EVERYONE, ("GET", "/desk/rows"): EVERYONE,
    ("GET", "/desk/live"): EVERYONE, ("GET", "/desk/live/{intake_id}"): EVERYONE,
    ("GET", INTAKE): EVERYONE, ("GET", INTAKE + "/talk"): EVERYONE, ("POST", INTAKE + "/take"): EVERYONE,
    ("POST", INTAKE + "/mark"): EVERYONE, ("POST", INTAKE + "/note"): EVERYONE, ("POST", INTAKE + "/decide"): EVERYONE,
    ("POST", INTAKE + "/message"): EVERYONE, ("POST", INTAKE + "/hand-back"): EVERYONE,
    ("GET", "/desk/assisted"): EVERYONE, ("POST", "/desk/assisted"): EVERYONE, ("GET", "/desk/week"): EVERYONE,
    ("POST", "/desk/week/training-data"): EVERYONE, ("POST", "/desk/sign-out"): EVERYONE,
    ("GET", "/desk/password"): EVERYONE, ("POST", "/desk/password"): EVERYONE,
    ("GET", "/desk/exports"): {"clinician", "admin"}, ("GET", "/desk/exports/{kind}"): {"clinician", "admin"},
    ("GET", "/desk/audit"): {"admin"}, ("POST", INTAKE + "/erase"): {"admin"},
}  # fmt: skip
SIGN_OUT = ("POST", "/desk/sign-out")
STREAMS = {("GET", "/desk/live"), ("GET", "/desk/live/{intake_id}"), ("GET", ONE + "/events")}  # they do not end
LISTED = OPEN | TOKEN | FORM_OF_OURS | set(DESK) | {("GET", folder) for folder in FILES}


def test_every_route_is_listed(desk_app: FastAPI) -> None:
    found = set()
    for route in desk_app.routes:
        assert isinstance(route, Route | APIRoute | Mount)
        methods = {"GET"} if isinstance(route, Mount) else (route.methods or set()) - {"HEAD"}
        found |= {(method, route.path) for method in methods}
    assert found == LISTED


def test_what_is_open_asks_for_nothing_and_tells_nothing(desk: Desk, engine: sa.engine.Engine) -> None:
    add(engine)
    for method, path in sorted(OPEN):
        response = desk.client.request(method, path, json={} if method == "POST" else None)
        assert response.status_code == (201 if method == "POST" else 200), path
        assert "Ada Smith" not in response.text and "AAAA-2222" not in response.text


def test_a_folder_gives_its_own_files_only(desk: Desk) -> None:
    for folder, file in FILES.items():
        assert desk.client.get(f"{folder}/{file}").status_code == 200
        assert desk.client.put(f"{folder}/{file}").status_code == 405
        found = {name: desk.client.get(f"{folder}/{name}", follow_redirects=False).status_code for name in BEYOND}
        assert found == dict.fromkeys(BEYOND, 404)


@pytest.mark.parametrize(("method", "path"), sorted(TOKEN))
def test_a_conversation_opens_to_its_token_alone(desk: Desk, method: str, path: str) -> None:
    one, other = Patient(desk.client), Patient(desk.client)
    desk.sign_in("grace")  # not even an admin's session is a token
    address = path.replace("{conversation_id}", one.id)
    body = {"json": {"text": "hello"}} if method == "POST" else {}
    for token in ("", other.token, one.id, one.token[:-1], one.token.swapcase()):
        headers = {"Authorization": f"Bearer {token}"}
        assert desk.client.request(method, address, headers=headers, **body).status_code == 404
    assert desk.client.request(method, f"{address}?token={one.token}", **body).status_code == 404
    if (method, path) not in STREAMS:
        assert desk.client.request(method, address, headers=one.headers, **body).status_code in (200, 204)


@pytest.mark.parametrize("cookie", ["", "x" * 43, "a patient's token"])
def test_nobody_enters_the_desk_unsigned(desk: Desk, engine: sa.engine.Engine, cookie: str) -> None:
    token = Patient(desk.client).token if " " in cookie else cookie
    desk.client.cookies.set("needlepoint_desk", token, path="/desk")
    intake = add(engine)
    for method, path in sorted(DESK):
        answers = [ask(desk, method, path, intake, {"X-Quiet": quiet}) for quiet in ("0", "1")]
        assert [answer.status_code for answer in answers] == [303, 401], path
        assert answers[0].headers["location"] == "/desk/sign-in"
    assert desk.client.post("/desk/sign-in", data={"csrf": "", "username": "sam"}).status_code == 403


@pytest.mark.parametrize("username", PEOPLE)
def test_a_role_does_what_is_its_own(desk: Desk, engine: sa.engine.Engine, username: str) -> None:
    desk.sign_in(username)
    refused = set()
    for method, path in sorted(set(DESK) - STREAMS - {SIGN_OUT}):
        answer = ask(desk, method, path, add(engine, **new_one()), {}, desk.csrf())
        assert answer.status_code < 500
        if answer.status_code == 403:
            refused.add((method, path))
            assert "Ada Smith" not in answer.text
    assert refused == {route for route, roles in DESK.items() if PEOPLE[username][1] not in roles}


def test_a_change_wants_the_form_s_token(desk: Desk, engine: sa.engine.Engine) -> None:
    desk.sign_in("grace")
    intake = add(engine)
    for method, path in sorted(route for route in DESK if route[0] == "POST"):
        for csrf in ("", "x" * 43):
            assert ask(desk, method, path, intake, {}, csrf).status_code == 403, path
        assert ask(desk, "GET", path, intake, {}).status_code in (200, 405)  # a link changes nothing
    assert desk.get(f"/intakes/{intake}").status_code == 200


STRANGE = ("/desk/intakes/{0}", "/desk/intakes/{0}/talk", "/desk/exports/{0}", "/desk/audit?before={0}",
           "/desk/audit?who={0}", "/desk/week?day={0}", "/desk/exports/csv?since={0}", "/desk?list={0}",
           "/desk?page={0}", "/desk/rows?state={0}")  # fmt: skip
VALUES = ("9" * 20, "-1", "2147483648", "1e3", "%00", "%ff", "\u0663", "0001-01-01", "9999-12-31", "' OR 1=1 --", "[]")


def test_strange_numbers_days_and_names_are_no_fault_of_ours(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.sign_in("grace")
    for path in STRANGE:
        for value in VALUES:
            assert desk.client.get(path.format(value)).status_code < 500, (path, value)
    for value in VALUES:
        answer = ask(desk, "POST", f"/desk/intakes/{value}/note", 0, {}, desk.csrf())
        assert answer.status_code in (404, 422), value
        assert desk.client.get(f"/desk/live/{value}-").status_code in (404, 422)
    assert "failed" not in caplog.text


def test_the_metrics_are_on_a_port_of_their_own_and_name_nobody(desk: Desk) -> None:
    port = free_port()
    serve_metrics("127.0.0.1", port)
    patient = Patient(desk.client)
    patient.say("my hip hurts, zanzibarcanary")
    told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert "needlepoint_turns_total" in told
    assert [word for word in (patient.id, patient.token, "zanzibarcanary", "hip") if word in told] == []
    assert desk.client.get("/metrics").status_code == 404


def ask(desk: Desk, method: str, path: str, intake: int, headers: dict[str, str], csrf: str = "") -> Response:
    """Return the answer to a request for an intake that is there, with a form where it is a change."""
    address = path.replace("{intake_id}", str(intake)).replace("{kind}", "csv")
    fields = {"csrf": csrf, "sure": "yes", "state": "booked", "text": "x", "outcome": "urgent", "reason": "x"}
    data = fields if method == "POST" else None
    return desk.client.request(method, address, data=data, headers=headers, follow_redirects=False)


def new_one() -> dict[str, str]:
    """Return what tells one intake from another."""
    unique = secrets.token_hex(4)
    return {"reference": unique, "conversation_id": unique}
