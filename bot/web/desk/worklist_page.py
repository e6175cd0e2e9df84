"""The worklist: who came in, who needs a call now."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.intake.audit import Entry, record_alone
from bot.intake.moments import read_day
from bot.intake.urgency import OUTCOMES
from bot.intake.worklist import PAGE, STATES, Filters, counts, erased, worklist
from bot.triage.model import Protocol
from bot.web.desk.pages import page
from bot.web.desk.visits import Posted, QuietVisitor, Visit, Visitor

LISTS = ("open", "unread", "mine", "booked", "referred", "closed", "all")
router = APIRouter()


@router.get("")
def show_worklist(request: Request, who: Visitor) -> HTMLResponse:
    """Show a page of the worklist."""
    return _page("worklist.html", who, _filters(request.query_params))


@router.get("/rows")
def show_rows(request: Request, who: QuietVisitor) -> HTMLResponse:
    """Return the list by itself, for the page to put in place of the old one."""
    return _page("_rows.html", who, _filters(request.query_params))


@router.post("")
def search(given: Posted) -> HTMLResponse:
    """Search by name, phone or reference; posted, for a name must not stand in an address."""
    who, form = given
    record_alone(who.desk.engine, Entry(who.staff.username, "searched", address=who.address))
    return _page("worklist.html", who, Filters(state="all", search=form.get("search")[:80]))


def complaint(row: Mapping[str, Any], protocol: Protocol) -> dict[str, Any]:
    """Return what an intake is about in a few words: `what` hurts, and the `age`."""
    content = json.loads(row["content"])
    answers = content["answers"]
    ids = content["verdict"]["indications"] or answers.get("pain_site") or ()
    found = (protocol.indications.get(name) or protocol.sites.get(name) for name in list(ids)[:2])
    what = ", ".join(entry.name for entry in found if entry)
    age = answers.get("age")
    return {"what": what[:1].upper() + what[1:], "age": age if isinstance(age, int) else None}


def _page(template: str, who: Visit, filters: Filters) -> HTMLResponse:
    desk = who.desk
    rows, total = worklist(desk.engine, filters, who.staff.name, desk.clinic.office.time_zone)
    shown = [row | complaint(row, desk.protocol) for row in rows]
    pages = max(1, math.ceil(total / PAGE))
    stone = erased(desk.engine, filters.search) if filters.search and not rows else None
    values = {
        "rows": shown, "total": total, "pages": pages, "filters": filters, "lists": LISTS, "outcomes": OUTCOMES,
        "counts": counts(desk.engine, who.staff.name), "stone": stone, "address": _address(filters),
    }  # fmt: skip
    return page(template, who, **values)


def _filters(query: Mapping[str, str]) -> Filters:
    """Return the filters of an address; what it says wrongly is left out."""
    state, outcome, number = query.get("list", "open"), query.get("outcome", ""), query.get("page", "1")
    return Filters(
        state=state if state in (*LISTS, *STATES) else "open",
        outcome=outcome if outcome in OUTCOMES else "",
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


def _address(filters: Filters) -> str:
    """Return the query that leads here again, but for the page."""
    parts = {"list": filters.state, "outcome": filters.outcome, "since": filters.since, "until": filters.until}
    return urlencode({key: value for key, value in parts.items() if value})
