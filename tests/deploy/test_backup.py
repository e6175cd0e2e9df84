"""A backup that is restored holds what there was."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.intake.database import conversations_table, open_database
from bot.settings import ROOT
from tests.postgresql import postgresql, programs

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
        assert connection.execute(sa.select(conversations_table.c.id)).scalars().all() == [row["id"]]


@pytest.mark.parametrize("url", ["postgresql://needlepoint@127.0.0.1:1/postgres"])
def test_a_backup_that_failed_leaves_no_file_that_looks_whole(url: str, tmp_path: Path) -> None:
    done = backup("now", environment={"DATABASE_URL": url, "BACKUPS": str(tmp_path)})
    assert done.returncode != 0
    assert list(tmp_path.glob("*.dump")) == []


def test_without_a_command_the_script_says_how_it_is_used() -> None:
    done = backup(environment={})
    assert (done.returncode, done.stderr.startswith("usage: ")) == (2, True)
