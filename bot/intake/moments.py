"""Moments as the database returns them, and days as people give them."""

from __future__ import annotations

from datetime import UTC, date, datetime

_YEARS = range(1900, 3000)  # of these every day has a day before and after, in every time zone


def in_utc(moment: datetime) -> datetime:
    """Return a stored moment with its time zone, which SQLite does not keep."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_day(text: str) -> date:
    """Return a day such as 2026-11-26; raises ValueError where the text is none."""
    day = date.fromisoformat(text)
    if day.year not in _YEARS:
        raise ValueError(f"no year of ours: {day.year}")
    return day
