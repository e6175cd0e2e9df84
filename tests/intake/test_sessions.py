"""Accounts and sessions: who gets in, how often one may try, and when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Barrier
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import Type

from bot.intake.accounts import AccountError, Accounts, Staff
from bot.intake.accounts import _hasher as IN_EARNEST
from bot.intake.audit import entries
from bot.intake.desk_tables import sessions_table
from bot.intake.sessions import MOST_FAILURES, Sessions, SignInRefused, SignInThrottled
from tests.intake.conftest import PASSWORD

NEW_PASSWORD = "tulip ladder seventeen"  # pragma: allowlist secret

@pytest.fixture
def sessions(engine: sa.engine.Engine, staff: dict[str, Staff]) -> Sessions:
    """Return the sessions of a clinic with three people, which end after half an hour."""
    return Sessions(engine, 30)


def shift(engine: sa.engine.Engine, column: str, minutes: int) -> None:
    """Put a moment of all sessions back."""
    with engine.begin() as connection:
        moment = datetime.now(UTC) - timedelta(minutes=minutes)
        connection.execute(sessions_table.update().values({column: moment}))


def test_whoever_signs_in_is_known_until_they_sign_out(sessions: Sessions) -> None:
    token = sessions.sign_in(" Desk ", PASSWORD, "", "")
    session = sessions.find(token)
    assert session and session.staff.role == "desk"
    sessions.sign_out(token, session.staff, "")
    assert sessions.find(token) is None


@pytest.mark.parametrize(("username", "password"), [("desk", "wrong"), ("nobody", PASSWORD), ("", ""), ("desk", "")])
def test_what_is_wrong_is_refused_alike(sessions: Sessions, username: str, password: str) -> None:
    with pytest.raises(SignInRefused):
        sessions.sign_in(username, password, "", "")


@pytest.mark.parametrize(("column", "minutes", "over"), [
    ("last_seen", 29, False), ("last_seen", 31, True), ("created", 60 * 13, True), ("last_seen", -60, True),
])  # fmt: skip
def test_a_session_ends(
    engine: sa.engine.Engine, sessions: Sessions, column: str, minutes: int, over: bool
) -> None:
    token = sessions.sign_in("desk", PASSWORD, "", "")
    shift(engine, column, minutes)
    assert (sessions.find(token) is None) is over


def test_a_page_that_updates_itself_keeps_no_session_alive(engine: sa.engine.Engine, sessions: Sessions) -> None:
    token = sessions.sign_in("desk", PASSWORD, "", "")
    shift(engine, "last_seen", 29)
    sessions.find(token, touch=False)
    shift_before = sessions.find(token, touch=False)
    assert shift_before
    shift(engine, "last_seen", 31)
    assert sessions.find(token) is None


@pytest.mark.parametrize("change", ["disable", "reset"])
def test_a_change_of_the_account_ends_its_sessions(engine: sa.engine.Engine, sessions: Sessions, change: str) -> None:
    token = sessions.sign_in("desk", PASSWORD, "", "")
    accounts = Accounts(engine)
    accounts.disable("desk") if change == "disable" else accounts.reset("desk", NEW_PASSWORD)
    assert sessions.find(token) is None
    with pytest.raises(SignInRefused):
        sessions.sign_in("desk", PASSWORD, "", "")


def test_who_knows_the_old_password_sets_another(engine: sa.engine.Engine, sessions: Sessions) -> None:
    mine, elsewhere = (sessions.sign_in("desk", PASSWORD, "", "") for _ in range(2))
    session = sessions.find(mine)
    assert session
    after = sessions.change_password(session.staff, PASSWORD, NEW_PASSWORD, "203.0.113.9")
    assert [bool(sessions.find(token)) for token in (mine, elsewhere, after)] == [False, False, True]
    assert sessions.sign_in("desk", NEW_PASSWORD, "", "")
    with pytest.raises(SignInRefused):
        sessions.sign_in("desk", PASSWORD, "", "")
    assert "password_changed" in {entry["action"] for entry in entries(engine, "desk")}


@pytest.mark.parametrize(("old", "new", "refusal"), [
    ("wrong", NEW_PASSWORD, SignInRefused), (PASSWORD, "short", AccountError),
    (PASSWORD, "Password1234!", AccountError),
])  # fmt: skip
def test_a_password_that_is_not_changed_stays(
    sessions: Sessions, staff: dict[str, Staff], old: str, new: str, refusal: type[Exception]
) -> None:
    token = sessions.sign_in("desk", PASSWORD, "", "")
    with pytest.raises(refusal):
        sessions.change_password(staff["desk"], old, new, "")
    assert sessions.find(token)
    assert sessions.sign_in("desk", PASSWORD, "", "")


def test_the_old_password_cannot_be_tried_out_in_a_stolen_session(sessions: Sessions, staff: dict[str, Staff]) -> None:
    for _ in range(MOST_FAILURES["who"]):
        with pytest.raises(SignInRefused):
            sessions.change_password(staff["desk"], "wrong", NEW_PASSWORD, "")
    with pytest.raises(SignInRefused):
        sessions.change_password(staff["desk"], PASSWORD, NEW_PASSWORD, "")


def at_once(times: int, call: Callable[[], object]) -> list[str]:
    """Return what became of calls that come at the same moment."""
    together = Barrier(times)

    def wait_and_call(_number: int) -> str:
        together.wait()
        try:
            call()
        except (SignInRefused, SignInThrottled) as refusal:
            return type(refusal).__name__
        return "signed in"

    with ThreadPoolExecutor(times) as threads:
        return sorted(threads.map(wait_and_call, range(times)))


def test_attempts_that_come_at_once_are_all_counted(engine: sa.engine.Engine, sessions: Sessions) -> None:
    allowed, over = MOST_FAILURES["who"], 6
    done = at_once(allowed + over, lambda: sessions.sign_in("desk", "wrong", "", ""))
    assert done == ["SignInRefused"] * (allowed + over)
    noted = Counter(entry["action"] for entry in entries(engine, "desk"))
    assert noted == {"sign_in_failed": allowed, "sign_in_throttled": over}


@pytest.mark.parametrize("username", ["desk", "nobody", ""])
def test_nothing_tells_by_trying_whether_there_is_an_account(
    engine: sa.engine.Engine, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    """Neither how often one may try, nor the work of each attempt; and no more is noted than one may try."""
    allowed, over, checked = MOST_FAILURES["address"], 3, []
    monkeypatch.setattr(Accounts, "check", lambda *words: checked.append(words))
    tried = [at_once(1, lambda: sessions.sign_in(username, "wrong", "", "198.51.100.7")) for _ in range(allowed + over)]
    assert tried == [["SignInRefused"]] * allowed + [["SignInThrottled"]] * over
    assert len(checked) == allowed
    assert len([entry for entry in entries(engine) if entry["action"].startswith("sign_in_")]) == allowed


def test_a_one_time_code_counts_once_also_for_two_at_once(engine: sa.engine.Engine, sessions: Sessions) -> None:
    """In two processes: in one they would come one after the other."""
    code = pyotp.TOTP(Accounts(engine).reset("desk", PASSWORD, totp=True)).now()
    found = Barrier(2)

    class Other(Accounts):
        def _use_code(self, row: Any, code: str) -> bool:
            found.wait()  # both have read that the code is unused
            return super()._use_code(row, code)

    with ThreadPoolExecutor(2) as threads:
        people = list(threads.map(lambda _: Other(engine).check("desk", PASSWORD, code), range(2)))
    assert [person is None for person in people].count(False) == 1


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_jumps_holds_nobody_back(
    engine: sa.engine.Engine, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    for _ in range(MOST_FAILURES["who"]):
        with pytest.raises(SignInRefused):
            sessions.sign_in("desk", "wrong", "", "198.51.100.7")

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(hours=hours)

    monkeypatch.setattr("bot.intake.sessions.datetime", Clock)
    assert sessions.sign_in("desk", PASSWORD, "", "203.0.113.9")


def test_too_many_failures_hold_back_even_the_right_password(engine: sa.engine.Engine, sessions: Sessions) -> None:
    for _ in range(MOST_FAILURES["who"]):
        with pytest.raises(SignInRefused):
            sessions.sign_in("desk", "wrong", "", "198.51.100.7")
    with pytest.raises(SignInRefused):
        sessions.sign_in("desk", PASSWORD, "", "203.0.113.9")
    sessions.sign_in("admin", PASSWORD, "", "203.0.113.9")
    assert {entry["action"] for entry in entries(engine, "desk")} == {"sign_in_failed", "sign_in_throttled"}


def test_what_is_typed_for_a_name_is_not_written_down(engine: sa.engine.Engine, sessions: Sessions) -> None:
    with pytest.raises(SignInRefused):
        sessions.sign_in("my secret password", "x", "", "")
    assert "secret" not in str(entries(engine))


def test_a_one_time_code_counts_once(engine: sa.engine.Engine, sessions: Sessions) -> None:
    secret = Accounts(engine).reset("desk", PASSWORD, totp=True)
    code = pyotp.TOTP(secret).now()
    with pytest.raises(SignInRefused):
        sessions.sign_in("desk", PASSWORD, "", "")
    assert sessions.sign_in("desk", PASSWORD, code, "")
    with pytest.raises(SignInRefused):
        sessions.sign_in("desk", PASSWORD, code, "")


@pytest.mark.parametrize(("username", "role", "password", "reason"), [
    ("Desk Two", "desk", PASSWORD, "username"), ("desk", "desk", PASSWORD, "taken"), ("two", "boss", PASSWORD, "role"),
    ("two", "desk", "short", "12 to 128"), ("two", "desk", "a few words " * 11, "12 to 128"),
    ("two", "desk", "aaaaaaaaaaaaaaa", "guess"),
])  # fmt: skip
def test_a_bad_account_is_refused_with_what_would_be_right(
    engine: sa.engine.Engine, staff: dict[str, Staff], username: str, role: str, password: str, reason: str
) -> None:
    with pytest.raises(AccountError, match=reason):
        Accounts(engine).add(username, "", role, password)


def test_passwords_are_kept_as_argon2id(engine: sa.engine.Engine, staff: dict[str, Staff]) -> None:
    with engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT password_hash FROM staff")).scalars().all()
    assert all(text.startswith("$argon2id$") for text in kept)


def test_a_password_costs_what_rfc_9106_asks_for() -> None:
    assert (IN_EARNEST.type, IN_EARNEST.memory_cost, IN_EARNEST.time_cost) == (Type.ID, 65_536, 3)
