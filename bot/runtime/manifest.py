"""The manifest of the trained model: which archive was made, with what and from what; asked before it is opened."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

MANIFEST = "needlepoint.manifest.json"
# What a model is trained from, and by: what the readers learnt belongs to their code and to the lists they learnt with.
INPUTS = ("config.yml", "domain.yml", "data/**/*.yml", "bot/nlu/*.py", "bot/nlu/*.yml", "bot/triage/*.yml")
_AGAIN = "run `make train`"


class ModelRefused(RuntimeError):
    """The archive is missing or not the one that was trained here; the message says what would be right."""


def hash_inputs(root: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a model is trained from, by its path under `root`."""
    return {str(file.relative_to(root)): _sha256(file) for file in _inputs(root)}


def write_manifest(model: Path, inputs: Mapping[str, str]) -> Path:
    """Write the manifest of an archive beside it; return its path."""
    made_with = {"rasa": version("rasa"), "python": platform.python_version()}
    content = {"archive": model.name, "sha256": _sha256(model), "made_with": made_with, "inputs": dict(inputs)}
    path = model.with_name(MANIFEST)
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return path


def check_archive(model: Path, pinned: str | None = None) -> None:
    """Compare an archive with its manifest, and with a SHA-256 that was told on another way.

    Raises:
        ModelRefused: they differ, or one of them is missing or cannot be read.
    """
    expected = _manifest(model)["sha256"]
    try:
        found = _sha256(model)
    except OSError as error:
        raise ModelRefused(f"the model {model.name} cannot be read ({error.strerror}); {_AGAIN}") from None
    if found != expected:
        reason = f"the model {model.name} is not the archive that was trained (its SHA-256 is not that of {MANIFEST})"
        raise ModelRefused(f"{reason}: it was damaged or exchanged, and is not opened; {_AGAIN}")
    if pinned is not None and found != pinned:
        reason = f"the model {model.name} is not the one that NEEDLEPOINT_MODEL_SHA256 asks for"
        raise ModelRefused(f"{reason}; bring that one, or set the variable to {found} if you trust it")


def check_inputs(model: Path, root: Path) -> None:
    """Compare what a model was trained from with the files under `root`.

    Raises:
        ModelRefused: a file was changed, added or taken away since.
    """
    trained, now = _manifest(model)["inputs"], hash_inputs(root)
    changed = sorted({*trained.items()} ^ {*now.items()})
    if changed:
        names = sorted({name for name, _ in changed})
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        raise ModelRefused(f"the model was trained from other files: {names[0]}{others} changed since; {_AGAIN}")


def _manifest(model: Path) -> dict[str, Any]:
    path = model.with_name(MANIFEST)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelRefused(f"the model {model.name} has no {MANIFEST} beside it, and is not opened; {_AGAIN}") from None
    except (OSError, ValueError, RecursionError):
        raise ModelRefused(f"{MANIFEST} cannot be read; {_AGAIN}") from None
    if not isinstance(content, dict) or not _is_manifest(content):
        raise ModelRefused(f"{MANIFEST} lacks sha256 or inputs; {_AGAIN}")
    return content


def _is_manifest(content: dict[str, Any]) -> bool:
    inputs = content.get("inputs")
    return isinstance(content.get("sha256"), str) and isinstance(inputs, dict) and all(
        isinstance(value, str) for value in inputs.values()
    )


def _inputs(root: Path) -> Iterator[Path]:
    for pattern in INPUTS:
        yield from sorted(root.glob(pattern))


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
