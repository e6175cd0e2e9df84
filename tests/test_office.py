"""The `office` section: what it means, and that a slip is refused with what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from bot.office import OfficeError, read_office

GOOD: dict[str, Any] = {
    "time_zone": "Europe/London", "opening_hours": {"monday": "08:00-12:30"}, "idle_minutes": 30,
    "keep_talks_days": 30, "keep_intakes_days": 730,
}  # fmt: skip


def test_a_good_section_is_read() -> None:
    office = read_office("clinic.yml, office", GOOD)
    assert str(office.time_zone) == "Europe/London"
    assert list(office.hours) == [0]


@pytest.mark.parametrize(("change", "reason"), [
    ({"time_zone": "Mars/Olympus"}, "time_zone: 'Mars/Olympus' is no time zone"), ({"time_zone": 5}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"), ({"opening_hours": {"someday": "08:00-09:00"}}, "someday"),
    ({"opening_hours": {"monday": "8-12"}}, "monday: must be hours"), ({"opening_hours": {"monday": 800}}, "monday"),
    ({"opening_hours": {"monday": "12:00-08:00"}}, "ends before it begins"), ({"idle_minutes": 0}, "from 5 to 480"),
    ({"idle_minutes": True}, "idle_minutes"), ({"keep_talks_days": "30"}, "keep_talks_days"), ({"extra": 1}, "extra"),
])  # fmt: skip
def test_a_slip_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(OfficeError, match=reason):
        read_office("clinic.yml, office", GOOD | change)
