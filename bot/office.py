"""The `office` section of clinic.yml: when someone answers, when a session ends, how long things are kept; checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.triage.checking import check_keys

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_BOUNDS = {"idle_minutes": (5, 480), "keep_talks_days": (1, 3650), "keep_intakes_days": (1, 36500)}


class OfficeError(ValueError):
    """A setting of the front desk cannot be used; the message names the key and what would be right."""


@dataclass(frozen=True)
class Office:
    """The front desk's settings; `hours` by day of the week, Monday being 0."""

    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    idle_minutes: int = 30  # after which a session of staff ends
    keep_talks_days: int = 30  # talks that were not passed on
    keep_intakes_days: int = 730  # intakes and their talks, since they last changed

    def is_open(self, moment: datetime) -> bool:
        """Return whether someone answers at a moment, which has a time zone."""
        here = moment.astimezone(self.time_zone)
        opens, closes = self.hours.get(here.weekday(), (time.max, time.min))
        return opens <= here.time() < closes


def read_office(where: str, content: Any) -> Office:
    """Return the checked settings.

    Raises:
        OfficeError: a key is missing or unknown, or has a value it cannot have.
    """
    check_keys(where, content, {"time_zone", "opening_hours", *_BOUNDS}, error=OfficeError)
    check_keys(f"{where}.opening_hours", content["opening_hours"], (), DAYS, error=OfficeError)
    hours = {DAYS.index(day): _hours(f"{where}.opening_hours.{day}", h) for day, h in content["opening_hours"].items()}
    for key, (least, most) in _BOUNDS.items():
        value = content[key]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise OfficeError(f"{where}.{key}: must be a whole number from {least} to {most}, not {value!r}")
    numbers = {key: content[key] for key in _BOUNDS}
    return Office(_zone(f"{where}.time_zone", content["time_zone"]), hours, **numbers)


def _zone(where: str, name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise OfficeError(f"{where}: {name!r} is no time zone such as America/New_York or Europe/London") from None


def _hours(where: str, text: Any) -> tuple[time, time]:
    found = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise OfficeError(f'{where}: must be hours in quotes such as "08:00-18:00", not {text!r}')
    a, b, c, d = map(int, found.groups())
    if (a, b) >= (c, d):
        raise OfficeError(f"{where}: {text} ends before it begins")
    return time(a, b), time(c, d)
