"""Exports: streamed out as they are read, and none is kept here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from bot.intake.audit import Entry, record_alone
from bot.intake.exporting import as_csv, as_json, rows
from bot.intake.fhir import as_bundle
from bot.intake.moments import read_day
from bot.triage.engine import QUESTIONS
from bot.web.desk.pages import page
from bot.web.desk.state import DeskState
from bot.web.desk.visits import DeskProblem, Visitor
from bot.web.desk.wording import label

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "fhir": "application/fhir+json"}
FORMATS = tuple(_TYPES)
router = APIRouter(prefix="/exports")


@router.get("")
def show_exports(who: Visitor) -> HTMLResponse:
    """Show what can be exported."""
    who.demand("export")
    return page("exports.html", who)


@router.get("/{kind}")
def export(kind: str, request: Request, who: Visitor) -> StreamingResponse:
    """Stream the intakes since a day; written to the audit log."""
    who.demand("export")
    if kind not in _TYPES:
        raise DeskProblem(404, f"There is no such export. There are {', '.join(FORMATS)}.")
    since = _moment(request.query_params.get("since", ""), who.desk.clinic.office.time_zone)
    record_alone(who.desk.engine, Entry(who.staff.username, "exported", address=who.address, detail=kind))
    name = f"intakes-{datetime.now(UTC):%Y-%m-%d}.{'fhir.json' if kind == 'fhir' else kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces(kind, who.desk, since), media_type=_TYPES[kind], headers=headers)


def pieces(kind: str, desk: DeskState, since: datetime | None) -> Iterator[str]:
    """Yield an export piece by piece."""
    writers: dict[str, Callable[[], Iterator[str]]] = {
        "csv": lambda: as_csv(desk.engine, since),
        "json": lambda: as_json(desk.engine, since),
        "fhir": lambda: _fhir(desk, since),
    }
    return writers[kind]()


def _fhir(desk: DeskState, since: datetime | None) -> Iterator[str]:
    return as_bundle(rows(desk.engine, since), desk.protocol, {name: label("fact", name) for name in QUESTIONS})


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(read_day(text), time.min, zone) if text else None
    except ValueError:
        raise DeskProblem(400, "Give the day as YYYY-MM-DD.") from None
