"""The desk around the real assistant, over a database that no other test sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from bot.intake.accounts import Accounts
from bot.intake.database import open_database
from tests.runtime.moving import move
from tests.web.conftest import app_over, wait_for

PASSWORD = "correct horse battery"
PEOPLE = {"sam": ("Sam Reyes", "desk"), "lin": ("Lin Chen", "clinician"), "grace": ("Grace Hopper", "admin")}


class Desk:
    """Someone's browser without scripts."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def sign_in(self, username: str, password: str = PASSWORD, code: str = "") -> Response:
        """Fill in the sign-in form."""
        csrf = _csrf(self.client.get("/desk/sign-in").text)
        fields = {"csrf": csrf, "username": username, "password": password, "code": code}
        return self.client.post("/desk/sign-in", data=fields)

    def get(self, path: str = "") -> Response:
        """Load a page of the desk."""
        return self.client.get(f"/desk{path}")

    def post(self, path: str, **fields: Any) -> Response:
        """Send a form with the session's token."""
        return self.client.post(f"/desk{path}", data={"csrf": self.csrf()} | fields)

    def csrf(self) -> str:
        """Return the session's token for forms."""
        return _csrf(self.get().text)


def _csrf(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, html
    return found[1]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of the desk's database."""
    return f"sqlite:///{tmp_path}/desk/desk.db"


@pytest.fixture
def engine(url: str) -> sa.engine.Engine:
    """Return the desk's database, with an account for each role."""
    engine = open_database(url)
    for username, (name, role) in PEOPLE.items():
        Accounts(engine).add(username, name, role, PASSWORD)
    return engine


@pytest.fixture
def desk_app(assistant: Any, url: str, engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """Return the app over the desk's database."""
    return app_over(url, lambda: move(assistant, url, monkeypatch))


@pytest.fixture
def desk(desk_app: FastAPI) -> Iterator[Desk]:
    """Return a browser in which nobody is signed in."""
    with TestClient(desk_app) as client:
        yield Desk(wait_for(client))


@pytest.fixture
def sam(desk: Desk) -> Desk:
    """Return the browser of someone at the front desk."""
    desk.sign_in("sam")
    return desk


@pytest.fixture
def grace(desk: Desk) -> Desk:
    """Return the browser of an admin."""
    desk.sign_in("grace")
    return desk
