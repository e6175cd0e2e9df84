"""The desk's labels, and the replies of the assistant that staff read out or that a patient is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from bot.triage.checking import read_yaml

LABELS = Path(__file__).with_name("labels.yml")
RESPONSES = ROOT / "data" / "responses"


@lru_cache(maxsize=1)
def labels() -> dict[str, dict[str, str]]:
    """Return the labels by kind and id."""
    content: dict[str, dict[str, str]] = read_yaml(LABELS)
    return content


def label(kind: str, name: Any) -> str:
    """Return what an id is called, or the id in words where it has no label."""
    return labels()[kind].get(str(name)) or str(name).replace("_", " ").capitalize()


def reply(name: str, values: Mapping[str, str]) -> str:
    """Return a reply of data/responses with its placeholders filled in."""
    return _replies()[name]["text"].strip().format(**values)


def buttons(name: str) -> list[dict[str, str]]:
    """Return the quick replies of a reply, `title` and `payload`."""
    return list(_replies()[name].get("buttons", ()))


@lru_cache(maxsize=1)
def _replies() -> dict[str, Any]:
    files = sorted(RESPONSES.glob("*.yml"))
    return {name: variants[0] for file in files for name, variants in read_yaml(file)["responses"].items()}
