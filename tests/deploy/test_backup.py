"""A backup that is restored holds what there was, also where it was made while patients wrote."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from bot import cli
from bot.intake.backup import KEPT, back_up
from bot.intake.database import conversations_table, events_table, open_database, trackers_table
from bot.settings import ROOT
from tests.postgresql import postgresql, programs
from tests.runtime.moving import move
from tests.web.conftest import app_over, wait_for
from tests.web.patient import Patient

SCRIPT = ROOT / "deploy" / "backup.sh"


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[str]:
    """Return the address of an empty database."""
    with postgresql() as url:
        yield url


def backup(*arguments: str | Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script with PostgreSQL's own programs."""
    path = f"{programs()}:{os.environ['PATH']}"
    command = ["sh", SCRIPT, *arguments]
    return subprocess.run(command, env={"PATH": path, **environment}, capture_output=True, text=True)


def test_what_was_backed_up_comes_back(postgresql_url: str, tmp_path: Path) -> None:
    engine = open_database(postgresql_url)
    row = {"id": secrets.token_urlsafe(16), "token_hash": "x" * 64, "created": datetime.now(UTC)}
    with engine.begin() as connection:
        connection.execute(conversations_table.insert().values(**row))
    made = backup("now", environment={"DATABASE_URL": postgresql_url, "BACKUPS": str(tmp_path)})
    assert made.returncode == 0, made.stderr
    (file,) = tmp_path.glob("*.dump")
    assert made.stdout.strip() == str(file)
    assert file.stat().st_mode & 0o077 == 0
    other = f"restored_{secrets.token_hex(4)}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {other}"))
    url = postgresql_url.rsplit("/", 1)[0] + "/" + other
    restored = backup("restore", file, environment={"DATABASE_URL": url})
    assert restored.returncode == 0, restored.stderr
    with sa.create_engine(url, future=True).connect() as connection:
        assert row["id"] in connection.execute(sa.select(conversations_table.c.id)).scalars().all()


def copied_with_the_command(url: str, folder: Path) -> str:
    """Back SQLite up with the command, and restore it elsewhere; return the address."""
    other = f"sqlite:///{folder}/restored.db"
    for address, arguments in ((url, ["backup", str(folder)]), (other, ["restore", "FILE"])):
        words = [str(*folder.glob("needlepoint-*.db")) if word == "FILE" else word for word in arguments]
        command = [sys.executable, "-W", "ignore", "-m", "bot", *words]
        environment = os.environ | {"DATABASE_URL": address}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return other


def copied_with_the_script(url: str, folder: Path) -> str:
    """Back PostgreSQL up with the script, and restore it elsewhere; return the address."""
    made = backup("now", environment={"DATABASE_URL": url, "BACKUPS": str(folder)})
    assert made.returncode == 0, made.stderr
    name = f"restored_{secrets.token_hex(4)}"
    with open_database(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    other = f"{url.rsplit('/', 1)[0]}/{name}"
    restored = backup("restore", made.stdout.strip(), environment={"DATABASE_URL": other})
    assert restored.returncode == 0, restored.stderr
    return other


def talk_until(over: threading.Event, patient: Patient) -> int:
    """Say one thing after the other; return how many were acknowledged."""
    said = 0
    while not over.is_set():
        patient.say("my hip hurts" if said % 2 else "no")
        said += 1
    return said


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_that_was_made_while_patients_wrote_is_whole_and_talks_go_on_from_it(
    assistant: Any, request: pytest.FixtureRequest, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite = kind == "sqlite"
    url = f"sqlite:///{tmp_path}/own/own.db" if sqlite else request.getfixturevalue("postgresql_url")
    with TestClient(app_over(url, lambda: move(assistant, url, monkeypatch))) as client, ThreadPoolExecutor(2) as pool:
        patients = [Patient(wait_for(client)) for _ in range(2)]
        over = threading.Event()
        talking = [pool.submit(talk_until, over, patient) for patient in patients]
        for patient in patients:
            while len(patient.transcript()) < 6:
                time.sleep(0.01)
        before = [patient.transcript() for patient in patients]
        other = (copied_with_the_command if sqlite else copied_with_the_script)(url, tmp_path)
        over.set()
        assert all(talk.result() > 1 for talk in talking)
    with open_database(other).connect() as connection:
        stored = dict(connection.execute(sa.select(trackers_table.c.conversation_id, trackers_table.c.stored)).all())
        events = sa.select(events_table.c.conversation_id, sa.func.count()).group_by(events_table.c.conversation_id)
        assert dict(connection.execute(events).all()) == stored
    with TestClient(app_over(other, lambda: move(assistant, other, monkeypatch))) as client:
        for patient, known in zip(patients, before, strict=True):
            patient.client = wait_for(client)
            assert patient.transcript()[: len(known)] == known
            assert patient.say("my hip hurts")


BROKEN: dict[str, tuple[list[str], str]] = {
    "no folder": (["backup", "nowhere"], "No such file"),
    "no copy": (["restore", "nowhere.db"], "cannot be copied"),
    "no database": (["restore", "text.db"], "cannot be copied"),
    "a database already": (["restore", "whole.db"], "is there already"),
}


@pytest.mark.parametrize(("arguments", "told"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_copied_is_told_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.db").write_text("no database " * 100)
    place = tmp_path / "one.db"
    if "already" in told:
        place.write_bytes(b"kept")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place}")
    assert cli.main(arguments) == 2
    assert told in capsys.readouterr().err
    assert (place.read_bytes() if place.exists() else b"kept") == b"kept"


def test_copies_are_their_owner_s_and_the_newest_stay(tmp_path: Path) -> None:
    engine, first = open_database(f"sqlite:///{tmp_path}/one.db"), datetime(2026, 1, 1, tzinfo=UTC)
    made = [back_up(engine, tmp_path, first + timedelta(days=day)) for day in range(KEPT + 2)]
    assert [file.exists() for file in made] == [False] * 2 + [True] * KEPT
    assert all(file.stat().st_mode & 0o077 == 0 for file in made[2:])
    assert list(tmp_path.glob("*.part*")) == []


@pytest.mark.parametrize("url", ["postgresql://needlepoint@127.0.0.1:1/postgres"])
def test_a_backup_that_failed_leaves_no_file_that_looks_whole(url: str, tmp_path: Path) -> None:
    done = backup("now", environment={"DATABASE_URL": url, "BACKUPS": str(tmp_path)})
    assert done.returncode != 0
    assert list(tmp_path.glob("*.dump")) == []


def test_without_a_command_the_script_says_how_it_is_used() -> None:
    done = backup(environment={})
    assert (done.returncode, done.stderr.startswith("usage: ")) == (2, True)
