"""SQLite's file, taken away and put back while it is served: nothing is lost, and no empty one takes its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.intake.database import DatabaseUnusable, engine_at, open_database
from bot.web.conversations import Conversations


def served(conversations: Conversations) -> None:
    """Use the database as the server does."""
    conversations.create()


def started_anew(conversations: Conversations) -> None:
    """Open the database as another process does."""
    for cache in (engine_at, open_database):
        cache.cache_clear()
    open_database(str(conversations.engine.url))


MEANWHILE: dict[str, list[Callable[[Conversations], None]]] = {
    "used": [served], "started anew": [started_anew], "both": [served, started_anew, served],
}  # fmt: skip


@pytest.mark.parametrize("uses", MEANWHILE.values(), ids=MEANWHILE)
def test_a_file_that_was_moved_away_heals_once_it_is_back(
    tmp_path: Path, uses: list[Callable[[Conversations], None]]
) -> None:
    file, away = tmp_path / "a & b.db", tmp_path / "away.db"
    conversations = Conversations(open_database(f"sqlite:///{file}"))
    with conversations.engine.connect(), conversations.engine.connect():  # two that are open, as under load
        kept = conversations.create()
    file.rename(away)
    for use in uses:
        with pytest.raises((sa.exc.SQLAlchemyError, DatabaseUnusable)):
            use(conversations)
        assert not file.exists()
    away.rename(file)
    assert conversations.allows(*kept)
    assert conversations.allows(*conversations.create())
