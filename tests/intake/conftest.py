"""Databases to try the record on: SQLite, and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from bot.intake import accounts
from bot.intake.accounts import Accounts, Staff
from bot.intake.casework import Casework
from bot.intake.database import open_database
from tests.postgresql import postgresql

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no time for passwords, which is what their hashes are made for."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    monkeypatch.setattr(accounts, "_nobody", lru_cache(accounts._nobody.__wrapped__))  # the other tests' stays theirs


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Return the address of a PostgreSQL server's first database."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.engine.Engine]:
    """Return an empty database, up to date."""
    if request.param == "sqlite":
        yield open_database(f"sqlite:///{tmp_path}/desk.db")
        return
    url = request.getfixturevalue("server")
    name = f"t{abs(hash(tmp_path)) % 10**12}"
    with sa.create_engine(url, isolation_level="AUTOCOMMIT", future=True).connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    found = open_database(f"{url.rpartition('/')[0]}/{name}")
    yield found
    found.dispose()


@pytest.fixture
def staff(engine: sa.engine.Engine) -> dict[str, Staff]:
    """Return one person of each role, who is called like it."""
    accounts = Accounts(engine)
    for role in ("desk", "clinician", "admin"):
        accounts.add(role, f"The {role}", role, PASSWORD)
    found = {role: accounts.check(role, PASSWORD, "") for role in ("desk", "clinician", "admin")}
    return {role: person for role, person in found.items() if person}


@pytest.fixture
def casework(engine: sa.engine.Engine, staff: dict[str, Staff]) -> Casework:
    """Return the work of someone at the front desk."""
    return Casework(engine, staff["desk"], "127.0.0.1")
