"""What every answer tells browsers: what a page of ours may load, and that nobody frames, guesses or keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request, Response

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
_ONLY_TLS = "max-age=31536000"  # a year; of hosts below this one the clinic decides
_ASKED_EACH_TIME = "no-cache"  # kept, and asked about each time: the widget's files belong together


def add_headers(request: Request, response: Response) -> None:
    """Add to an answer the headers that it lacks."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = _ONLY_TLS
    if request.url.path.startswith("/widget/"):
        response.headers["Cache-Control"] = _ASKED_EACH_TIME
