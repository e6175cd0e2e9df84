"""A database that was kept from before there were migrations: three talks of invented people."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

FILE = Path(__file__).with_name("before_migrations.sql.gz")


def old_database(folder: Path) -> str:
    """Put the old database into a folder; return its address."""
    with closing(sqlite3.connect(folder / "old.db")) as database:
        database.executescript(gzip.decompress(FILE.read_bytes()).decode("utf-8"))
    return f"sqlite:///{folder}/old.db"
