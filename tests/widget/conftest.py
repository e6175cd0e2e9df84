"""A real Chromium on a real server, and a website of another origin that embeds the chat."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.widget.serving import ChatServer, Website
from tests.widget.visitor import Visitor

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# As root there is no sandbox; the rest keeps Chromium from the network.
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
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
    """Return Debian's Chromium; without it the tests skip, but with CI=true they fail."""
    if not Path(CHROMIUM).exists():
        reason = "there is no Chromium: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    # Closed with this package, for its event loop would be in the way of the tests that run their own.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


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
    assert faults == []


@pytest.fixture
def visitor(page: Page, server: ChatServer) -> Visitor:
    """Return a patient who has just opened the demo page."""
    page.goto(server.address)
    return Visitor(page).greeted()
