"""A real Chromium on a real server, and a website of another origin that embeds the chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import DESKTOP
from tests.browser import chromium as started_chromium
from tests.widget.serving import ChatServer, Website
from tests.widget.visitor import Visitor

PHONE = {"width": 360, "height": 740}
PATIENCE = 15_000  # ms, on a machine that does much else


@pytest.fixture(scope="package")
def website() -> Iterator[Website]:
    """Return a website of another origin, which is allowed to show the chat."""
    with Website() as site:
        yield site


@pytest.fixture(scope="package")
def server(assistant: Any, database_url: str, website: Website) -> Iterator[ChatServer]:
    """Return the running server."""
    with ChatServer(assistant, database_url, (website.origin,)) as running:
        yield running


@pytest.fixture(scope="package")
def chromium(server: ChatServer) -> Iterator[Browser]:
    """Return Chromium, closed with this package: its event loop would be in the way of tests that run their own."""
    expect.set_options(timeout=PATIENCE)
    with started_chromium() as browser:
        yield browser


@pytest.fixture
def browsing(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a fresh profile on a desktop."""
    with chromium.new_context(viewport=DESKTOP) as context:
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def page(browsing: BrowserContext) -> Iterator[Page]:
    """Return a tab in which no script may fail."""
    page = browsing.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.unroute_all(behavior="ignoreErrors")
    assert faults == []


@pytest.fixture
def visitor(page: Page, server: ChatServer) -> Visitor:
    """Return a patient who has just opened the demo page."""
    page.goto(server.address)
    return Visitor(page).greeted()
