"""Erasing by age from the very start on, and soon again where it failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.intake.database import engine_at
from bot.settings import clinic
from bot.web.desk.purging import DAY, HOUR, purge_daily

STARTS: dict[str, tuple[Callable[[Path], object], float, int]] = {
    "a database that is not made yet": (lambda file: None, DAY, 0),
    "one that is damaged": (lambda file: file.write_bytes(b"no database " * 1_000), HOUR, 1),
}


class PausedError(Exception):
    """The purge is over until then."""


@pytest.mark.parametrize(("prepare", "pause", "faults"), STARTS.values(), ids=STARTS)
def test_the_first_purge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    prepare: Callable[[Path], object], pause: float, faults: int,
) -> None:  # fmt: skip
    async def sleep(seconds: float) -> None:
        raise PausedError(seconds)

    monkeypatch.setattr("bot.web.desk.purging.asyncio.sleep", sleep)
    prepare(tmp_path / "new.db")
    engine = engine_at(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(PausedError) as paused:
        asyncio.run(purge_daily(engine, clinic().office))
    assert paused.value.args == (pause,)
    assert len(caplog.records) == faults
    assert faults or sa.inspect(engine).has_table("intakes")
