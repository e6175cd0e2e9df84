"""Serving without TensorFlow: the model loads and answers, and what would need TensorFlow says so."""

from __future__ import annotations

import os
import subprocess
import sys

from bot.settings import ROOT

PREPARE = """
import sys
from bot.runtime.without_tensorflow import TensorFlowAbsent, without_tensorflow
"""
SERVE = """
import asyncio, os, sys
from bot.runtime.loading import load_assistant
from bot.cli import MODEL
assistant = load_assistant(MODEL, os.environ["DATABASE_URL"])
asyncio.run(assistant.start("one"))
print(asyncio.run(assistant.hear("one", "my hip hurts"))[-1].asking)
print([name for name in sys.modules if name.startswith(("tensorflow", "keras", "matplotlib"))])
"""
USE = """
with without_tensorflow():
    from rasa.core.policies.ted_policy import TED
    from thinc.compat import has_tensorflow
try:
    TED()
except TensorFlowAbsent as error:
    print(error)
print(has_tensorflow)
"""
LATER = """
with without_tensorflow():
    import rasa.core.policies.rule_policy, rasa.utils.tensorflow.callback
    print(len(sys.modules["matplotlib"].__path__))
import tensorflow
from matplotlib.colors import to_hex
print(tensorflow.constant([1, 2]).shape[0], to_hex("red"))
with without_tensorflow():
    print(tensorflow is sys.modules["tensorflow"])
"""


def output_of(code: str, **environment: str) -> list[str]:
    """Return the lines that a fresh interpreter prints."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_model_answers_without_it(tmp_path) -> None:
    assert output_of(SERVE, DATABASE_URL=f"sqlite:///{tmp_path}/test.db") == ["referred_pain", "[]"]


def test_what_needs_it_says_so_and_spacy_finds_none() -> None:
    assert output_of(PREPARE + USE) == ["TED needs TensorFlow, which is not loaded here", "False"]


def test_who_asks_for_it_later_gets_the_real_one() -> None:
    assert output_of(PREPARE + LATER) == ["0", "2 #ff0000", "True"]
