"""The app factory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from bot.intake.database import DatabaseUnusable
from bot.runtime.manifest import ModelRefused
from bot.settings import Clinic
from bot.web import chat_api, emergency, events, form_api, problems
from bot.web.desk.mounting import add_desk
from bot.web.desk.pages import warm_up
from bot.web.desk.purging import purge_daily
from bot.web.desk.state import DeskState
from bot.web.faults import part
from bot.web.headers import Answers
from bot.web.limiting import BodyLimit
from bot.web.origins import refuse_foreign
from bot.web.pages import add_pages
from bot.web.state import WebState, state_of
from bot.web.tracing import Tracing

if TYPE_CHECKING:
    from bot.runtime.assistant import Assistant

logger = logging.getLogger(__name__)
TRY_AGAIN = 10.0  # seconds after which what could not be loaded is tried again


def create_app(state: WebState, clinic: Clinic, load_assistant: Callable[[], Assistant]) -> FastAPI:
    """Return the app; the assistant is loaded beside it, and until then /readyz says so."""

    desk = DeskState(state.conversations.engine, clinic)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(_load(state, load_assistant))
        purging = asyncio.create_task(purge_daily(state.conversations.engine, clinic.office))
        yield
        loading.cancel()
        purging.cancel()

    app = FastAPI(
        title="Needlepoint",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.web = state
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.include_router(chat_api.router, dependencies=[Depends(refuse_foreign(clinic.widget.allowed_origins))])
    app.include_router(events.router)
    app.include_router(form_api.router)
    app.add_middleware(Answers)
    _add_health(app)
    add_pages(app, clinic)
    add_desk(app, desk)
    app.add_middleware(Tracing)  # the last one added is the outermost
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


async def _load(state: WebState, load_assistant: Callable[[], Assistant]) -> None:
    while state.assistant is None:
        try:
            state.assistant = await asyncio.to_thread(load_assistant)
        except Exception as error:  # noqa: BLE001 - told on /readyz; the process stays up to say so
            logger.error("%s", error)
            state.fault = part("database_closed" if isinstance(error, DatabaseUnusable) else "assistant")
            state.remedy = f"Because {error}." if isinstance(error, ModelRefused) else ""
            await asyncio.to_thread(emergency.book)
            await asyncio.sleep(TRY_AGAIN)
    for warm in (emergency.book, form_api.questions_as_json, warm_up):  # so that the first visitor does not wait
        await asyncio.to_thread(warm)


def _add_health(app: FastAPI) -> None:
    @app.head("/healthz", include_in_schema=False)  # many a monitor asks so
    @app.get("/healthz", tags=["health"])
    async def is_alive() -> dict[str, str]:
        """Answer while the process lives."""
        return {"status": "ok"}

    @app.head("/readyz", include_in_schema=False)
    @app.get("/readyz", tags=["health"], responses=problems.responses(503))
    async def is_ready(request: Request) -> JSONResponse:
        """Answer whether messages can be taken, and if not, why."""
        problem = await state_of(request).newest_problem()
        return problems.problem_response(503, problem) if problem else JSONResponse({"status": "ready"})


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document with the form of refusals and the token."""
    if not app.openapi_schema:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        components = document.setdefault("components", {})
        components["schemas"]["ProblemBody"] = problems.ProblemBody.schema()
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        for path in document["paths"].values():
            for call in path.values():
                if call["responses"].get("422", {}).get("description") == "Validation Error":
                    del call["responses"]["422"]
        app.openapi_schema = document
    return app.openapi_schema
