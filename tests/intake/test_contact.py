"""Names and numbers as staff read them."""

from __future__ import annotations

import pytest

from bot.intake.contact import LONGEST, contact

GIVEN = {
    "as it is": ("Ada Smith", "Ada Smith"),
    "lines and blanks": (" Ada\n\tSmith ", "Ada Smith"),
    "a number turned round": ("\u202e555-0123", "555-0123"),
    "every such mark": ("A\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069da", "Ada"),
    "a script that runs from the right": ("\u05e2\u05d3\u05d4", "\u05e2\u05d3\u05d4"),
    "letters that join": ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
    "long": ("a" * 100, "a" * LONGEST),
}


@pytest.mark.parametrize(("text", "shown"), GIVEN.values(), ids=GIVEN)
def test_it_is_one_line_that_reads_as_it_was_written(text: str, shown: str) -> None:
    assert contact(text) == shown
