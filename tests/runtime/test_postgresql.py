"""A conversation on PostgreSQL, which a server of its own serves for as long as the test runs."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.intake.repository import IntakeRepository
from tests.runtime.moving import move
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient

MISSING = "PostgreSQL's programs are not installed: this test needs pg_ctl (Debian: apt-get install postgresql)"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's newest programs, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name.split(".")[0]))
    if folders and (folders[-1] / "pg_ctl").exists():
        return folders[-1]
    found = shutil.which("pg_ctl")
    return Path(found).resolve().parent if found else None


def run(*command: str | Path) -> None:
    """Run a program of PostgreSQL's, which refuses to be run by root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [*user, *map(str, command)]
    done = subprocess.run(words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[str]:
    """Return the address of an empty database on a server that is stopped afterwards."""
    folder = programs()
    if folder is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:  # not pytest's folder: the user postgres cannot enter that
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        data = Path(home) / "data"
        run(folder / "initdb", "-D", data, "--username", "needlepoint", "--auth", "trust", "--no-sync", "-E", "UTF8")
        settings = f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off"
        run(folder / "pg_ctl", "start", "--pgdata", data, "--log", Path(home) / "log", "-w", "-o", settings)
        try:
            yield f"postgresql://needlepoint@127.0.0.1:{port}/postgres"
        finally:
            run(folder / "pg_ctl", "stop", "--pgdata", data, "-m", "immediate")


@pytest.fixture
def client(assistant: Any, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Return a client of an app that keeps everything in PostgreSQL."""
    with TestClient(app_over(postgresql_url, lambda: move(assistant, postgresql_url, monkeypatch))) as client:
        yield wait_for(client)


def test_a_conversation_to_the_front_desk_and_into_oblivion(client: TestClient, postgresql_url: str) -> None:
    patient = Patient(client)
    patient.answer_until("share_with_clinic")
    reference = next(m["triage"]["reference"] for m in patient.transcript() if m.get("triage"))
    for text in ("yes", "Ada \U0001f480", "555-0123"):
        patient.say(text)
    (intake,) = IntakeRepository(postgresql_url).all()
    assert (intake.reference, intake.contact_name) == (reference, "Ada \U0001f480")
    assert patient.transcript()[-len(patient.newest) :] == patient.newest
    assert patient.erase().status_code == 204
    assert list(IntakeRepository(postgresql_url).all()) == []


@pytest.mark.parametrize("text", ["my hip hurts \x00", "my hip hurts \ud800", "my hip hurts \udc00\ud800"], ids=ascii)
def test_text_that_postgresql_refuses_is_kept_all_the_same(client: TestClient, text: str) -> None:
    patient = Patient(client)
    body = json.dumps({"text": text}).encode("ascii")
    assert patient.post(content=body, headers={"Content-Type": "application/json"}).status_code == 200
    assert patient.asking == "referred_pain"


@pytest.mark.parametrize("name", ["nul%00", "%F0%9F%98%80", "x" * 300])
def test_ids_that_postgresql_refuses_are_unknown(client: TestClient, name: str) -> None:
    headers = {"Authorization": "Bearer x"}
    assert client.get(f"{CONVERSATIONS}/{name}/messages", headers=headers).status_code == 404
