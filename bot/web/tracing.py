"""Each request's trace id, in its reply's header and its log lines; logs say what happened, never what was typed."""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar
from time import perf_counter

from pythonjsonlogger.json import JsonFormatter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import responded

TRACE_HEADER = "X-Trace-Id"
_trace: ContextVar[str | None] = ContextVar("trace", default=None)
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")  # of W3C's Trace Context
_NOBODY = 499  # the client went away before there was an answer
_PROBES = ("/healthz", "/readyz")  # asked every few seconds
_access = logging.getLogger("needlepoint.access")


def log_to_stderr(as_json: bool) -> None:
    """Write warnings as text; or as JSON, with a line for each request."""
    handler = logging.StreamHandler()
    handler.addFilter(_add_trace)
    plain = logging.Formatter("%(levelname)s %(name)s [%(trace)s]: %(message)s")
    fields = ["asctime", "levelname", "name", "message", "trace"]
    handler.setFormatter(JsonFormatter(fields, rename_fields={"levelname": "level"}) if as_json else plain)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    _access.setLevel(logging.INFO if as_json else logging.WARNING)
    # Of libraries that Rasa pins, which switch them on as they are loaded; ours are errors in the tests.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


class Tracing:
    """Gives each request a trace id, or takes the one that a proxy gave it, and counts and logs its response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = _TRACEPARENT.fullmatch(dict(scope["headers"]).get(b"traceparent", b""))
        trace = given[1].decode() if given else secrets.token_hex(16)
        _trace.set(trace)
        began, status = perf_counter(), _NOBODY

        async def send_with_trace(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (TRACE_HEADER.lower().encode(), trace.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_trace)
        finally:
            # The route's template: the path itself may hold anything.
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in ("GET", "POST", "DELETE", "HEAD", "OPTIONS") else "other"
            responded(route, method, status)
            took = round(1000 * (perf_counter() - began), 1)
            if route not in _PROBES:
                _access.info("request", extra={"route": route, "method": method, "status": status, "ms": took})


def _add_trace(record: logging.LogRecord) -> bool:
    record.trace = _trace.get() or "-"
    return True
