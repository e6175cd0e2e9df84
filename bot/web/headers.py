"""What every answer tells browsers: what a page of ours may load, and that nobody frames, guesses or keeps it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import problem_response
from bot.web.state import state_of

logger = logging.getLogger(__name__)

_CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
           "midi", "payment", "publickey-credentials-get", "serial", "usb")  # fmt: skip
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(f"{kind} {source}" for kind, source in _CONTENT.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # a website that may show the chat asks by CORS
    "Cache-Control": "no-store",
}
_RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_ONLY_TLS = "max-age=31536000"  # a year; of hosts below this one the clinic decides
_ASKED_EACH_TIME = "no-cache"  # kept, and asked about each time: the widget's files belong together


class Answers:
    """Adds to every answer the headers that it lacks, and answers where nothing else has dealt with a fault."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _add_headers(scope, message)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - logged without its message, which may repeat what was typed
            logger.error("a request failed: %s", type(error).__name__)
            if not begun:  # else the server closes the connection, so that half an answer does not look whole
                sentence = state_of(Request(scope)).fault_sentence()
                await problem_response(503, sentence)(scope, receive, send_with_headers)


def _add_headers(scope: Scope, message: Message) -> None:
    held = {name for name, _ in message["headers"]}
    message["headers"] = [*message["headers"], *(header for header in _RAW if header[0] not in held)]
    headers = MutableHeaders(scope=message)
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = _ONLY_TLS
    if scope["path"].startswith("/widget/"):
        headers["Cache-Control"] = _ASKED_EACH_TIME
