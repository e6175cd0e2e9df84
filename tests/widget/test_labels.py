"""The widget's words: the same keys in every language, plain, and none of them in the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import textstat
from playwright.sync_api import Page, expect

from bot.triage.engine import QUESTIONS
from bot.triage.model import Outcome
from bot.web.pages import WIDGET
from tests.widget.serving import ChatServer
from tests.widget.visitor import Visitor

LANGUAGES = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (WIDGET / "labels").glob("*.json")}
ENGLISH = LANGUAGES["en"]
MODULES = sorted(WIDGET.glob("*.js"))
GRADE, LONGEST_MODULE, LONGEST_LINE = 6.0, 250, 120


def texts(labels: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its place."""
    if isinstance(labels, str):
        yield path, labels
        return
    for key, value in labels.items() if isinstance(labels, dict) else enumerate(labels):
        yield from texts(value, f"{path}.{key}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_label_with_its_placeholders(language: str) -> None:
    placeholders = {
        name: {place: sorted(re.findall(r"{\w+}", text)) for place, text in texts(labels)}
        for name, labels in (("en", ENGLISH), (language, LANGUAGES[language]))
    }
    assert placeholders[language] == placeholders["en"]
    assert [place for place, text in texts(LANGUAGES[language]) if not text.strip()] == []
    assert LANGUAGES[language]["direction"] in ("ltr", "rtl")


def test_every_question_and_outcome_has_its_label() -> None:
    assert set(ENGLISH["facts"]) == set(QUESTIONS)
    assert set(ENGLISH["outcomes"]) == {outcome.value for outcome in Outcome}


@pytest.mark.parametrize(("place", "text"), [(p, t) for p, t in texts(ENGLISH) if len(t.split()) > 6])
def test_a_label_is_plain(place: str, text: str) -> None:
    assert textstat.flesch_kincaid_grade(text) <= GRADE, place


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_label_used_is_there(module: Any) -> None:
    used = set(re.findall(r"\blabels\.(?!js')(\w+)", module.read_text(encoding="utf-8"))) - {"language"}
    assert used - set(ENGLISH) == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_words_for_people_stand_in_the_code(module: Any) -> None:
    code = "\n".join(line.split("//")[0] for line in module.read_text(encoding="utf-8").splitlines())
    strings = re.findall(r"""'([A-Z][a-z]+ [a-z]+ [^'\n]*)'""", code)
    assert strings == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_is_short_and_says_what_it_is(module: Any) -> None:
    lines = module.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE
    assert max(map(len, lines)) <= LONGEST_LINE
    assert lines[0].startswith("// ")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_module_writes_markup_or_runs_text(module: Any) -> None:
    code = module.read_text(encoding="utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code) == []


def test_an_unknown_language_falls_back(page: Page, server: ChatServer) -> None:
    page.goto(server.address)
    page.locator("needlepoint-chat").evaluate("each => { each.remove(); }")
    page.evaluate("""() => {
      const chat = document.createElement('needlepoint-chat');
      chat.lang = 'xx-YY';
      chat.setAttribute('mode', 'inline');
      document.querySelector('main').append(chat);
    }""")
    Visitor(page).greeted()
    expect(page.locator(".root")).to_have_attribute("lang", "en")
