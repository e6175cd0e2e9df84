"""A server killed under load loses nothing that it acknowledged; `make endure` kills it a hundred times."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import kill_often
from tests.postgresql import postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/killed.db"
        return
    with postgresql() as address:
        yield address


@pytest.mark.endurance
def test_a_killed_server_loses_and_doubles_nothing(url: str) -> None:
    outcome = kill_often(url, kills=2, seed=7)
    assert outcome.faults == []
    assert outcome.kills == 2
    assert outcome.messages > 0
