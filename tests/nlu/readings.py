"""Shorthand for what a reader finds in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.nlu.reader import Reader
from bot.triage.model import Finding

TODAY = date(2025, 6, 15)


def found(reader: Reader, text: str, *kinds: str) -> list[Finding]:
    """Return the findings of these kinds."""
    return [finding for finding in reader.read(text, TODAY) if finding.kind in kinds]


def value(reader: Reader, text: str, kind: str) -> Any:
    """Return the value of the first finding of a kind, or None."""
    return next((finding.value for finding in found(reader, text, kind)), None)


def assertions(reader: Reader, text: str, *kinds: str) -> dict[str, str]:
    """Return how each finding of these kinds is meant, by its value."""
    return {finding.value: finding.assertion.value for finding in found(reader, text, *kinds)}
