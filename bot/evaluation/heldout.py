"""The held-out sets under tests/heldout/: messages that nothing was trained on, with what a careful reader hears."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

T = TypeVar("T")


@dataclass(frozen=True)
class Intent:
    """A message and its intent."""

    text: str
    intent: str


@dataclass(frozen=True)
class Complaint:
    """A first message, the indications it speaks of (none: not on the list) and the red flags in it (none: harmless).

    `wording` is plain or indirect; `like` is the red flag that a harmless message resembles.
    """

    text: str
    indications: Sequence[str] | None = None
    flags: Sequence[str] | None = None
    wording: str = "plain"
    like: str = ""
    source: str = ""


@dataclass(frozen=True)
class Asserted:
    """What a message says of one concept: present, denied, past, other_person, hypothetical, uncertain."""

    text: str
    concept: str
    kind: str
    assertion: str


@dataclass(frozen=True)
class Answer:
    """A reply to a question, and the value a careful reader records."""

    asked: str
    text: str
    answer: Any


@dataclass(frozen=True)
class Heldout:
    """All held-out sets."""

    intents: tuple[Intent, ...]
    red_flags: tuple[Complaint, ...]
    look_alikes: tuple[Complaint, ...]
    indications: tuple[Complaint, ...]
    mixed: tuple[Complaint, ...]
    assertion: tuple[Asserted, ...]
    answers: tuple[Answer, ...]
    vignettes: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    def texts(self) -> list[str]:
        """Return every message of every set, the openings of the vignettes included."""
        sets = (self.intents, self.red_flags, self.look_alikes, self.indications, self.mixed, self.assertion)
        messages = [example.text for examples in (*sets, self.answers) for example in examples]  # type: ignore[attr-defined]
        return messages + [vignette["opening"] for vignette in self.vignettes]


def load_heldout(folder: Path) -> Heldout:
    """Return the held-out sets in `folder`.

    Raises:
        OSError: a file is missing.
        TypeError: an entry has a key that its kind does not know; the message names it.
    """
    return Heldout(
        intents=_intents(folder / "intents.yml"),
        red_flags=_read(folder / "red_flags.yml", Complaint),
        look_alikes=_read(folder / "look_alikes.yml", Complaint),
        indications=_read(folder / "indications.yml", Complaint),
        mixed=_read(folder / "mixed.yml", Complaint),
        assertion=_read(folder / "assertion.yml", Asserted),
        answers=_read(folder / "answers.yml", Answer),
        vignettes=tuple(json.loads((folder / "vignettes.json").read_text(encoding="utf-8"))),
    )


def _read(path: Path, kind: type[T]) -> tuple[T, ...]:
    return tuple(kind(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))


def _intents(path: Path) -> tuple[Intent, ...]:
    """Return the intents' file, which is in Rasa's own form so that `rasa test nlu` reads it too."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    lines = ((entry["intent"], line) for entry in entries for line in entry["examples"].splitlines())
    return tuple(Intent(line.removeprefix("- ").strip(), intent) for intent, line in lines)
