"""What a patient sent, as the text to take in."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.web.problems import Problem

if TYPE_CHECKING:
    from bot.web.chat_api import PatientMessage

LONGEST_TEXT = 2_000  # characters


def usable(body: PatientMessage) -> str:
    """Return the text to take in, or the choice, of which the turn finds out whether it is offered.

    Raises:
        Problem: the text is too long or says nothing (413, 422).
    """
    if body.choice is not None:
        from bot.runtime.choices import Choice

        return Choice(body.choice)
    text = "".join(c if unicodedata.category(c) not in ("Cs", "Cc") or c in "\n\t" else " " for c in body.text or "")
    if len(body.text or "") > LONGEST_TEXT:
        raise Problem(413, f"The message is too long. Please keep it under {LONGEST_TEXT:,} characters.")
    if not text.strip():
        raise Problem(422, "The message is empty. Please write something.")
    return text
