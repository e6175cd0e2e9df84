"""Servers of the tests, each in a thread on a free port: ours, and a website of another origin."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx
import uvicorn

from bot.settings import Clinic, clinic
from tests.services import free_port
from tests.web.conftest import app_over


class ChatServer:
    """The app as `serve` runs it; it can be stopped and started again on its port."""

    def __init__(self, assistant: Any, database_url: str, allowed_origins: tuple[str, ...]) -> None:
        self._assistant = assistant
        self._database_url = database_url
        self._details: Clinic = replace(clinic(), widget=replace(clinic().widget, allowed_origins=allowed_origins))
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve, with nothing kept in memory from the time before."""
        app = app_over(self._database_url, lambda: self._assistant, details=self._details)
        config = uvicorn.Config(app, port=self.port, log_level="error", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        for _ in range(500):
            if self._answers():
                return
            time.sleep(0.02)
        raise AssertionError(f"the server did not start: {self._state}")

    def stop(self) -> None:
        """Stop, as a restart does."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()

    def _answers(self) -> bool:
        try:
            self._state = httpx.get(f"{self.address}readyz", trust_env=False).text
        except httpx.TransportError as error:
            self._state = repr(error)
        return "ready" in self._state


class Website:
    """A clinic's website: what `page` holds, under its address, with a Content-Security-Policy if there is one."""

    def __init__(self) -> None:
        self.page, self.policy = "", ""
        self._server = ThreadingHTTPServer(("localhost", 0), partial(_Pages, self))
        self.origin = f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Pages(BaseHTTPRequestHandler):
    def __init__(self, site: Website, *rest: Any) -> None:
        self._site = site
        super().__init__(*rest)

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server asks for
        """Send the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self._site.policy:
            self.send_header("Content-Security-Policy", self._site.policy)
        self.end_headers()
        self.wfile.write(self._site.page.encode())

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output quiet."""
