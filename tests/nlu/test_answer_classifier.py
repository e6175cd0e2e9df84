"""Replies are read as they are written, and refused with a sentence that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.nlu.answer_classifier import load_replies
from bot.nlu.fact_extractor import DESCRIPTIONS
from bot.triage.checking import ProtocolError

REPLIES = yaml.safe_load((DESCRIPTIONS / "answers.yml").read_text(encoding="utf-8"))


def _changed(folder: Path, question: str, answers: object) -> Path:
    path = folder / "answers.yml"
    path.write_text(yaml.safe_dump(REPLIES | {question: answers}), encoding="utf-8")
    return path


def test_the_replies_are_read() -> None:
    replies = load_replies(DESCRIPTIONS / "answers.yml")

    assert all(len(texts) >= 20 for answers in replies.values() for texts in answers.values())


def test_no_reply_stands_under_two_answers_to_one_question() -> None:
    for question, answers in REPLIES.items():
        texts = [text.lower() for those in answers.values() for text in those]
        assert len(texts) == len(set(texts)), question


@pytest.mark.parametrize(
    ("question", "answers", "complaint"),
    [
        ("weather", {}, "unknown key weather; allowed are"),
        ("tolerance", {"yes": []}, "tolerance: lacks no, not_sure, unclear"),
        ("tolerance", {"yes": [], "no": [], "not_sure": [], "unclear": [], "maybe": []}, "unknown key maybe"),
        ("tolerance", {"yes": ["aye"], "no": [1], "not_sure": [], "unclear": []}, "no: must be a list of replies"),
        ("tolerance", {True: ["aye"], False: [], "not_sure": [], "unclear": []}, "lacks no, yes"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, question: str, answers: object, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        load_replies(_changed(tmp_path, question, answers))
