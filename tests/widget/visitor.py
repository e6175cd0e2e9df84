"""A patient at the widget, who finds things as a screen reader does: by role and name."""

from __future__ import annotations

import re
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": STANDARDS}}
FINE = {  # the answers of one with whom nothing is wrong, by the words of the question
    "Where does it hurt": "my left shoulder",
    "stay in one place": "It stays in one place",
    "any of these?": "None of these",
    "How old": "41",
    "about needles": "They do not bother me",
    "any of these apply": "None of these",
    "cramp or stiffen": "No",
}


class Visitor:
    """What a patient does in one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log: Locator = page.get_by_role("log", name="Messages")
        self.box: Locator = page.get_by_role("textbox", name="Your message")

    def greeted(self) -> Self:
        """Wait for the first question."""
        expect(self.log).to_contain_text("Where does it hurt?")
        return self

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """Return the button of this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def say(self, text: str, answer: str | re.Pattern[str] = "") -> Self:
        """Type a message, and wait for an answer."""
        count = self.of("assistant").count() + self.of("verdict").count()
        self.box.fill(text)
        self.box.press("Enter")
        return self._answered(count, answer)

    def tap(self, name: str, answer: str | re.Pattern[str] = "") -> Self:
        """Tap an answer, and wait for what comes back."""
        count = self.of("assistant").count() + self.of("verdict").count()
        self.button(name).click()
        return self._answered(count, answer)

    def answer_all(self, **others: str) -> Self:
        """Answer until the verdict; `others` replace answers, by the first word of the question's key."""
        for _ in range(12):
            if self.of("verdict").count():
                return self
            question = self.of("assistant").last.inner_text()
            key = next(key for key in FINE if key in question)
            reply = next((text for name, text in others.items() if name in key), FINE[key])
            if self.button(reply).count():
                self.tap(reply)
            else:
                self.say(reply)
        raise AssertionError("there is no verdict")

    def of(self, kind: str) -> Locator:
        """Return the messages of a side, or the verdicts."""
        return self.log.locator(f".message.{kind}")

    def said(self) -> list[str]:
        """Return what the patient said, as it is shown."""
        return self.of("patient").locator("> p, > ul").all_inner_texts()

    def violations(self) -> list[str]:
        """Return what axe finds wrong with the page as it stands."""
        results: dict[str, Any] = Axe().run(self.page, options=RULES).response
        found = [(v["id"], node) for v in results["violations"] for node in v["nodes"]]
        return [f"{rule}: {node['target']} {node['failureSummary']}" for rule, node in found]

    def _answered(self, count: int, answer: str | re.Pattern[str]) -> Self:
        both = self.log.locator(".message.assistant, .message.verdict")
        expect(both).not_to_have_count(count)
        if answer:
            expect(self.log).to_contain_text(answer)
        return self
