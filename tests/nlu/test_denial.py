"""What is denied beyond doubt, and what only looks so."""

from __future__ import annotations

import pytest

from bot.nlu.denial import Denial
from bot.nlu.reader import Reader


def denials(reader: Reader, text: str) -> set[Denial]:
    """Return how the chest pain that a message names is denied."""
    message = reader.tokenizer(text)
    cues = reader._rules.cues(message)
    return {cues.denial(mention) for mention in reader.signs(message) if mention.concept.startswith("chest_pain")}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("no chest pain", True),
        ("I have no chest pain", True),
        ("denies chest pain", True),
        ("my neck hurts, not chest pain", True),
        ("chest pain", False),
        ("no, chest pain", False),
        ("never had chest pain like this before", False),
        ("I can't say there is no chest pain", False),
        ("I said no chest pain but it has started", False),
        ("I've had no chest pain like this, it started an hour ago", False),
        ("no chest pain until tonight", False),
        ("no chest pain ever this bad", False),
        ("fainting no chest pain yes", False),
        ("not just chest pain, my arm too", False),
        ("didn't hit my head, no chest pain", True),
    ],
)
def test_a_denial_right_before_a_sign_is_plain(reader: Reader, text: str, plain: bool) -> None:
    assert {denial is Denial.PLAIN for denial in denials(reader, text)} == {plain}


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        ("no chest pain until tonight, now it's crushing", True),
        ("no chest pain except on the stairs", True),
        ("no chest pain now but it was bad last night", True),
        ("no chest pain but my back hurts", False),
        ("until tonight my back was fine. no chest pain", False),
    ],
)
def test_a_denial_may_be_taken_back(reader: Reader, text: str, taken_back: bool) -> None:
    assert {denial is Denial.TAKEN_BACK for denial in denials(reader, text)} == {taken_back}
