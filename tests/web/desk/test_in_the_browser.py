"""The desk in Chromium: by keyboard, live, with two browsers at once, on paper, and for everyone (axe)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.intake.accounts import Accounts
from bot.intake.casework import Casework
from bot.office import Office
from tests.browser import DESKTOP, chromium, served
from tests.intake.examples import add, add_talk
from tests.web.desk.conftest import PASSWORD
from tests.web.patient import CONVERSATIONS

PATIENCE = 15_000  # ms, on a machine that does much else
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ("/desk", "/desk?list=all", "/desk/assisted", "/desk/week", "/desk/exports", "/desk/audit")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium; closed with this module, for its event loop would be in the way of other tests."""
    with chromium() as found:
        expect.set_options(timeout=PATIENCE)
        yield found


@pytest.fixture
def address(desk_app: FastAPI) -> Iterator[str]:
    """Return the address of the running server."""
    with served(desk_app) as found:
        yield found


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Return the profiles that a test opened, which are closed after it."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


class Front:
    """Opens the desk in a browser of its own for each person."""

    def __init__(self, browser: Browser, address: str, contexts: list[BrowserContext], faults: list[str]) -> None:
        self.browser, self.address, self.contexts, self.faults = browser, address, contexts, faults

    def open(self, username: str, **options: Any) -> Page:
        """Sign in, by keyboard, and return the page."""
        context = self.browser.new_context(**{"viewport": DESKTOP} | options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(f"{self.address}/desk")
        expect(page.locator("#username")).to_be_focused()
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")
        return page


@pytest.fixture
def front(browser: Browser, address: str, contexts: list[BrowserContext]) -> Iterator[Front]:
    """Return the desk; no script may fail on it."""
    faults: list[str] = []
    yield Front(browser, address, contexts, faults)
    assert faults == []


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, and where."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_is_accessible(front: Front, engine: sa.engine.Engine, colours: str) -> None:
    for number, outcome in enumerate(("emergency", "crisis", "urgent", "see_clinician", "explain_technique")):
        add_talk(engine, str(number), '{"event": "user", "timestamp": 1.0, "text": "my hip", "parse_data": {}}')
        intake = add(engine, "waiting" if number == 2 else "", reference=str(number), conversation_id=str(number),
                     outcome=outcome)  # fmt: skip
    page = front.open("grace", color_scheme=colours)
    for path in (*PAGES, f"/desk/intakes/{intake}", "/desk/intakes/999"):
        page.goto(front.address + path)
        assert violations(page) == [], path
    page.goto(f"{front.address}/desk/intakes/{intake}")
    page.get_by_text("Change it").click()
    page.get_by_text("Erase this intake").click()
    assert violations(page) == []
    page.get_by_role("button", name="Sign out").click()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_cut_off_on_a_narrow_screen(front: Front, engine: sa.engine.Engine, width: int) -> None:
    intake = add(engine)
    page = front.open("grace", viewport={"width": width, "height": 740})
    for path in (*PAGES, f"/desk/intakes/{intake}"):
        page.goto(front.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_new_intake_appears_by_itself_and_is_marked_unread(front: Front, engine: sa.engine.Engine) -> None:
    page = front.open("sam")
    expect(page.get_by_text("Nothing here")).to_be_visible()
    page.wait_for_timeout(2_000)  # until the page listens
    add(engine)
    expect(page.get_by_role("link", name="Unread: Ada Smith")).to_be_visible()
    expect(page).to_have_title("Worklist (1 unread) – Example Dry Needling Clinic")


def test_two_on_one_intake_are_told_and_overwrite_nothing(front: Front, engine: sa.engine.Engine) -> None:
    intake = add(engine)
    one, other = front.open("sam"), front.open("grace")
    for page in (one, other):
        page.goto(f"{front.address}/desk/intakes/{intake}")
    expect(one.get_by_text("Grace Hopper is also looking at this intake.")).to_be_visible()
    other.get_by_role("button", name="Booked").click()
    expect(one.get_by_text("This intake has changed.")).to_be_visible()
    one.get_by_role("button", name="Closed").click()
    expect(one.get_by_role("alert")).to_contain_text("Grace Hopper changed this intake")
    expect(one.get_by_role("button", name="Booked")).to_have_attribute("aria-pressed", "true")


def test_a_talk_with_staff_goes_back_and_forth_without_reloading(
    front: Front, engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Office, "is_open", lambda self, moment: True)
    page = front.open("sam")
    patient = front.contexts[0].request
    for _ in range(100):
        if patient.get(f"{front.address}/readyz").ok:
            break
        time.sleep(0.05)
    begun = patient.post(f"{front.address}{CONVERSATIONS}", data={}).json()
    talk = f"{front.address}{CONVERSATIONS}/{begun['conversation_id']}/messages"
    headers = {"Authorization": f"Bearer {begun['token']}"}
    for text in ("my hip hurts", "I want to talk to a person"):
        assert patient.post(talk, data={"text": text}, headers=headers).ok
    page.get_by_role("link", name="No name given").click()
    page.get_by_label("Write to the patient").fill("Hello, this is Sam")
    page.get_by_role("button", name="Send as Sam Reyes").click()
    expect(page.get_by_role("button", name="Hand back to the assistant")).to_be_visible()
    page.wait_for_timeout(2_000)
    assert patient.post(talk, data={"text": "Do you have time at three?"}, headers=headers).json()["messages"] == []
    expect(page.get_by_role("log")).to_contain_text("Do you have time at three?")


def test_a_call_is_triaged_by_keyboard_in_under_a_minute(front: Front, engine: sa.engine.Engine) -> None:
    page = front.open("sam")
    page.goto(f"{front.address}/desk/assisted")
    begun = time.monotonic()
    page.keyboard.type("he says his jaw clicks, he is 34, needles are fine")
    expect(page.locator("#aside")).to_contain_text("to go")
    for line in ("", "no it stays there", "none of these", "none of those either", "no"):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        expect(page.locator("#heard")).to_have_value("")
        page.wait_for_timeout(600)
    expect(page.locator("#aside")).to_contain_text("May suit")
    page.get_by_label("Name").fill("Ada Smith")
    page.get_by_label("The caller said yes").press("Space")
    page.get_by_role("button", name="Save the intake").press("Enter")
    expect(page.get_by_role("heading", name="Ada Smith")).to_be_visible()
    assert time.monotonic() - begun < 60


def test_a_sign_that_is_typed_shows_its_verdict_at_once(front: Front, engine: sa.engine.Engine) -> None:
    page = front.open("sam")
    page.goto(f"{front.address}/desk/assisted")
    page.keyboard.type("she has crushing chest pain that spreads to her arm")
    expect(page.locator("#aside")).to_contain_text("Emergency: call")
    expect(page.locator("#heard")).to_have_value("she has crushing chest pain that spreads to her arm")


def test_an_intake_prints_on_one_page(front: Front, engine: sa.engine.Engine) -> None:
    for number in range(14):
        add_talk(engine, f"x{number}", "{}")
    intake = add(engine)
    with engine.begin() as connection:
        from bot.intake.database import events_table

        for number in range(24):
            data = json.dumps({"event": "user", "timestamp": number, "text": f"this is what I say {number}"})
            connection.execute(events_table.insert().values(conversation_id="one", data=data))
    page = front.open("sam")
    page.goto(f"{front.address}/desk/intakes/{intake}")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_the_pages_work(front: Front, engine: sa.engine.Engine, path: str) -> None:
    intake = add(engine)
    page = front.open("grace", java_script_enabled=False)
    page.goto(front.address + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if path != "/desk":
        return
    page.get_by_role("link", name="Ada Smith").click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_label("Note for the team").fill("rang twice")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_text("rang twice")).to_be_visible()
    staff = Accounts(engine).check("sam", PASSWORD, "")
    assert staff
    assert Casework(engine, staff, "").look_at(intake)["taken_by"] == "Grace Hopper"
