"""The sentence encoder of the training, which encodes no sentence twice: it remembers from one training to the next."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from bot.nlu.sentence_encoder import BUILT, DIMENSIONS, SentenceEncoder

MANY = 64  # new sentences from which it is worth while to write them down
_WEIGHTS = BUILT["model.bin"]  # rows of other weights are forgotten


class RememberingEncoder(SentenceEncoder):
    """Encodes what it has not met, and forgets nothing; `kept` is a file that it may write, and lose without harm."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        super().__init__(folder)
        self._kept, self._writing = kept, Lock()
        self._rows = _read(kept) if kept else {}

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return an array of shape (sentences, DIMENSIONS), float32, each row of length 1."""
        keys = [hashlib.sha256(sentence.encode()).hexdigest() for sentence in sentences]
        new = {key: s for key, s in zip(keys, sentences, strict=True) if key not in self._rows}
        if new:
            self._rows.update(zip(new, super().encode(list(new.values())), strict=True))
        if len(new) >= MANY and self._kept:
            with self._writing:
                _write(self._kept, dict(self._rows))
        return np.array([self._rows[key] for key in keys]).reshape(-1, DIMENSIONS)


def _read(path: Path) -> dict[str, np.ndarray]:
    """Return the rows by the SHA-256 of their sentences; of a file that is missing or damaged, none."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["weights"]) != _WEIGHTS:
                return {}
            return dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return {}


def _write(path: Path, rows: dict[str, np.ndarray]) -> None:
    """Write the rows beside the path and then put them in place: whoever reads finds the old ones or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.stem}.{os.getpid()}.npz")
    np.savez(beside, weights=np.array(_WEIGHTS), keys=np.array(list(rows)), rows=np.array(list(rows.values())))
    beside.replace(path)
