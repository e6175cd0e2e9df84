"""The week in numbers, and the questions that could not be answered as training data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.intake.audit import Entry, record_alone
from bot.intake.moments import read_day
from bot.intake.report import DAYS, not_answered, week
from bot.settings import ROOT
from bot.triage.checking import read_yaml
from bot.web.desk.pages import page
from bot.web.desk.visits import DeskProblem, Posted, Visitor

router = APIRouter(prefix="/week")
_DOMAIN = ROOT / "domain.yml"


@router.get("")
def show_week(request: Request, who: Visitor) -> HTMLResponse:
    """Show the week that contains a day, this week without one."""
    desk = who.desk
    zone = desk.clinic.office.time_zone
    first = _monday(request.query_params.get("day", ""), datetime.now(zone).date())
    names = {**desk.protocol.sites, **desk.protocol.indications}
    values: dict[str, Any] = {
        "week": week(desk.engine, first, zone), "questions": not_answered(desk.engine, first, zone),
        "before": first - timedelta(days=DAYS), "after": first + timedelta(days=DAYS), "intents": _intents(),
        "site_names": {name: entry.name for name, entry in names.items()},
        "is_this_week": first + timedelta(days=DAYS) > datetime.now(zone).date(),
    }  # fmt: skip
    return page("week.html", who, **values)


@router.post("/training-data")
def training_data(given: Posted) -> Response:
    """Return the questions that were sorted as examples in Rasa's YAML."""
    who, form = given
    sorted_ = {number: intent for number, intent in form.under("intent.").items() if intent in _intents()}
    texts = form.under("text.")
    examples: dict[str, list[str]] = {}
    for number, intent in sorted_.items():
        if words := _example(texts.get(number, "")):
            examples.setdefault(intent, []).append(words)
    if not examples:
        raise DeskProblem(422, "Choose for at least one question what it asks.")
    nlu = [{"intent": i, "examples": "".join(f"- {text}\n" for text in found)} for i, found in sorted(examples.items())]
    record_alone(who.desk.engine, Entry(who.staff.username, "training_data", address=who.address))
    text = yaml.dump({"version": "3.1", "nlu": nlu}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000)
    headers = {"Content-Disposition": 'attachment; filename="from_the_week.yml"'}
    return Response(text, media_type="application/yaml", headers=headers)


class _Dumper(yaml.SafeDumper):
    """Writes lists of examples as blocks, which is the form Rasa has."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def _example(text: str) -> str:
    """Return words as one line that Rasa takes for an example and nothing else."""
    return " ".join(text.translate(str.maketrans("[](){}", "      ")).split()).removeprefix("- ")


def _intents() -> list[str]:
    domain = read_yaml(_DOMAIN)
    names = [next(iter(entry)) if isinstance(entry, dict) else entry for entry in domain["intents"]]
    return [name for name in names if name not in ("start", "nlu_fallback")]


def _monday(text: str, today: date) -> date:
    try:
        day = read_day(text) if text else today
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())
