"""Marked messages: read as they were marked, and refused with a sentence that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.fact_extractor import DESCRIPTIONS
from bot.nlu.marked import load_marked
from bot.triage.checking import ProtocolError
from bot.triage.model import Assertion


def _file(folder: Path, text: str) -> Path:
    path = folder / "assertion.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_marks_are_read(tmp_path: Path) -> None:
    (message,) = load_marked(_file(tmp_path, 'marked: ["not my {denied|hip}, my {present|neck}"]'))
    assert message.text == "not my hip, my neck"
    assert message.mentions == ((Assertion.DENIED, "hip"), (Assertion.PRESENT, "neck"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('marked: ["{never|hip}"]', "never is none of present, denied"),
        ('["{denied|hip}"]', "must hold a list `marked`"),
        ("marked: [", "cannot be read as YAML"),
    ],
)
def test_a_slip_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        load_marked(_file(tmp_path, text))


def test_every_assertion_is_learnt() -> None:
    marked = load_marked(DESCRIPTIONS / "assertion.yml")
    assert {assertion for message in marked for assertion, _ in message.mentions} == set(Assertion)
