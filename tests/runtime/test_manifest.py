"""The manifest: a model that was damaged, exchanged or trained from other files is not opened."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.runtime.loading import load_assistant
from bot.runtime.manifest import (
    MANIFEST,
    ModelRefused,
    check_archive,
    check_inputs,
    hash_inputs,
    write_manifest,
)
from bot.settings import ROOT
from tests.conftest import MODEL

Damage = Callable[[Path], object]


def another_archive(model: Path) -> None:
    """Put a whole archive in the model's place, with code in it."""
    (model.parent / "evil.py").write_text("raise SystemExit('this ran')")
    with tarfile.open(model, "w:gz") as archive:
        archive.add(model.parent / "evil.py", "components/evil.py")


def flip_a_bit(model: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)


def rewrite(content: object) -> Damage:
    """Return what writes another manifest."""
    return lambda model: model.with_name(MANIFEST).write_text(json.dumps(content))


DAMAGE: dict[str, tuple[Damage, str]] = {
    "one bit": (flip_a_bit, "damaged or exchanged"),
    "cut short": (lambda m: m.write_bytes(m.read_bytes()[:-1]), "damaged or exchanged"),
    "one byte more": (lambda m: m.write_bytes(m.read_bytes() + b"\n"), "damaged or exchanged"),
    "empty": (lambda m: m.write_bytes(b""), "damaged or exchanged"),
    "another": (another_archive, "damaged or exchanged"),
    "gone": (Path.unlink, "cannot be read"),
    "a folder": (lambda m: (m.unlink(), m.mkdir()), "cannot be read"),
    "no manifest": (lambda m: m.with_name(MANIFEST).unlink(), f"has no {MANIFEST}"),
    "a manifest that is no JSON": (lambda m: m.with_name(MANIFEST).write_text("{"), "cannot be read"),
    "a manifest that nests too deep": (lambda m: m.with_name(MANIFEST).write_text("[" * 100_000), "cannot be read"),
    "a manifest that is a list": (rewrite([]), "lacks sha256"),
    "a manifest without a hash": (rewrite({"inputs": {}}), "lacks sha256"),
    "a manifest with a number": (rewrite({"sha256": 1, "inputs": {}}), "lacks sha256"),
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a small archive with its manifest."""
    archive = tmp_path / "needlepoint.tar.gz"
    archive.write_bytes(bytes(range(256)))
    write_manifest(archive, {})
    return archive


@pytest.mark.parametrize(("damage", "told"), DAMAGE.values(), ids=DAMAGE)
def test_another_archive_is_refused_with_what_to_do(model: Path, damage: Damage, told: str) -> None:
    check_archive(model)
    damage(model)
    with pytest.raises(ModelRefused) as refusal:
        check_archive(model)
    assert told in str(refusal.value)
    assert "`make train`" in str(refusal.value)


def test_a_model_is_compared_with_what_was_told_on_another_way(model: Path) -> None:
    expected = json.loads(model.with_name(MANIFEST).read_text())["sha256"]
    check_archive(model, expected)
    another_archive(model)
    write_manifest(model, {})  # who can exchange the model can write its manifest too
    check_archive(model)
    with pytest.raises(ModelRefused, match="NEEDLEPOINT_MODEL_SHA256"):
        check_archive(model, expected)


def test_an_exchanged_model_is_never_opened(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.loading.without_tensorflow", lambda: pytest.fail("it was about to be opened"))
    model = tmp_path / MODEL.name
    shutil.copy(MODEL.with_name(MANIFEST), tmp_path)
    another_archive(model)
    with pytest.raises(ModelRefused):
        load_assistant(model, database_url)


def test_a_model_exchanged_with_its_manifest_after_the_start_is_not_opened_either(
    model: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.loading.without_tensorflow", lambda: pytest.fail("it was about to be opened"))
    with pytest.raises(ModelRefused, match="NEEDLEPOINT_MODEL_SHA256"):
        load_assistant(model, database_url, pinned="0" * 64)


def test_the_trained_model_is_the_one_of_its_manifest() -> None:
    check_archive(MODEL)
    check_inputs(MODEL, ROOT)
    content = json.loads(MODEL.with_name(MANIFEST).read_text())
    assert set(content) == {"archive", "sha256", "made_with", "inputs"}
    assert set(content["made_with"]) == {"rasa", "python"}
    assert {"config.yml", "domain.yml", *LEARNT_WITH} < set(content["inputs"])


LEARNT_WITH = ("bot/nlu/reader.py", "bot/nlu/cues.yml", "bot/triage/red_flags.yml")
CHANGES: dict[str, Callable[[Path], object]] = {
    "a reply": lambda root: (root / "data" / "replies.yml").write_text("other"),
    "a threshold": lambda root: (root / "config.yml").write_text("other"),
    "a new file": lambda root: (root / "data" / "new.yml").write_text("new"),
    "a file less": lambda root: (root / "data" / "replies.yml").unlink(),
    "no domain": lambda root: (root / "domain.yml").unlink(),
    "a reader": lambda root: (root / "bot" / "nlu" / "reader.py").write_text("other"),
    "a list of cues": lambda root: (root / "bot" / "nlu" / "cues.yml").write_text("other"),
    "a list of signs": lambda root: (root / "bot" / "triage" / "red_flags.yml").write_text("other"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_model_of_other_files_is_refused(tmp_path: Path, model: Path, change: Callable[[Path], object]) -> None:
    root = tmp_path / "project"
    for name in ("config.yml", "domain.yml", "data/replies.yml", *LEARNT_WITH):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    write_manifest(model, hash_inputs(root))
    check_inputs(model, root)
    change(root)
    with pytest.raises(ModelRefused, match=r"changed since; run `make train`$"):
        check_inputs(model, root)


@pytest.mark.parametrize("name", ["config.yml", "data/nlu/facts.yml", *LEARNT_WITH])
def test_what_a_model_is_trained_from_is_what_make_trains_it_from(name: str) -> None:
    command = ["make", "--dry-run", "--what-if", name, "run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0 < done.stdout.find("-m bot train") < done.stdout.find("-m bot serve")


def test_make_trains_anew_where_the_archive_is_newer_than_its_manifest() -> None:
    """Whoever put it there, `make run` puts the trained one back."""
    command = ["make", "--dry-run", "--what-if", f"models/{MODEL.name}", "run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0 < done.stdout.find("-m bot train") < done.stdout.find("-m bot serve")
