"""Whole conversations through the real agent and the real actions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml

from tests.conversations.runner import run

FILES = sorted(Path(__file__).parent.glob("*.yml"))
CONVERSATIONS = [c for file in FILES for c in yaml.safe_load(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda c: c["name"])
def test_conversation(assistant, conversation) -> None:
    faults = asyncio.run(run(assistant, conversation))
    assert not faults, "\n".join(faults)


def test_there_are_enough_conversations_with_names_of_their_own() -> None:
    names = [c["name"] for c in CONVERSATIONS]
    assert len(names) >= 80
    assert len(set(names)) == len(names)
