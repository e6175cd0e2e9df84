"""WCAG 2.2 AA: axe on every state, live regions, the keyboard alone, zoom, colours, motion, names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.widget.conftest import DESKTOP, PHONE
from tests.widget.serving import ChatServer
from tests.widget.visitor import Visitor


def _open(visitor: Visitor, *buttons: str) -> None:
    for name in buttons:
        visitor.button(name).click()


def _body_map(visitor: Visitor) -> None:
    visitor.page.get_by_text("Show it on a body map").click()
    visitor.button("left shoulder").click()


def _body_list(visitor: Visitor) -> None:
    _body_map(visitor)
    visitor.button("Show as a list").click()


def _points(visitor: Visitor) -> None:
    visitor.say("my left shoulder, I am 41, it does not travel, needles are fine").tap("None of these")
    visitor.page.get_by_role("checkbox").first.check()


def _away(visitor: Visitor) -> None:
    visitor.page.context.set_offline(True)
    visitor.box.fill("my hip")
    visitor.box.press("Enter")
    expect(visitor.page.get_by_role("status").first).to_contain_text("No connection")


def _form_filled(visitor: Visitor) -> None:
    visitor.answer_all()
    _open(visitor, "Switch to: Form")
    expect(visitor.page.get_by_role("region", name="Your result")).to_be_visible()


def _form_wrong(visitor: Visitor) -> None:
    _open(visitor, "Switch to: Form", "Show my result")
    expect(visitor.page.get_by_text("Please answer this question.")).to_be_visible()


STATES: dict[str, Callable[[Visitor], object]] = {
    "greeting": lambda v: v,
    "menu": lambda v: _open(v, "Menu"),
    "confirmation": lambda v: _open(v, "Menu", "Delete my data"),
    "answers": lambda v: (v.say("my hip"), _open(v, "Menu", "Your answers")),
    "body map": _body_map,
    "body list": _body_list,
    "where it travels": lambda v: (v.say("my neck"), v.page.get_by_text("Show where it travels to").click()),
    "signs": lambda v: v.say("my neck, it does not travel"),
    "points": _points,
    "verdict": lambda v: v.answer_all(),
    "beyond the article": lambda v: (_points(v), v.tap("Send picked answers")),
    "emergency": lambda v: v.say("crushing chest pain and I am sweating"),
    "crisis": lambda v: v.say("I want to kill myself"),
    "urgent": lambda v: v.say("my hip, it does not travel").tap("Not sure"),
    "offline": _away,
    "form": lambda v: _open(v, "Switch to: Form"),
    "form filled in": _form_filled,
    "form gone wrong": _form_wrong,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visitor: Visitor, state: str, scheme: str) -> None:
    visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    STATES[state](visitor)
    assert visitor.violations() == []


@pytest.mark.parametrize("state", ["greeting", "points", "verdict", "emergency", "form filled in"])
@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 640), (640, 400)], ids=["400 %", "phone", "200 %"])
def test_nothing_scrolls_sideways_and_nothing_is_out_of_reach(
    visitor: Visitor, state: str, width: int, height: int
) -> None:
    """1280 by 1024 pixels at 400 % are 320 by 256 (WCAG 1.4.10)."""
    visitor.page.set_viewport_size({"width": width, "height": height})
    STATES[state](visitor)
    wide = """each => [...each.querySelectorAll('*')].filter((e) => e.clientWidth > 1
      && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible').length"""
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.page.locator(".root").evaluate(wide) == 0
    assert visitor.violations() == []


def test_text_at_twice_its_size(chromium: Browser, server: ChatServer) -> None:
    """As set in the browser's own settings, which the widget must follow (WCAG 1.4.4)."""
    with chromium.new_context(viewport=DESKTOP) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(server.address)
        visitor = Visitor(page).greeted()
        before = visitor.box.bounding_box() or {}
        page.locator("needlepoint-chat").evaluate(
            "each => each.shadowRoot.adoptedStyleSheets[1].insertRule(':host { font-size: 32px !important; }', 1)"
        )
        sizes = page.locator(".message p").first.evaluate("each => getComputedStyle(each).fontSize")
        assert sizes == "32px"
        visitor.answer_all()
        assert (visitor.box.bounding_box() or {})["height"] > before["height"] * 1.5
        assert visitor.violations() == []


def test_live_regions_are_there_before_anything_is_told(page: Page, server: ChatServer) -> None:
    page.route("**/conversations", lambda route: None)  # the greeting never comes
    page.goto(server.address)
    expect(page.get_by_role("log")).to_be_attached()
    expect(page.get_by_role("log")).to_be_empty()
    expect(page.get_by_role("status").first).to_be_attached()
    expect(page.get_by_role("alert").first).to_be_attached()
    expect(page.get_by_role("alert").first).to_be_empty()


def test_a_history_is_not_read_out(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder")
    page.reload()
    expect(visitor.of("patient")).to_have_count(1)
    assert visitor.log.get_attribute("aria-busy") == "true"
    expect(visitor.log).not_to_have_attribute("aria-busy", "true")


def _press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Move the focus with a key until it is on what has this name, as one without a mouse does."""
    focused = """() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      const label = at?.id && at.getRootNode().querySelector(`label[for="${at.id}"]`);
      return at?.getAttribute('aria-label') ?? label?.textContent ?? at?.textContent ?? '';
    }"""
    for _ in range(80):
        if page.evaluate(focused).strip() == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {name!r}")


def test_a_whole_triage_by_keyboard_alone(visitor: Visitor, page: Page) -> None:
    _press_until(page, "Your message")
    page.keyboard.type("my left shoulder")
    page.keyboard.press("Enter")
    for question, name in [
        ("stay in one place", "It stays in one place"), ("any of these?", "None of these"), ("How old", "41"),
        ("about needles", "They do not bother me"), ("any of these apply", "An allergy to metal."),
    ]:  # fmt: skip
        expect(visitor.log).to_contain_text(question)
        if name == "41":
            _press_until(page, "Your message")
            page.keyboard.type(name)
            page.keyboard.press("Enter")
        else:
            expect(page.get_by_text(name, exact=True).last).to_be_visible()
            _press_until(page, name)
            page.keyboard.press("Space")
    _press_until(page, "Send picked answers")
    page.keyboard.press("Enter")
    expect(visitor.of("verdict")).to_contain_text("an allergy to metal")
    _press_until(page, "Change: Health points")
    page.keyboard.press("Enter")
    expect(visitor.of("patient").last).to_contain_text("change the health points")


def test_the_focus_is_never_lost(visitor: Visitor, page: Page) -> None:
    """The button that was pressed vanishes with its question; the focus stays in the talk."""
    visitor.say("my left shoulder")
    visitor.button("It stays in one place").focus()
    page.keyboard.press("Enter")
    expect(visitor.log).to_contain_text("any of these?")
    inside = "document.activeElement.shadowRoot.activeElement?.closest('.talk') !== null"
    assert page.evaluate(inside)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "reply"


def test_the_reading_order_is_the_order_on_the_screen(visitor: Visitor) -> None:
    visitor.say("my left shoulder")
    tops = visitor.page.locator(".panel").evaluate(
        "panel => [...panel.querySelectorAll('header h2, .safety, .log, .replies, .composer')]"
        ".map((each) => each.getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)


def test_a_dialog_keeps_the_keyboard_until_escape_and_gives_it_back(visitor: Visitor, page: Page) -> None:
    menu = visitor.button("Menu")
    menu.press("Enter")
    visitor.button("Your answers").press("Enter")
    dialog = page.get_by_role("dialog", name="Your answers")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(menu).to_be_focused()


def test_languages_are_said(visitor: Visitor, page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".root").get_attribute("lang") == "en"
    assert visitor.log.get_attribute("lang") == "en"


def test_names_of_what_can_be_used(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder")
    names = page.locator(".panel").aria_snapshot()
    for role, name in [
        ("heading", "Dry needling questions"), ("button", "Switch to: Form"), ("button", "Menu"), ("link", "911"),
        ("region", "Conversation"), ("log", "Messages"), ("group", "Answers to pick"),
        ("button", "It stays in one place"), ("button", "Change: Where it hurts"), ("progressbar", "Progress"),
        ("textbox", "Your message"), ("button", "Send"), ("button", "Why do you ask?"),
    ]:  # fmt: skip
        assert f'{role} "{name}"' in names


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_target_is_24_pixels_at_the_least(visitor: Visitor, size: dict[str, int]) -> None:
    visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
    visitor.answer_all()
    targets = visitor.page.locator(".root button:visible, .root summary:visible, .root textarea:visible")
    boxes = [(each.inner_text(), each.bounding_box() or {}) for each in targets.all()]
    assert [(name, box) for name, box in boxes if min(box["width"], box["height"]) < 24] == []


def test_with_reduced_motion_nothing_moves(visitor: Visitor, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.route("**/messages", lambda route: None)
    visitor.box.fill("my left shoulder")
    visitor.box.press("Enter")
    expect(page.get_by_text("The assistant is writing")).to_be_visible()
    assert page.evaluate("document.querySelector('needlepoint-chat').shadowRoot.getAnimations().length") == 0


def test_in_forced_colours_what_is_picked_still_shows(visitor: Visitor, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    _body_map(visitor)
    look = "each => getComputedStyle(each.querySelector('path')).fill"
    assert visitor.button("left shoulder").evaluate(look) != visitor.button("right shoulder").evaluate(look)
    assert visitor.violations() == []


def test_the_verdict_is_said_in_words_and_not_by_colour_alone(visitor: Visitor) -> None:
    visitor.say("my hip, it does not travel").tap("Not sure")
    expect(visitor.of("verdict").get_by_role("heading", level=3)).to_have_text("See a doctor today")
