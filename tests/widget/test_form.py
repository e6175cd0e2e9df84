"""The same triage on one page: the same rules, and the answers kept when switching midway."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.widget.visitor import Visitor


@pytest.fixture
def form(visitor: Visitor) -> Locator:
    """Return the form, opened from the chat."""
    return to_form(visitor)


def to_form(visitor: Visitor) -> Locator:
    """Switch to the form, and return it."""
    visitor.button("Switch to: Form").click()
    form = visitor.page.locator("form.form")
    expect(field(form, "Where does it hurt?")).to_be_visible()
    return form


def field(form: Locator, question: str) -> Locator:
    """Return the field of a question."""
    return form.get_by_role("group", name=question)


def fill_in(form: Locator, age: str = "41") -> None:
    """Fill everything in as one with whom nothing is wrong."""
    form.get_by_role("textbox", name="Where it hurts").fill("my left shoulder")
    field(form, "stay in one place").get_by_role("radio", name="It stays in one place").check()
    field(form, "Do you have any of these?").get_by_role("checkbox", name="None of these").check()
    form.get_by_role("textbox", name="Age").fill(age)
    field(form, "about needles").get_by_role("radio", name="They do not bother me").check()
    field(form, "any of these apply").get_by_role("checkbox", name="None of these").check()
    field(form, "cramp or stiffen").get_by_role("radio", name="No", exact=True).check()


def test_filled_in_from_top_to_bottom_it_ends_with_the_same_card(form: Locator) -> None:
    fill_in(form)
    result = form.get_by_role("region", name="Your result")
    expect(result.get_by_role("heading", level=3)).to_have_text("Dry needling may be worth asking about")
    expect(result).to_contain_text("shoulder pain")
    expect(result.get_by_role("heading", level=3)).to_be_focused()


def test_the_order_of_filling_in_does_not_matter(form: Locator) -> None:
    field(form, "cramp or stiffen").get_by_role("radio", name="Yes").check()
    form.get_by_role("textbox", name="Age").fill("41")
    field(form, "any of these apply").get_by_role("checkbox", name="None of these").check()
    field(form, "about needles").get_by_role("radio", name="They do not bother me").check()
    form.get_by_role("textbox", name="Where it hurts").fill("my left shoulder")
    field(form, "stay in one place").get_by_role("radio", name="It stays in one place").check()
    field(form, "Do you have any of these?").get_by_role("checkbox", name="None of these").check()
    expect(form.get_by_role("region", name="Your result")).to_contain_text("Fits what you said")


def test_what_was_said_in_the_chat_stands_in_the_form(visitor: Visitor) -> None:
    visitor.say("my left shoulder").tap("It stays in one place").tap("None of these").say("I am 41")
    form = to_form(visitor)
    expect(form.get_by_role("textbox", name="Where it hurts")).to_have_value("my left shoulder")
    expect(form.get_by_role("radio", name="It stays in one place")).to_be_checked()
    expect(field(form, "Do you have any of these?").get_by_role("checkbox", name="None of these")).to_be_checked()
    expect(form.get_by_role("textbox", name="Age")).to_have_value("41")


def test_what_was_filled_in_stands_in_the_chat(visitor: Visitor, form: Locator) -> None:
    form.get_by_role("textbox", name="Where it hurts").fill("my left shoulder")
    field(form, "stay in one place").get_by_role("radio", name="It travels").check()
    expect(field(form, "Do you have any of these?")).to_be_visible()
    visitor.button("Switch to: Chat").click()
    assert visitor.said() == ["my left shoulder", "It travels"]
    visitor.tap("None of these", "How old")


def test_a_sign_of_danger_acts_at_once(visitor: Visitor, form: Locator) -> None:
    form.get_by_role("textbox", name="Where it hurts").fill("my left shoulder")
    field(form, "stay in one place").get_by_role("radio", name="It stays in one place").check()
    field(form, "Do you have any of these?").get_by_role("checkbox", name="A tight, heavy or painful chest").check()
    expect(visitor.page.get_by_role("alert").first).to_contain_text("Emergency")


def test_a_corrected_answer_changes_the_result(form: Locator) -> None:
    fill_in(form)
    expect(form.get_by_role("region", name="Your result")).to_be_visible()
    age = form.get_by_role("textbox", name="Age")
    age.fill("9")
    age.press("Tab")
    expect(form.get_by_role("region", name="Your result")).to_contain_text("below the age of 12")


def test_a_minor_is_asked_for_the_consents(form: Locator) -> None:
    fill_in(form, age="15")
    for question in ("parent or guardian", "agree to it too", "fully understand"):
        field(form, question).get_by_role("radio", name="Yes").check()
    expect(form.get_by_role("region", name="Your result")).to_contain_text("worth asking about")


def test_a_place_that_needs_a_detail_asks_for_it(form: Locator) -> None:
    form.get_by_role("textbox", name="Where it hurts").fill("my knee")
    field(form, "stay in one place").get_by_role("radio", name="It stays in one place").check()
    field(form, "You said: knee").get_by_role("radio", name="The outer side").check()
    expect(field(form, "Do you have any of these?")).to_be_visible()


def test_what_is_missing_or_not_understood_is_said_at_its_field(form: Locator) -> None:
    form.get_by_role("button", name="Show my result").click()
    site = form.get_by_role("textbox", name="Where it hurts")
    expect(site).to_be_focused()
    expect(site).to_have_attribute("aria-invalid", "true")
    expect(field(form, "Where does it hurt?")).to_contain_text("Please answer this question.")
    site.fill("blorp")
    site.press("Tab")
    expect(field(form, "Where does it hurt?")).to_contain_text("Sorry, I did not catch that")
    site.fill("my left shoulder")
    site.press("Tab")
    expect(site).not_to_have_attribute("aria-invalid", "true")


def test_every_question_says_why_it_is_asked(form: Locator) -> None:
    age = field(form, "How old")
    age.get_by_text("Why do you ask?").click()
    expect(age.get_by_text("There is an age limit for this treatment")).to_be_visible()


def test_the_body_map_fills_the_form_in(form: Locator) -> None:
    site = field(form, "Where does it hurt?")
    site.get_by_text("Show it on a body map").click()
    site.get_by_role("button", name="left shoulder", exact=True).click()
    expect(form.get_by_role("textbox", name="Where it hurts")).to_have_value("left shoulder")
    field(form, "stay in one place").get_by_role("radio", name="It stays in one place").check()
    expect(field(form, "Do you have any of these?")).to_be_visible()


def test_erasing_empties_the_form(visitor: Visitor, form: Locator) -> None:
    form.get_by_role("textbox", name="Where it hurts").fill("my left shoulder")
    field(form, "stay in one place").get_by_role("radio", name="It stays in one place").check()
    expect(field(form, "Do you have any of these?")).to_be_visible()
    visitor.button("Menu").click()
    visitor.button("Delete my data").click()
    visitor.button("Yes").click()
    expect(form.get_by_role("textbox", name="Where it hurts")).to_have_value("")
