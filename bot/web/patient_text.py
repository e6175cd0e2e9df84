"""What a patient sent, as the text to take in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.web.problems import Problem

if TYPE_CHECKING:
    from bot.runtime.messages import Message
    from bot.web.chat_api import PatientMessage

LONGEST_TEXT = 2_000  # characters


def usable(body: PatientMessage, talk: Sequence[Message]) -> str:
    """Return the text to take in.

    Raises:
        Problem: the text is too long or says nothing (413, 422), or the choice was not offered (422).
    """
    if body.choice is not None:
        return _offered(body.choice, talk)
    text = "".join(c if unicodedata.category(c) not in ("Cs", "Cc") or c in "\n\t" else " " for c in body.text or "")
    if len(body.text or "") > LONGEST_TEXT:
        raise Problem(413, f"The message is too long. Please keep it under {LONGEST_TEXT:,} characters.")
    if not text.strip():
        raise Problem(422, "The message is empty. Please write something.")
    return text


def _offered(choice: str, talk: Sequence[Message]) -> str:
    offered: set[str] = set()
    for message in reversed(talk):
        if message.sender == "patient":
            break
        offered |= {reply["value"] for reply in message.quick_replies}
    parts = [choice] if choice in offered else list(dict.fromkeys(part.strip() for part in choice.split(";")))
    if not all(part in offered for part in parts):
        raise Problem(422, "choice: that answer was not offered; send it as text instead")
    return ", ".join(parts)
