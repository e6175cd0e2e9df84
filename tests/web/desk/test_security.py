"""Nothing of the desk is open, no form of another site counts, and the roles hold."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bot.intake import accounts
from bot.intake.accounts import Accounts
from bot.intake.audit import entries
from bot.web.desk.visits import COOKIE
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


NEW_PASSWORD = "tulip ladder seventeen"  # pragma: allowlist secret


@pytest.mark.parametrize(("old", "new", "again", "status", "told"), [
    (PASSWORD, NEW_PASSWORD, NEW_PASSWORD, 200, "Worklist"), ("wrong", NEW_PASSWORD, NEW_PASSWORD, 422, "not right"),
    (PASSWORD, NEW_PASSWORD, "another", 422, "differ"), (PASSWORD, "Password1234!", "Password1234!", 422, "guess"),
])  # fmt: skip
def test_a_password_is_changed_by_who_knows_it(
    sam: Desk, old: str, new: str, again: str, status: int, told: str
) -> None:
    before = sam.client.cookies[COOKIE]
    answer = sam.post("/password", old=old, new=new, again=again)
    assert (answer.status_code, told in answer.text, new in answer.text) == (status, True, False)
    assert sam.get().status_code == 200
    assert (sam.client.cookies[COOKIE] == before) is (status != 200)
    sam.client.cookies.clear()
    assert sam.sign_in("sam", NEW_PASSWORD).status_code == (200 if status == 200 else 401)


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


def test_a_session_that_was_planted_before_the_sign_in_is_not_the_one_after(desk: Desk) -> None:
    desk.client.cookies.set(COOKIE, "planted" * 6, path="/desk")
    given = desk.sign_in("sam").history[0].headers["set-cookie"]
    assert re.match(rf"{COOKIE}=[\w-]{{43}};", given)
    desk.client.cookies.clear()
    desk.client.cookies.set(COOKIE, "planted" * 6, path="/desk")
    assert "Sign in" in desk.get().text


def test_a_new_sign_in_ends_the_browser_s_older_session(desk: Desk) -> None:
    desk.sign_in("sam")
    older = desk.client.cookies[COOKIE]
    desk.sign_in("grace")
    assert desk.client.cookies[COOKIE] != older
    desk.client.cookies.clear()
    desk.client.cookies.set(COOKIE, older, path="/desk")
    assert "Sign in" in desk.get().text


def test_nobody_is_signed_in_by_another_website_s_form(desk: Desk) -> None:
    """Else what a person writes would stand in the attacker's account."""
    csrf = desk.client.get("/desk/sign-in").cookies["needlepoint_sign_in"]
    fields = {"csrf": csrf, "username": "sam", "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert desk.client.post("/desk/sign-in", data=fields, headers=headers).status_code == 403
    assert "Sign in" in desk.get().text


def test_an_unknown_name_and_a_wrong_password_read_the_same(desk: Desk, engine: sa.engine.Engine) -> None:
    Accounts(engine).disable("lin")
    answers = [desk.sign_in(name, "not the password").text for name in ("sam", "nobody", "lin", "", "' OR 1=1 --")]
    assert len({re.sub(r'value="[^"]*"', "", answer) for answer in answers}) == 1


def test_an_unknown_name_costs_the_same_work_as_a_known_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time would tell who has an account."""
    checked = []
    verify = accounts._hasher.verify
    spy = SimpleNamespace(verify=lambda *words: checked.append(words[0]) or verify(*words), hash=accounts._hasher.hash)
    monkeypatch.setattr(accounts, "_hasher", spy)
    for username in ("sam", "nobody"):
        desk.sign_in(username, "not the password")
    assert len(checked) == 2
    costs = {re.match(r"\$argon2id\$v=19\$([^$]+)\$", stored)[1] for stored in checked}  # type: ignore[index]
    assert len(costs) == 1
