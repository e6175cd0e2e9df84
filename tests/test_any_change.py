"""Whatever is changed in a file that a clinic edits, it is read, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.answer_classifier import load_replies
from bot.nlu.marked import load_marked
from bot.nlu.meaning import load_descriptions
from bot.settings import CLINIC_FILE, ROOT, SettingsError, load_clinic
from bot.triage.checking import ProtocolError
from bot.triage.loading import DATA, load_protocol
from tests.thoroughness import examples

DESCRIPTIONS = ROOT / "data" / "descriptions"
PROTOCOL = load_protocol()
SCALARS = st.sampled_from([None, True, 0, -1, 13, 1.5, float("nan"), "", "yes", "pain", "{hurt} + hip", "a & ", "\x85"])
VALUES = st.one_of(
    SCALARS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(SCALARS, inner, max_size=2)),
)
KEPT = 2  # phrases of each list, so that a file is read in a moment


def cut(content: Any) -> Any:
    """Return a file's content with few phrases in each list of phrases."""
    if isinstance(content, dict):
        return {key: cut(value) for key, value in content.items()}
    if not isinstance(content, list):
        return content
    few = content[:KEPT] if all(isinstance(item, str) for item in content) else content
    return [cut(item) for item in few]


@st.composite
def changed(draw: st.DrawFn, content: Any) -> Any:
    """Return content with one value somewhere in it replaced, removed or added."""
    content = deepcopy(content)
    here = content
    while True:
        key = draw(st.sampled_from(sorted(here, key=str) if isinstance(here, dict) else range(len(here))))
        if isinstance(here[key], dict | list) and here[key] and draw(st.integers(0, 2)):
            here = here[key]
            continue
        what = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        if what == "remove":
            del here[key]
        elif what == "add" and isinstance(here, dict):
            here[draw(SCALARS)] = draw(VALUES)
        elif what == "add":
            here.append(draw(VALUES))
        else:
            here[key] = draw(VALUES)
        return content


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return copies of the clinical files and descriptions, with few phrases."""
    copied = tmp_path_factory.mktemp("files")
    copytree(DATA, copied, dirs_exist_ok=True, ignore=ignore_patterns("*.py", "__pycache__", "hearing"))
    copytree(DESCRIPTIONS, copied / "descriptions")
    for file in copied.rglob("*.yml"):
        if file.stem != "decision_table":
            file.write_text(yaml.safe_dump(cut(read(file)), sort_keys=False), encoding="utf-8")
    return copied


FILES: dict[str, Callable[[Path], Any]] = {
    **{f"{name}.yml": load_protocol for name in ("decision_table", "indications", "sites", "red_flags", "precautions")},
    "descriptions/nothing.yml": lambda folder: load_descriptions(folder / "descriptions", PROTOCOL),
    "descriptions/red_flags.yml": lambda folder: load_descriptions(folder / "descriptions", PROTOCOL),
    "descriptions/answers.yml": lambda folder: load_replies(folder / "descriptions" / "answers.yml"),
    "descriptions/assertion.yml": lambda folder: load_marked(folder / "descriptions" / "assertion.yml"),
}


@pytest.mark.parametrize("name", FILES)
@examples(30)
@given(data=st.data())
def test_a_clinical_file(folder: Path, name: str, data: st.DataObject) -> None:
    file, kept = folder / name, (folder / name).read_bytes()
    try:
        file.write_text(yaml.safe_dump(data.draw(changed(read(file))), sort_keys=False), encoding="utf-8")
        FILES[name](folder)
    except ProtocolError as error:
        assert name in str(error) or "yml" in str(error)
    finally:
        file.write_bytes(kept)


@examples(100)
@given(content=changed(read(CLINIC_FILE)))
def test_the_clinics_settings(tmp_path: Path, content: Any) -> None:
    file = tmp_path / "clinic.yml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        load_clinic(file)
    except SettingsError as error:
        assert "clinic.yml" in str(error)
