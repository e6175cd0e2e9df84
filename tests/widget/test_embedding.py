"""On a clinic's own website: another origin, hostile styles, a strict policy; no scripts; settings and events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.settings import clinic
from tests.widget.conftest import DESKTOP, PHONE
from tests.widget.serving import ChatServer, Website
from tests.widget.visitor import Visitor

HOSTILE = """<style>
  * { display: none !important; color: red !important; font: 3px/1 cursive !important; }
  * { transform: rotate(3deg) !important; opacity: .9 !important; pointer-events: none !important; }
  html, body { display: block !important; } h2, p, button { visibility: hidden !important; text-transform: uppercase; }
  html { font-size: 62.5%; letter-spacing: 1em; direction: rtl; }
</style>"""
TITLE = clinic().widget.title


@pytest.fixture(autouse=True)
def _as_it_was(website: Website) -> Iterator[None]:
    yield
    website.page = website.policy = ""


def one_line(server: ChatServer, more: str = "") -> str:
    """Return the line that a clinic pastes."""
    address = server.address
    return f'<script type="module" src="{address}widget/chat-widget.js" data-server="{address}"{more}></script>'


def visit(page: Page, website: Website, content: str, policy: str = "") -> Visitor:
    """Open the clinic's page."""
    head = "<!doctype html><html lang=en><title>Hill Clinic</title>"
    website.page, website.policy = f"{head}<body><main><h1>Hill Clinic</h1>{content}</main></body></html>", policy
    page.goto(website.origin)
    return Visitor(page)


def test_one_line_on_another_origin(page: Page, website: Website, server: ChatServer) -> None:
    visitor = visit(page, website, one_line(server))
    visitor.button(TITLE).click()
    visitor.greeted().answer_all()
    expect(visitor.of("verdict")).to_contain_text("shoulder pain")


def test_the_element_with_its_attributes(page: Page, website: Website, server: ChatServer) -> None:
    script = f'<script type="module" src="{server.address}widget/chat-widget.js"></script>'
    attributes = f'server="{server.address}" mode="inline" heading="Ask us" greeting="Hello there" storage="tab"'
    visitor = visit(page, website, f"<needlepoint-chat {attributes}></needlepoint-chat>{script}").greeted()
    expect(page.get_by_role("region", name="Ask us")).to_contain_text("Hello there")
    visitor.say("my hip hurts")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_no_style_of_the_page_comes_in_and_none_goes_out(page: Page, website: Website, server: ChatServer) -> None:
    plain = visit(page, website, one_line(server))
    plain.button(TITLE).click()
    plain.greeted()
    look = """each => {
      const s = getComputedStyle(each);
      return [s.color, s.fontSize, s.lineHeight, s.direction, s.visibility, s.letterSpacing, s.pointerEvents];
    }"""
    expected = plain.log.evaluate(look)
    heading = page.get_by_role("heading", level=1).evaluate(look)
    hostile = visit(page, website, HOSTILE + one_line(server))
    hostile.greeted()  # the panel was open, and is again
    assert hostile.log.evaluate(look) == expected
    hostile.answer_all()
    visit(page, website, "")
    assert page.get_by_role("heading", level=1).evaluate(look) == heading


def test_under_a_strict_policy_nothing_else_is_asked_for(page: Page, website: Website, server: ChatServer) -> None:
    own = server.address.rstrip("/")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    policy = f"default-src 'none'; script-src {own}; connect-src {own}"
    visitor = visit(page, website, one_line(server), policy)
    visitor.button(TITLE).click()
    visitor.greeted().answer_all()
    assert refused == []
    assert {url for url in asked if not url.startswith((own, website.origin, "blob:"))} == set()


def test_a_website_that_is_not_allowed_gets_its_own_words_instead(
    page: Page, website: Website, server: ChatServer
) -> None:
    """The same website under the address 127.0.0.1 is another origin, which no setting allows."""
    content = f"<needlepoint-chat server='{server.address}'>Phone us: 555-0100</needlepoint-chat>{one_line(server)}"
    visit(page, website, content)
    page.goto(website.origin.replace("localhost", "127.0.0.1"))
    expect(page.get_by_text("Phone us: 555-0100")).to_be_visible()


def test_the_page_s_own_words_show_while_the_server_is_away(page: Page, website: Website, server: ChatServer) -> None:
    page.route("**/widget/settings.json", lambda route: route.abort())
    script = f'<script type="module" src="{server.address}widget/chat-widget.js"></script>'
    visit(page, website, f"<needlepoint-chat server='{server.address}'>Phone us: 555-0100</needlepoint-chat>{script}")
    expect(page.get_by_text("Phone us: 555-0100")).to_be_visible()


@pytest.mark.parametrize("how", ["off", "blocked"])
def test_without_scripts_there_is_the_clinic_s_phone(chromium: Browser, server: ChatServer, how: str) -> None:
    with chromium.new_context(java_script_enabled=how != "off") as context:
        page = context.new_page()
        page.route("**/*.js", lambda route: route.abort())
        page.goto(server.address)
        expect(page.get_by_role("link", name=clinic().phone).first).to_be_visible()
        if how == "off":
            expect(page.locator("noscript p")).to_contain_text("needs JavaScript")
            expect(page.locator("noscript p")).to_be_visible()


def test_events_tell_the_page_what_happens_and_never_what_was_said(
    page: Page, website: Website, server: ChatServer
) -> None:
    page.add_init_script("""window.told = [];
      for (const name of ['ready', 'open', 'start', 'message', 'verdict', 'close', 'erased', 'problem']) {
        document.addEventListener(`needlepoint:${name}`, ({ detail }) => window.told.push([name, detail]));
      }""")
    visitor = visit(page, website, one_line(server))
    visitor.button(TITLE).click()
    visitor.greeted().answer_all()
    visitor.button("Close the chat").click()
    expect(visitor.button(TITLE)).to_be_focused()
    told: list[Any] = page.evaluate("window.told")
    names = [name for name, _ in told]
    assert [name for name in names if name != "message"] == ["ready", "open", "start", "verdict", "close"]
    (verdict,) = [detail for name, detail in told if name == "verdict"]
    assert set(verdict) == {"outcome", "rule", "reference"}
    assert "shoulder" not in str(told)


def test_closing_gives_the_focus_back_and_opening_the_talk(page: Page, website: Website, server: ChatServer) -> None:
    visitor = visit(page, website, one_line(server))
    opener = visitor.button(TITLE)
    opener.click()
    visitor.greeted().say("my hip hurts")
    expect(visitor.box).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(visitor.log).to_be_hidden()
    page.keyboard.press("Enter")
    expect(visitor.log).to_contain_text("my hip hurts")
    expect(visitor.box).to_be_focused()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_on_a_phone_the_panel_is_the_screen_and_what_is_behind_is_out_of_reach(
    page: Page, website: Website, server: ChatServer, size: Any
) -> None:
    page.set_viewport_size(size)
    visitor = visit(page, website, '<a href="#elsewhere">A link of the page</a>' + one_line(server))
    visitor.button(TITLE).click()
    visitor.greeted()
    panel = page.get_by_role("dialog", name=TITLE)
    box = panel.bounding_box() or {}
    assert (box["width"] == size["width"], box["height"] == size["height"]) == ((size is PHONE),) * 2
    link = page.get_by_role("link", name="A link of the page")
    link.evaluate("each => each.focus()")
    assert link.evaluate("each => document.activeElement === each") is (size is DESKTOP)


def test_colours_and_font_are_the_page_s_to_choose(page: Page, website: Website, server: ChatServer) -> None:
    style = "<style>:root { --needlepoint-accent: rgb(90, 20, 90); --needlepoint-font: monospace; }</style>"
    visitor = visit(page, website, style + one_line(server))
    opener = visitor.button(TITLE)
    look = opener.evaluate("each => [getComputedStyle(each).backgroundColor, getComputedStyle(each).fontFamily]")
    assert look == ["rgb(90, 20, 90)", "monospace"]
