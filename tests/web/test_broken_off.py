"""Answers and requests that break off: half of one never looks whole, and no traceback tells what was in it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.intake.accounts import Accounts
from bot.intake.database import intakes_table, open_database
from bot.web.desk.exports_page import FORMATS
from tests.browser import served
from tests.intake.examples import add
from tests.web.conftest import app_over
from tests.web.desk.conftest import PASSWORD, Desk


@pytest.fixture
def engine(tmp_path: Path) -> sa.engine.Engine:
    """Return a database with an admin and three intakes, of which the last cannot be read."""
    engine = open_database(f"sqlite:///{tmp_path}/broken.db")
    Accounts(engine).add("grace", "Grace Hopper", "admin", PASSWORD)
    for reference in "ABC":
        add(engine, reference=reference, conversation_id=reference)
    with engine.begin() as connection:
        connection.execute(intakes_table.update().where(intakes_table.c.reference == "C").values(content="hip pain"))
    return engine


@pytest.fixture
def address(engine: sa.engine.Engine) -> Iterator[str]:
    """Return the address of a server that has no assistant."""
    with served(app_over(str(engine.url), lambda: None)) as address:
        yield address


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Return the log, with what the server writes by itself."""
    own = logging.getLogger("uvicorn.error")
    own.addHandler(caplog.handler)
    yield caplog
    own.removeHandler(caplog.handler)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_that_fails_does_not_look_whole(address: str, log: pytest.LogCaptureFixture, kind: str) -> None:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=20) as client:
        Desk(client).sign_in("grace")  # type: ignore[arg-type]
        with (
            pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"),
            client.stream("GET", f"/desk/exports/{kind}") as answer,
        ):
            assert answer.status_code == 200
            answer.read()
    assert "a request failed" in log.text
    assert not [record for record in log.records if record.exc_info]
    assert "hip pain" not in log.text


def test_who_goes_away_midway_is_no_fault_of_ours(address: str, log: pytest.LogCaptureFixture) -> None:
    host, port = address.removeprefix("http://").split(":")
    head = b"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head)
    assert httpx.get(f"{address}/healthz").status_code == 200
    assert log.text == ""
