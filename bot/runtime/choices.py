"""An answer that was tapped: it stands for words only while it is offered."""

from __future__ import annotations

from collections.abc import Iterable

from bot.runtime.messages import Message


class NotOffered(ValueError):
    """The choice is not among the quick replies of the newest messages."""


class Choice(str):
    """The value of a quick reply, or several with ";" between them."""

    def words(self, talk: Iterable[Message]) -> str:
        """Return the words that it stands for; raises NotOffered."""
        offered: set[str] = set()
        for message in talk:
            offered = set() if message.sender == "patient" else offered | {r["value"] for r in message.quick_replies}
        parts = [str(self)] if self in offered else list(dict.fromkeys(part.strip() for part in self.split(";")))
        if not offered.issuperset(parts):
            raise NotOffered
        return ", ".join(parts)
