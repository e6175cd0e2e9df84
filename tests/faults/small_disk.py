"""Erase on a disk that is really full: `python -m tests.faults.small_disk FOLDER [room]`, FOLDER on a small disk."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from bot.intake.database import events_table, open_database
from bot.intake.reserve import keep_room
from bot.intake.retention import erase_everything

WORDS = '{"event": "user", "text": "' + "my hip hurts " * 100 + '"}'


def say(engine: sa.engine.Engine, conversation_id: str, times: int = 1) -> None:
    """Store events of a conversation."""
    with engine.begin() as connection:
        row = {"conversation_id": conversation_id, "data": WORDS}
        connection.execute(events_table.insert(), [row] * times)


def main(folder: Path, with_room: bool) -> None:
    """Fill the disk, erase a long talk, and print how many of its events are left; raises where it cannot be erased."""
    engine = open_database(f"sqlite:///{folder}/one.db")
    say(engine, "one", 1_000)
    if with_room:
        keep_room(engine)
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        for size in (1_000_000, 1):
            while filler.write(bytes(size)) == size:
                pass
    with suppress(sa.exc.OperationalError):
        while True:
            say(engine, "other")  # into what room there is left in the log
    erase_everything(engine, ["one"], "patient")
    with engine.connect() as connection:
        count = sa.select(sa.func.count()).where(events_table.c.conversation_id == "one")
        print(connection.execute(count).scalar())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] == ["room"])
