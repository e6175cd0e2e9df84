"""On the phone: the same questions, rules and reading as in the chat."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from bot.intake.repository import IntakeRepository
from bot.settings import clinic
from tests.web.desk.conftest import Desk


class Caller:
    """A call, taken down on the form as a browser without scripts would send it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.html = desk.get("/assisted").text

    def fields(self) -> dict[str, Any]:
        """Return what the form holds now."""
        found: dict[str, Any] = {}
        for tag in re.findall(r"<input[^>]*>", self.html.partition('class="assisted"')[2]):
            name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
            if not name or ("type=\"radio\"" in tag or "type=\"checkbox\"" in tag) and " checked" not in tag:
                continue
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
        return found

    def send(self, action: str = "read", **changes: Any) -> Any:
        """Send the form with some changes."""
        answer = self.desk.client.post("/desk/assisted", data=self.fields() | {"action": action} | changes)
        self.html = answer.text
        return answer

    def says(self, *lines: str) -> str:
        """Type what the caller says, a line at a time; return the page."""
        for line in lines:
            self.send(heard=line)
        return unescape(self.html)


@pytest.fixture
def caller(sam: Desk) -> Caller:
    """Return a caller of whom nothing is known."""
    return Caller(sam)


def test_a_whole_triage_in_three_lines_and_its_record(caller: Caller, url: str) -> None:
    html = caller.says("he says his jaw clicks, he is 34, needles are fine", "no it stays there", "none of these",
                       "none of those either", "no")  # fmt: skip
    assert "May suit" in html
    answer = caller.send("save", contact_name="\u202eAda", contact_phone="555-0123", agreed="yes")
    assert "/desk/intakes/" in str(answer.url)
    (intake,) = IntakeRepository(url).all()
    assert (intake.channel, intake.contact_name, intake.consent["kind"]) == ("phone", "Ada", "phone")
    assert intake.verdict["rule"] == "deep_and_superficial"
    assert intake.answers["age"] == 34
    assert "jaw clicks" in intake.said["pain_site"]


def test_the_emergency_line_comes_first(caller: Caller) -> None:
    number = clinic().emergency_number
    html = caller.says("she has a sore shoulder")
    said = html.partition('id="h-say"')[2]
    assert number in said.partition("</p>")[0]
    html = caller.says("and chest pain that spreads to her arm, she is sweating")
    assert f"Emergency: call {number} now" in html
    assert "answers to go" not in html


def test_what_is_ticked_decides_like_what_is_said(caller: Caller) -> None:
    caller.says("hip pain")
    caller.send(referred_pain="no", red_flags="none", age="9")
    assert "below the youngest age" in caller.html


def test_a_change_by_hand_is_a_correction(caller: Caller, url: str) -> None:
    caller.says("hip pain", "no", "none of these", "41")
    caller.send(age="9")
    caller.send("save", agreed="yes")
    (intake,) = IntakeRepository(url).all()
    assert {"fact": "age", "old": 41, "new": 9} in intake.corrections
    assert "age" not in intake.said


def test_nothing_is_kept_without_the_callers_yes(caller: Caller, url: str) -> None:
    caller.says("hip pain")
    caller.send("save", agreed="")
    assert "may keep the answers" in caller.html
    assert list(IntakeRepository(url).all()) == []


def test_what_says_nothing_is_given_back(caller: Caller) -> None:
    html = caller.says("purple monkeys dishwasher")
    assert "Nothing was taken" in html
    assert 'value="purple monkeys dishwasher"' in html


KEPT: dict[str, Any] = {
    "an array": [], "an unknown part": {"other": []}, "words that are none": {"said": 1},
    "words as an object": {"said": {"pain_site": {"x": 1}}, "answers": {"pain_site": ["shoulder_pain"]}},
    "half a character": {"said": {"pain_site": "\ud800"}}, "a sign that is none": {"doubtful": ["nope"]},
    "a sign as an object": {"cleared": [{}]}, "a list of objects": {"denied_one": [{}]},
    "an empty correction": {"corrections": [{}]},
    "a correction of nothing": {"corrections": [{"fact": "x", "old": 1, "new": 2}]},
    "a correction to an object": {"corrections": [{"fact": "age", "old": 41, "new": {}}]},
    "a likeness as an object": {"answers": {"likely": [{}]}}, "an unknown place": {"answers": {"pain_site": ["moon"]}},
    "a detail that is none": {"answers": {"pain_site_detail": {"shoulder_pain": []}}},
}  # fmt: skip
DAMAGED: dict[str, dict[str, str]] = {
    "cut short": {"kept": "{"}, "too deep": {"kept": "[" * 9_000}, "an age": {"age": "200"},
    "a sign": {"sign": "no_such_sign"}, "an answer": {"tolerance": "perhaps"}, "a place": {"add_site": "the moon"},
} | {name: {"kept": json.dumps(kept)} for name, kept in KEPT.items()}  # fmt: skip


@pytest.mark.parametrize("fields", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_form_is_refused_in_words(caller: Caller, url: str, fields: dict[str, str]) -> None:
    answer = caller.send("save", agreed="yes", **fields)
    assert answer.status_code in (400, 422)
    assert "That did not work" in answer.text
    assert list(IntakeRepository(url).all()) == []
