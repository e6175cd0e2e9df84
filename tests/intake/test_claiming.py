"""One worker alone on a database, or several that share Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from bot.intake import claiming
from bot.intake.claiming import DatabaseTaken, claimed
from bot.intake.database import open_database
from bot.settings import ROOT

HOLD = """
import sys, time
from bot.intake.claiming import claimed
from bot.intake.database import open_database
with claimed(open_database(sys.argv[1]), shared=sys.argv[2] == "shared"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no other worker."""
    monkeypatch.setattr(claiming, "LONGEST_WAIT", 0.0)


def address(engine: sa.engine.Engine) -> str:
    """Return the address that another process opens."""
    return engine.url.render_as_string(hide_password=False)


def other(engine: sa.engine.Engine, how: str) -> subprocess.Popen[str]:
    """Start another worker on the database."""
    command = [sys.executable, "-c", HOLD, address(engine), how]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize(("first", "second", "together"), [
    ("alone", "alone", False), ("alone", "shared", False), ("shared", "alone", False), ("shared", "shared", True),
])  # fmt: skip
def test_only_workers_with_redis_serve_together(
    engine: sa.engine.Engine, first: str, second: str, together: bool
) -> None:
    process = other(engine, first)
    try:
        if together:
            with claimed(engine, shared=True):
                pass
        else:
            with pytest.raises(DatabaseTaken, match="REDIS_URL"), claimed(engine, shared=second == "shared"):
                pass
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_claim_holds_whatever_the_clock_says(
    engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    process, real = other(engine, "alone"), time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3_600)
    try:
        with pytest.raises(DatabaseTaken), claimed(engine, shared=False):
            pass
    finally:
        process.kill()
        process.wait()


def test_a_killed_worker_holds_nothing(engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    process = other(engine, "alone")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    monkeypatch.setattr(claiming, "LONGEST_WAIT", 5.0)  # until PostgreSQL has seen it
    began = time.monotonic()
    with claimed(engine, shared=False):
        assert time.monotonic() - began < 5


def test_who_has_ended_makes_room(engine: sa.engine.Engine) -> None:
    for shared in (False, True, False):
        with claimed(engine, shared):
            assert open_database(address(engine))
