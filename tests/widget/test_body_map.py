"""The body map: named buttons on the drawing, the same as a list, words that are understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.web.pages import WIDGET
from tests.widget.visitor import Visitor

BODY = json.loads((WIDGET / "body.json").read_text(encoding="utf-8"))
WORDS = json.loads((WIDGET / "words" / "en.json").read_text(encoding="utf-8"))
SIDED = {part["part"]: part["sided"] for parts in BODY["views"].values() for part in parts}
PLACES = [
    WORDS["parts"][part].replace("{side}", side)
    for part, sided in SIDED.items()
    for side in (WORDS["sides"].values() if sided else [""])
]


def test_every_part_has_its_words() -> None:
    assert set(WORDS["parts"]) == set(SIDED)
    assert {part for part, words in WORDS["parts"].items() if "{side}" in words} == {p for p, s in SIDED.items() if s}


@pytest.mark.parametrize("words", PLACES)
def test_the_words_of_every_place_are_understood(reader: Any, words: str) -> None:
    assert [f.value for f in reader.read(words) if f.kind in ("indication", "site")]


def test_pick_on_the_drawing(visitor: Visitor) -> None:
    visitor.page.get_by_text("Show it on a body map").click()
    left = visitor.button("left shoulder")
    left.click()
    expect(left).to_have_attribute("aria-pressed", "true")
    expect(visitor.button("right shoulder")).to_have_attribute("aria-pressed", "false")
    visitor.button("Back").click()
    visitor.button("lower back").click()
    expect(visitor.page.get_by_text("Picked: left shoulder, lower back")).to_be_visible()
    visitor.tap("Send these places")
    assert visitor.said() == ["left shoulder and lower back"]


def test_the_sides_are_those_of_the_person(visitor: Visitor) -> None:
    """In front the person's left is on the viewer's right; from behind on the viewer's left."""
    visitor.page.get_by_text("Show it on a body map").click()
    for view, order in (("Front", ["right", "left"]), ("Back", ["left", "right"])):
        visitor.button(view).click()
        boxes = {side: visitor.button(f"{side} elbow").bounding_box() for side in ("left", "right")}
        assert sorted(boxes, key=lambda side: (boxes[side] or {})["x"]) == order


def test_the_keyboard_reaches_and_picks(visitor: Visitor) -> None:
    visitor.page.get_by_text("Show it on a body map").press("Enter")
    knee = visitor.button("left knee")
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if knee.evaluate("each => each.getRootNode().activeElement === each"):
            break
    visitor.page.keyboard.press(" ")
    expect(knee).to_have_attribute("aria-pressed", "true")
    visitor.page.keyboard.press("Enter")
    expect(knee).to_have_attribute("aria-pressed", "false")


def test_the_list_holds_the_same_answers(visitor: Visitor) -> None:
    visitor.page.get_by_text("Show it on a body map").click()
    visitor.button("left hip").click()
    visitor.button("Show as a list").click()
    boxes = visitor.page.get_by_role("group", name="Places on the body").get_by_role("checkbox")
    expect(boxes).to_have_count(len(PLACES))
    expect(visitor.page.get_by_role("checkbox", name="left hip")).to_be_checked()
    visitor.page.get_by_role("checkbox", name="jaw").check()
    visitor.tap("Send these places")
    assert visitor.said() == ["left hip and jaw"]


def test_where_it_travels_is_shown_on_the_same_map(visitor: Visitor) -> None:
    visitor.say("my neck")
    visitor.page.get_by_text("Show where it travels to").click()
    visitor.button("right hand").click()
    visitor.tap("Send these places", "any of these?")
    assert visitor.said()[-1] == "yes, it travels to: right hand"


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_part_is_large_enough_to_hit(visitor: Visitor, width: int) -> None:
    """24 by 24 pixels, or that far from its neighbours' middles (WCAG 2.2, 2.5.8); the list has the same besides."""
    visitor.page.set_viewport_size({"width": width, "height": 740})
    visitor.page.get_by_text("Show it on a body map").click()
    boxes = [region.bounding_box() for region in visitor.page.locator(".region:visible").all()]
    small = [box for box in boxes if box and min(box["width"], box["height"]) < 24]
    assert [box for box in small if _nearest(box, boxes) < 24] == []


def _nearest(box: Any, boxes: list[Any]) -> float:
    """Return the distance in pixels from a box's middle to that of the nearest other box."""
    middles = [(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes if b != box]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return min(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b in middles)
