"""What is told of a fault: the sentences are in faults.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.triage.checking import read_yaml

FILE = Path(__file__).with_name("faults.yml")


@lru_cache(maxsize=1)
def faults() -> dict[str, dict[str, str]]:
    """Return the sentences by reader and id, and the ids by kind of error."""
    content: dict[str, dict[str, str]] = read_yaml(FILE)
    return content


def part(name: str) -> str:
    """Return what /readyz says of a part."""
    return faults()["part"][name]


def database_fault(error: SQLAlchemyError) -> str:
    """Return what /readyz says of an error of the database; nothing of the error's own text."""
    original = getattr(error, "orig", None)
    kind = getattr(original, "sqlite_errorname", None) or getattr(original, "pgcode", None) or ""
    names = faults()["errors"]
    known = next((names[known] for known in (kind, "_".join(kind.split("_")[:2])) if known in names), "database_away")
    return part(known)
