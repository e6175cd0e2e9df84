"""Passwords are checked one after the other, and those who wait for that keep no thread from the others."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from bot.intake import accounts
from bot.intake.accounts import Accounts
from bot.intake.sessions import Sessions, SignInRefused
from bot.web.desk.signing_in import FORM_COOKIE
from bot.web.desk.visits import COOKIE
from bot.web.lines import LONGEST_LINE
from tests.web.desk.conftest import PASSWORD

ADDRESSES = {"one address": ["203.0.113.1"] * 12, "many": [f"203.0.113.{number}" for number in range(12)]}


class Checks:
    """Stands in for the check of a password, and counts how many run at once."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self._counting = threading.Lock()

    def __call__(self, *_: Any) -> str:
        """Take a while, then refuse."""
        with self._counting:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.01)  # so that others could come
        with self._counting:
            self.running -= 1
        raise SignInRefused


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Return what checks all passwords."""
    checks = Checks()
    for name in ("sign_in", "change_password"):
        monkeypatch.setattr(Sessions, name, checks)
    return checks


@pytest.fixture
def signed_in(engine: sa.engine.Engine) -> tuple[str, str]:
    """Return the token of a session, and that of its forms."""
    sessions = Sessions(engine, 30)
    token = sessions.sign_in("sam", PASSWORD, "", "")
    session = sessions.find(token)
    assert session
    return token, session.csrf


def post_at_once(app: FastAPI, path: str, addresses: list[str], token: str, csrf: str) -> list[int]:
    """Post a form from each address at the same moment; return the answers' codes."""

    async def post(address: str) -> int:
        transport = httpx.ASGITransport(app=app, client=(address, 50_000))
        cookies = {COOKIE: token, FORM_COOKIE: csrf}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", cookies=cookies) as client:
            return (await client.post(f"/desk/{path}", data={"csrf": csrf, "username": "sam"})).status_code

    async def run() -> list[int]:
        return await asyncio.gather(*map(post, addresses))

    return asyncio.run(run())


@pytest.mark.parametrize(("path", "code"), [("sign-in", 401), ("password", 422)])
@pytest.mark.parametrize("addresses", ADDRESSES.values(), ids=ADDRESSES)
def test_one_password_is_checked_at_a_time(
    desk_app: FastAPI, signed_in: tuple[str, str], checks: Checks, path: str, code: int, addresses: list[str]
) -> None:
    assert post_at_once(desk_app, path, addresses, *signed_in) == [code] * len(addresses)
    assert checks.most == 1


def test_more_of_one_address_than_can_wait_are_asked_to_come_again(
    desk_app: FastAPI, signed_in: tuple[str, str], checks: Checks
) -> None:
    addresses = ["203.0.113.1"] * (LONGEST_LINE + 3) + ["203.0.113.2"]
    codes = post_at_once(desk_app, "sign-in", addresses, *signed_in)
    assert codes[-1] == 401
    assert sorted(codes) == [401] * (LONGEST_LINE + 1) + [429] * 3


def test_no_connection_is_held_while_a_password_is_checked(
    engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else patients, whose turns need one, would wait."""
    held = []

    class Spy:
        def verify(self, *_: str) -> bool:
            held.append(engine.pool.checkedout())
            return True

    monkeypatch.setattr(accounts, "_hasher", Spy())
    assert Accounts(engine).check("sam", PASSWORD, "")
    assert held == [0]
