"""The conversation: taps, words, several picks, progress, change, why, start over, erase, who writes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from bot.settings import clinic
from tests.widget.visitor import Visitor


def test_a_whole_triage_with_taps_and_words(visitor: Visitor) -> None:
    visitor.answer_all()
    verdict = visitor.of("verdict")
    expect(verdict.get_by_role("heading", level=3)).to_have_text("Dry needling may be worth asking about")
    expect(verdict).to_contain_text("shoulder pain")
    assert visitor.said() == [
        "my left shoulder", "It stays in one place", "None of these", "41",
        "They do not bother me", "None of these", "No",
    ]  # fmt: skip


def test_progress_is_told_in_words_and_as_a_bar(visitor: Visitor) -> None:
    expect(visitor.page.get_by_text("Question 1 of about 7")).to_be_visible()
    visitor.say("I am 41 and my left shoulder hurts")
    expect(visitor.page.get_by_text("Question 3 of about 7")).to_be_visible()
    bar = visitor.page.get_by_role("progressbar", name="Progress")
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("2", "7")


def test_several_points_are_ticked_and_then_sent(visitor: Visitor) -> None:
    visitor.say("my left shoulder, I am 41, it does not travel, needles are fine")
    visitor.tap("None of these")
    send = visitor.button("Send picked answers")
    expect(send).to_be_disabled()
    visitor.page.get_by_role("checkbox", name="Pregnant now, or might be.").check()
    visitor.page.get_by_role("checkbox", name="An allergy to metal.").check()
    visitor.tap("Send picked answers")
    expect(visitor.of("verdict").get_by_role("heading", level=3)).to_have_text("See a clinician first")
    expect(visitor.of("verdict")).to_contain_text("an allergy to metal")


def test_why_do_you_ask(visitor: Visitor) -> None:
    visitor.tap("Why do you ask?")
    expect(visitor.log).to_contain_text("The advice depends on where it hurts")
    assert visitor.page.get_by_text("Where does it hurt?").count() == 2


def test_an_answer_is_changed_by_its_own_button(visitor: Visitor) -> None:
    visitor.say("my left shoulder").tap("It stays in one place").tap("None of these").say("41")
    visitor.tap("Change: Age", "How old")
    visitor.say("9")
    expect(visitor.of("verdict").get_by_role("heading", level=3)).to_have_text("See a clinician first")
    expect(visitor.of("verdict")).to_contain_text("below the age of 12")


def test_the_answers_can_be_seen_and_changed_together(visitor: Visitor) -> None:
    visitor.say("I am 41 and my left shoulder hurts")
    visitor.button("Menu").click()
    visitor.button("Your answers").click()
    dialog = visitor.page.get_by_role("dialog", name="Your answers")
    expect(dialog.get_by_role("definition")).to_have_count(2)
    expect(dialog).to_contain_text("I am 41 and my left shoulder hurts")
    dialog.get_by_role("button", name="Change: Where it hurts").click()
    expect(dialog).to_be_hidden()
    expect(visitor.of("patient").last).to_contain_text("change where it hurts")


def test_start_over_asks_first(visitor: Visitor) -> None:
    visitor.say("my left shoulder")
    for choice, left in (("Cancel", 1), ("Yes", 0)):
        visitor.button("Menu").click()
        visitor.button("Start over").click()
        visitor.button(choice).click()
        expect(visitor.of("patient")).to_have_count(left)
    visitor.greeted()


def test_delete_my_data_leaves_nothing_in_the_browser_or_on_the_server(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder")
    kept = page.evaluate("JSON.parse(Object.values(localStorage)[0])")
    visitor.button("Menu").click()
    visitor.button("Delete my data").click()
    visitor.button("Yes").click()
    expect(page.get_by_role("status").first).to_have_text("All that you told us here is deleted.")
    expect(visitor.of("patient")).to_have_count(0)
    status = page.evaluate(
        "async ([{ id, token }]) => (await fetch(`/api/v1/conversations/${id}/messages`,"
        " { headers: { Authorization: `Bearer ${token}` } })).status",
        kept,
    )
    assert status == 404
    assert kept[0]["id"] not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")


def test_the_talk_itself_is_never_kept_in_the_browser(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder hurts")
    assert "shoulder" not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")


def test_what_is_typed_is_text(visitor: Visitor, page: Page) -> None:
    visitor.say("<img src=x onerror=document.title='gone'> my <b>hip</b>")
    assert visitor.said() == ["<img src=x onerror=document.title='gone'> my <b>hip</b>"]
    assert page.title() != "gone"


@pytest.mark.parametrize(
    ("words", "outcome", "numbers"),
    [
        ("crushing chest pain and I am sweating", "Emergency", [clinic().emergency_number]),
        ("I want to kill myself", "Crisis support", [clinic().crisis_number, clinic().emergency_number]),
    ],
)
def test_an_emergency_is_a_number_to_call_and_nothing_else(
    visitor: Visitor, words: str, outcome: str, numbers: list[str]
) -> None:
    visitor.say(words)
    alarm = visitor.page.get_by_role("alert").first
    expect(alarm).to_contain_text(outcome)
    assert [link.get_attribute("href") for link in alarm.get_by_role("link").all()] == [f"tel:{n}" for n in numbers]
    assert visitor.of("verdict").get_by_role("button").count() == 0
    expect(visitor.page.get_by_role("group", name="Answers to pick")).to_be_empty()


def test_an_emergency_taken_back_by_a_plain_answer_is_gone(visitor: Visitor) -> None:
    visitor.say("crushing chest pain and I am sweating")
    visitor.say("no, I do not have chest pain")
    alarm = visitor.page.get_by_role("alert").first
    expect(alarm).to_contain_text("Emergency")
    visitor.tap("No")
    expect(alarm).to_be_empty()


def test_long_answers_are_folded(visitor: Visitor) -> None:
    visitor.answer_all()
    whole = visitor.of("verdict").get_by_text("Read the whole explanation")
    expect(visitor.of("verdict").get_by_text("A thin needle in a small tube")).to_be_hidden()
    whole.click()
    expect(visitor.of("verdict").get_by_text("A thin needle in a small tube")).to_be_visible()
    longest = max(len(text) for text in visitor.of("assistant").all_inner_texts())
    assert longest < 500


def test_contact_fields_say_what_they_are_for(visitor: Visitor) -> None:
    visitor.answer_all()
    visitor.tap("Yes, pass it on", "What name")
    assert visitor.box.get_attribute("autocomplete") == "name"
    visitor.say("Ada Smith", "What phone number")
    assert (visitor.box.get_attribute("autocomplete"), visitor.box.get_attribute("inputmode")) == ("tel", "tel")
    visitor.say("555 0123", re.compile("have been passed to the front desk"))
