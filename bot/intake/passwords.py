"""Which passwords are too easy to guess: those made of little but what everyone takes."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

SHORTEST, LONGEST = 12, 128  # characters (NIST SP 800-63B-4 asks for 15 without, and 8 with a second factor)
FILE = Path(__file__).with_name("passwords.yml")
_LEFT = 6  # characters, of which four differ, that must be left of a password without what is common
_SHORTEST_RUN = 4
_LETTERS = str.maketrans("013457@$!", "oleastasi")


def is_easy(password: str, username: str) -> bool:
    """Return whether little is left of a password without common words, runs of keys, and the name it is for."""
    runs, words = _common()
    name = re.escape(username.casefold())
    left = re.sub(f"{runs}|{name}|(?:19|20)[0-9]{{2}}", "", password.casefold())
    left = re.sub(f"{words}|{name}", "", left.translate(_LETTERS))
    return len(left) < _LEFT or len(set(left)) < 4


@lru_cache(maxsize=1)
def _common() -> tuple[str, str]:
    """Return the patterns of runs of keys, also of parts and backwards, and of words; the longest come first."""
    lists: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    parts = {
        way[start:end]
        for run in lists["runs"]
        for way in (run, run[::-1])
        for start in range(len(way))
        for end in range(start + _SHORTEST_RUN, len(way) + 1)
    }
    return _any_of(parts), _any_of(set(lists["words"]))


def _any_of(texts: set[str]) -> str:
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))
