"""Our pipeline beside Rasa's default one: the same examples, the same messages, one process each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.evaluation.heldout import Intent
from bot.evaluation.judging import NOT_UNDERSTOOD
from bot.settings import ROOT

OURS, DEFAULT = ROOT / "config.yml", Path(__file__).with_name("default_pipeline.yml")


@dataclass(frozen=True)
class Contender:
    """What was measured of a pipeline: shares in per cent, times by the clock, memory at its highest."""

    name: str
    in_scope: float
    out_of_scope: float
    training_seconds: float
    milliseconds: float
    slow_milliseconds: float
    megabytes: float


def compare(examples: Sequence[Intent]) -> tuple[Contender, Contender]:
    """Return ours and the default, trained and measured one after the other.

    Raises:
        subprocess.CalledProcessError: a pipeline could not be trained.
    """
    return _measured("Needlepoint", OURS, examples), _measured("`rasa init` (DIET)", DEFAULT, examples)


def keep(contenders: Sequence[Contender], path: Path) -> None:
    """Write what was measured, as JSON."""
    path.write_text(json.dumps([asdict(one) for one in contenders], indent=2) + "\n", encoding="utf-8")


def kept(path: Path) -> tuple[Contender, ...]:
    """Return what was measured at another time, or nothing where that never was."""
    return tuple(Contender(**one) for one in json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()


def _measured(name: str, config: Path, examples: Sequence[Intent]) -> Contender:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(config, folder / "config.yml")
        shutil.copytree(ROOT / "data" / "nlu", folder / "nlu")
        (folder / "texts.json").write_text(json.dumps([example.text for example in examples]), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
        command = [sys.executable, "-W", "ignore", "-m", "bot.evaluation.contender", str(folder)]
        subprocess.run(command, check=True, cwd=folder, env=environment)
        return _contender(name, json.loads((folder / "result.json").read_text(encoding="utf-8")), examples)


def _contender(name: str, result: dict[str, Any], examples: Sequence[Intent]) -> Contender:
    pairs = [(example.intent, label) for example, (label, _) in zip(examples, result["labels"], strict=True)]
    inside = [expected == got for expected, got in pairs if expected != "out_of_scope"]
    outside = [got in NOT_UNDERSTOOD for expected, got in pairs if expected == "out_of_scope"]
    return Contender(
        name,
        100 * float(np.mean(inside)),
        100 * float(np.mean(outside)),
        result["training_seconds"],
        float(np.median(result["milliseconds"])),
        float(np.percentile(result["milliseconds"], 95)),
        result["peak_megabytes"],
    )
