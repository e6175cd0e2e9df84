"""The file of cues is checked before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.reader import load_cues, read_cues
from bot.triage.checking import ProtocolError


@pytest.mark.parametrize(
    ("section", "content", "message"),
    [
        ("topics", None, "cues.yml: topics: must be a mapping"),
        ("topics", {"age": "how old"}, "cues.yml: topics, age: must be a list of phrases, not 'how old'"),
        ("topics", {"age": []}, "cues.yml: topics, age: must be a text"),
        ("topics", {"age": ["how old", True]}, "cues.yml: topics, age: must be a text (quote `yes`, `no` and numbers)"),
        ("yes_no", {True: ["aye"]}, "cues.yml: yes_no, a name: must be a text"),
        ("weather", {"rain": ["drizzle"]}, "cues.yml: unknown key weather"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, section: str, content: Any, message: str) -> None:
    file = tmp_path / "cues.yml"
    file.write_text(yaml.safe_dump(load_cues() | {section: content}))
    with pytest.raises(ProtocolError) as fault:
        read_cues(file)
    assert str(fault.value).startswith(message)


@pytest.mark.parametrize("content", ["", "- a list", "assertion: {negation: ['not']}", "\0"])
def test_what_is_no_file_of_cues_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cues.yml"
    file.write_text(content)
    with pytest.raises(ProtocolError):
        read_cues(file)
