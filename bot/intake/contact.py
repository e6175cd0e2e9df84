"""A name or a phone number as staff read it."""

from __future__ import annotations

LONGEST = 80  # characters
# Marks that turn the direction of all that follows: "555-0123" would read "3210-555".
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def contact(text: str) -> str:
    """Return what was given as one line of bounded length, which reads as it was written."""
    return " ".join(text.translate(_TURNS).split())[:LONGEST]
