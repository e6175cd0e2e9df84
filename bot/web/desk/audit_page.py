"""The audit log and the accounts, for admins to read."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.intake.accounts import Accounts
from bot.intake.audit import Entry, entries, record_alone
from bot.web.desk.pages import page
from bot.web.desk.visits import Visitor

PAGE = 100  # entries
router = APIRouter(prefix="/audit")


@router.get("")
def show_audit_log(request: Request, who: Visitor) -> HTMLResponse:
    """Show the newest entries, or those of one account or intake."""
    who.demand("audit")
    query = request.query_params
    name, reference, before = query.get("who", "")[:40], query.get("code", "").upper()[:16], query.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    found = entries(who.desk.engine, name, reference, last, PAGE)
    record_alone(who.desk.engine, Entry(who.staff.username, "audit", address=who.address))
    accounts = Accounts(who.desk.engine).all()
    values = {"entries": found, "accounts": accounts, "name": name, "reference": reference, "more": len(found) == PAGE}
    return page("audit.html", who, **values)
