"""What is kept as agreed to is what patients are told, word for word."""

from __future__ import annotations

import pytest
import yaml

from bot.intake.consent import KINDS, consent
from bot.settings import ROOT, clinic


def reply(file: str, name: str) -> str:
    """Return a reply as patients read it."""
    content = yaml.safe_load((ROOT / "data" / "responses" / file).read_text(encoding="utf-8"))["responses"]
    return " ".join(content[name][0]["text"].format(**clinic().placeholders()).split())


@pytest.mark.parametrize(("kind", "file", "name"), [
    ("chat", "questions.yml", "utter_question_share_with_clinic"),
    ("human", "conversation.yml", "utter_human_waiting"),
    ("human", "conversation.yml", "utter_human_callback"),
])  # fmt: skip
def test_the_consent_is_part_of_what_was_said(kind: str, file: str, name: str) -> None:
    assert " ".join(consent(kind, clinic().placeholders())["text"].split()) in reply(file, name)


@pytest.mark.parametrize("kind", KINDS)
def test_each_consent_has_a_version(kind: str) -> None:
    assert consent(kind, clinic().placeholders())["version"]
