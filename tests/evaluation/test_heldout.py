"""The held-out sets stay apart from the training data, and speak of ids that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.evaluation.heldout import Heldout, load_heldout
from bot.nlu.learnt import load_examples
from bot.settings import ROOT
from bot.triage.model import Protocol

# Replies to a question are too short to be anyone's own: "yes" is "yes".
FEWEST_WORDS = 4


@pytest.fixture(scope="module")
def heldout() -> Heldout:
    return load_heldout(ROOT / "tests" / "heldout")


def test_no_held_out_message_is_trained_on(heldout: Heldout, protocol: Protocol) -> None:
    examples = load_examples(ROOT / "data" / "descriptions", protocol)
    trained = [*examples.texts, *(message.text for message in examples.marked)]
    trained += [text for answers in examples.replies.values() for texts in answers.values() for text in texts]
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        trained += _examples(path)
    seen = {_words(text) for text in trained}
    assert [t for t in heldout.texts() if _words(t) in seen and len(_words(t).split()) >= FEWEST_WORDS] == []


def test_the_sets_are_large_enough(heldout: Heldout) -> None:
    assert len(heldout.intents) >= 600
    assert len(heldout.red_flags) >= 300
    assert len(heldout.look_alikes) >= 150
    assert sum(entry.assertion == "denied" for entry in heldout.assertion) >= 100


def test_every_id_exists(heldout: Heldout, protocol: Protocol) -> None:
    complaints = (*heldout.red_flags, *heldout.look_alikes, *heldout.indications, *heldout.mixed)
    assert {flag for entry in complaints for flag in entry.flags or ()} <= set(protocol.red_flags)
    assert {name for entry in complaints for name in entry.indications or ()} <= set(protocol.indications)


def _examples(path: Path) -> list[str]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return [line.removeprefix("- ") for entry in entries for line in entry["examples"].splitlines()]


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
