"""Measure the trained model and write the scorecard."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.evaluation.headline import Figure
from bot.evaluation.heldout import load_heldout
from bot.evaluation.listening import Listener
from bot.evaluation.measuring import measure
from bot.evaluation.report import write_report
from bot.evaluation.side_by_side import compare, keep, kept
from bot.runtime.loading import load_assistant
from bot.settings import clinic
from bot.triage.loading import load_protocol


def evaluate(model: Path, root: Path, alone: bool = False) -> tuple[Figure, ...]:
    """Return the headline figures of a model, and write docs/scorecard.md under `root`.

    `alone` does not train Rasa's default pipeline anew, which takes many minutes, but tells what was measured before.
    """
    sets = load_heldout(root / "tests" / "heldout")
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ["DATABASE_URL"] = f"sqlite:///{folder}/talks.db"  # the actions read it from there
        assistant = load_assistant(model, url)
        measured = measure(Listener(model), assistant, sets, load_protocol(policy=clinic().policy))
    beside = root / "docs" / "side_by_side.json"
    if not alone:
        keep(compare(sets.intents), beside)
    return write_report(measured, kept(beside), root / "docs")
