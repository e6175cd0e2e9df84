"""Renders the desk's templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.intake.moments import in_utc
from bot.web.desk.state import DeskState
from bot.web.desk.visits import Visit
from bot.web.desk.wording import label, load_wording

TEMPLATES = Path(__file__).parent / "templates"
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def page(template: str, visit: Visit, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page for someone signed in."""
    shared = {"staff": visit.staff, "csrf": visit.csrf}
    return HTMLResponse(render(template, visit.desk, shared | values), status)


def render(template: str, desk: DeskState, values: Mapping[str, Any]) -> str:
    """Return a template filled in."""
    shared = {"clinic": desk.clinic, "zone": desk.clinic.office.time_zone, "now": datetime.now(UTC)}
    return _environment().get_template(template).render(shared | values)


def warm_up() -> None:
    """Load what pages need at their first use, so that nobody waits for it."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)
    load_wording()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, auto_reload=False,
    )  # fmt: skip
    environment.globals["label"] = label
    environment.filters |= {"moment": _moment, "machine": _machine, "ago": _ago, "capital": _capital}
    return environment


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment by the clinic's clock: "Thu 26 Nov, 18:05", with the year where it is another."""
    here = in_utc(moment).astimezone(zone)
    year = "" if here.year == datetime.now(zone).year else f" {here.year}"
    return f"{here:%a} {here.day} {here:%b}{year}, {here:%H:%M}"


def _capital(text: str) -> str:
    """Return the text with a capital in front, and the rest as it is."""
    return text[:1].upper() + text[1:]


def _machine(moment: datetime) -> str:
    return in_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was: "4 min", "3 h", "12 d"."""
    seconds = int((now - in_utc(moment)).total_seconds())
    return next((f"{seconds // size} {unit}" for size, unit in _UNITS if seconds >= size), "now")
