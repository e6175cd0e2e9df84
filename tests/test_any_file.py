"""Files and answers of any content are read, or refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings import SettingsError, load_clinic
from bot.triage.answers import AnswersError, read_answers
from bot.triage.checking import ProtocolError, read_yaml
from bot.triage.model import PatientAnswers, Protocol
from tests.thoroughness import examples

ENOUGH = examples(200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
)
FIELDS = st.dictionaries(st.sampled_from(sorted(PatientAnswers.__dataclass_fields__)), JSON, max_size=5)
NO_SUCH_DAY, NO_END = b"2020-13-45", b"[" * 20_000


@ENOUGH
@given(content=st.binary(max_size=300))
@example(NO_SUCH_DAY)
@example(NO_END)
def test_a_yaml_file_of_any_bytes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.yml"
    file.write_bytes(content)
    try:
        read_yaml(file)
    except ProtocolError as error:
        assert str(error).startswith("file.yml: cannot be read")


@ENOUGH
@given(content=st.binary(max_size=300))
@example(NO_SUCH_DAY)
@example(NO_END)
def test_a_clinic_file_of_any_bytes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "clinic.yml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="clinic.yml"):
        load_clinic(file)


@ENOUGH
@given(text=st.one_of(st.text(max_size=100), FIELDS.map(json.dumps)))
@example("[" * 100_000)
def test_answers_of_any_form(protocol: Protocol, text: str) -> None:
    try:
        assert isinstance(read_answers(text, protocol), PatientAnswers)
    except AnswersError as error:
        assert str(error)
