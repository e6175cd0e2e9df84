"""What is served for browsers: the widget's files and settings, the demo page, and who else may use them."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware

from bot.settings import Clinic
from bot.web.files import Files
from bot.web.form_api import protocol

WIDGET = Path(__file__).parent / "widget"
DEMO = Path(__file__).parent / "demo"
ONE_DAY = 86_400  # seconds
_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID")


def add_pages(app: FastAPI, clinic: Clinic) -> None:
    """Serve the widget and the demo page; open both API and widget to the origins of the clinic's settings."""

    @app.get("/widget/settings.json", include_in_schema=False)
    def widget_settings() -> dict[str, Any]:
        return {**_settings(clinic), "terms": _terms()}

    @app.head("/", include_in_schema=False)
    @app.get("/", include_in_schema=False)
    async def demo_page() -> HTMLResponse:
        page = Template((DEMO / "index.html").read_text(encoding="utf-8"))
        return HTMLResponse(page.substitute({k: escape(v) for k, v in clinic.placeholders().items()}))

    app.mount("/demo", Files(directory=DEMO), name="demo")
    # Only these files are compressed: with what a patient types, the length would tell of a secret beside it.
    app.mount("/widget", GZipMiddleware(Files(directory=WIDGET), minimum_size=500), name="widget")
    if clinic.widget.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=clinic.widget.allowed_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=_HEADERS,
            expose_headers=["Retry-After"],
            max_age=ONE_DAY,
        )


def _settings(clinic: Clinic) -> dict[str, Any]:
    look = clinic.widget
    own = {"title": look.title, "greeting": look.greeting, "position": look.position, "language": look.language}
    numbers = {key: getattr(clinic, key) for key in ("emergency_number", "crisis_number", "crisis_name")}
    details = {"name": clinic.name, "phone": clinic.phone, "hours": clinic.hours}
    return {**details, **numbers, **own, "colours": look.colours}


def _terms() -> dict[str, dict[str, str]]:
    """Return the names of what verdicts and answers give by id."""
    known = protocol()
    kinds = {"indications": known.indications, "red_flags": known.red_flags, "precautions": known.precautions}
    return {kind: {entry.id: entry.name for entry in entries.values()} for kind, entries in kinds.items()}
