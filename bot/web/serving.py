"""Run the server on a port."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from bot.intake.accounts import Accounts
from bot.intake.claiming import claimed
from bot.intake.database import engine_at
from bot.metrics import serve_metrics
from bot.settings import Clinic, Server
from bot.web.app import create_app
from bot.web.conversations import Conversations
from bot.web.limiting import Limiter
from bot.web.state import WebState
from bot.web.timeouts import TimedConnection
from bot.web.tracing import log_to_stderr

if TYPE_CHECKING:
    from bot.runtime.assistant import Assistant


def serve(settings: Server, clinic: Clinic, model: Path) -> None:
    """Serve until stopped; prints the address once messages can be taken."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    log_to_stderr(settings.json_logs)
    if settings.metrics_port:
        serve_metrics(settings.host, settings.metrics_port)
    os.umask(0o077)  # what is written here is health data
    engine = engine_at(settings.database_url)  # opened below, and again where it is away at the start
    address = f"http://{settings.host}:{settings.port}/"
    limiter = Limiter(settings.rate_limits, settings.redis_url)
    state = WebState(Conversations(engine), limiter, clinic.phone, clinic.emergency_number)

    def load() -> Assistant:
        from bot.runtime.loading import load_assistant

        assistant = load_assistant(model, settings.database_url, settings.redis_url, settings.model_sha256)
        print(f"Ready: open {address} in a browser. Stop with Ctrl+C.", flush=True)
        if not Accounts(engine).exist():
            command = ".venv/bin/needlepoint staff add NAME --role admin"
            print(f"The front desk at {address}desk has no account yet: {command}", flush=True)
        return assistant

    app = create_app(state, clinic, load)
    config = uvicorn.Config(
        app,
        http=TimedConnection,
        log_config=None,  # its lines as ours
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=10,  # seconds in which open turns end; streams of news would never
    )
    with claimed(engine, shared=settings.redis_url is not None):
        print(f"Starting on {address} (the model takes some seconds to load) ...", flush=True)
        asyncio.run(uvicorn.Server(config).serve())
