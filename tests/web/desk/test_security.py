"""Nothing of the desk is open, no form of another site counts, and the roles hold."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.intake.accounts import Accounts
from bot.intake.audit import entries
from tests.intake.examples import add
from tests.web.desk.conftest import PASSWORD, Desk


@pytest.mark.parametrize("path", ["", "/intakes/1/mark", "/intakes/1/erase", "/assisted", "/sign-out"])
@pytest.mark.parametrize("csrf", ["", "x" * 43])
def test_a_form_without_the_sessions_token_is_refused(sam: Desk, path: str, csrf: str) -> None:
    assert sam.client.post(f"/desk{path}", data={"csrf": csrf, "state": "booked"}).status_code == 403


def test_a_form_that_the_browser_says_is_anothers_is_refused(sam: Desk, engine: sa.engine.Engine) -> None:
    add(engine)
    sam.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert sam.post("/intakes/1/note", text="x").status_code == 403


@pytest.mark.parametrize(("path", "roles"), [
    ("/exports", {"clinician", "admin"}), ("/exports/csv", {"clinician", "admin"}), ("/audit", {"admin"}),
    ("/week", {"desk", "clinician", "admin"}), ("/assisted", {"desk", "clinician", "admin"}),
])  # fmt: skip
def test_a_role_sees_what_is_its_own(desk: Desk, path: str, roles: set[str]) -> None:
    for username, role in (("sam", "desk"), ("lin", "clinician"), ("grace", "admin")):
        desk.client.cookies.clear()
        desk.sign_in(username)
        assert desk.get(path).status_code == (200 if role in roles else 403), role


def test_the_session_cookie_is_for_the_desk_alone(desk: Desk) -> None:
    csrf = desk.client.get("/desk/sign-in")
    assert csrf.status_code == 200
    answer = desk.sign_in("sam")
    cookie = answer.history[0].headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/desk"))


@pytest.mark.parametrize(("username", "password"), [("sam", "wrong"), ("nobody", PASSWORD)])
def test_a_failed_sign_in_says_nothing_of_what_was_wrong(desk: Desk, username: str, password: str) -> None:
    answer = desk.sign_in(username, password)
    assert answer.status_code == 401
    assert "Name, password or code is not right" in answer.text


def test_an_old_cookie_is_dead_once_the_account_is_disabled(sam: Desk, engine: sa.engine.Engine) -> None:
    assert "Worklist" in sam.get().text
    Accounts(engine).disable("sam")
    assert "Sign in" in sam.get().text


def test_before_there_is_an_account_the_page_says_how_to_make_one(desk: Desk, engine: sa.engine.Engine) -> None:
    for username in ("sam", "lin", "grace"):
        Accounts(engine).disable(username)
    assert "needlepoint staff add" in desk.get("/sign-in").text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "{{ 7 * 7 }}", '"><img src=x onerror=alert(1)>'])
def test_what_patients_write_is_shown_as_text(grace: Desk, engine: sa.engine.Engine, evil: str) -> None:
    intake = add(engine, contact_name=evil[:80], contact_phone=evil[:80], said={"pain_site": evil})
    for path in ("", f"/intakes/{intake}"):
        html = grace.get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert ">49<" not in html


def test_each_look_is_in_the_audit_log(grace: Desk, engine: sa.engine.Engine) -> None:
    intake = add(engine)
    grace.get(f"/intakes/{intake}")
    grace.get("/exports/csv")
    assert [e["action"] for e in entries(engine, "grace")] == ["exported", "viewed", "signed_in"]
    assert "AAAA-2222" in grace.get("/audit").text


def test_what_is_searched_for_stands_in_no_address(sam: Desk, engine: sa.engine.Engine) -> None:
    add(engine)
    answer = sam.post("", search="smith")
    assert "Ada Smith" in answer.text
    assert "smith" not in str(answer.url)
    assert 'search=' not in answer.text
