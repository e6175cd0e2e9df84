"""What the intent of a message says of its reading: "go back" answers no question."""

from __future__ import annotations

from bot.triage.model import Finding, Reading
from bot.triage.reading import answers_in

INFORM = "inform"  # the intent of a message that tells something
COMMANDS = ("start_over", "stop", "go_back", "change_answer", "human", "what_you_know", "forget_me", "help")


def asks(reading: Reading) -> bool:
    """Return whether the message puts a question."""
    return any(f.kind == "cue" and f.value == "question" for f in reading)


def without_talk(reading: Reading, intent: str) -> Reading:
    """Return the reading without what the intent speaks against."""
    puzzled = intent in ("ask_meaning", "ask_why") and not asks(reading) and not _plain(reading)
    if intent in COMMANDS or puzzled:
        kept = [f for f in reading if f.kind not in ("yes_no", "list", "site_options", "answers")]
        understood = answers_in(reading).get("child_understands", "yes")
        if puzzled and understood != "yes":  # there, not to follow is the answer
            kept.append(Finding("answers", f"child_understands={understood}", ""))
        return tuple(f for f in kept if f.kind != "agrees" or (f.value == "yes" and intent == "ask_meaning"))
    return (*reading, Finding("cue", "declines", "")) if intent == "skip" else reading


def declines(reading: Reading) -> bool:
    """Return whether the words say no, or that they do not know."""
    return _plain(reading) is False


def agrees(reading: Reading) -> bool | None:
    """Return whether it is agreed that the clinic is told, or None where the message says neither; doubt is no yes."""
    said = _plain(reading)
    if said and any(f.kind == "yes_no" and f.value == "weak_yes" for f in reading):
        said = None
    answer = answers_in(reading).get("share_with_clinic")
    if any(f.kind == "agrees" and f.value == "no" for f in reading):
        return False if said is not True else None  # "don't send them anything"
    meant = None if answer is None else answer == "yes"
    if said is None or meant is None:
        return meant if said is None else said
    return said if said == meant else None


def _plain(reading: Reading) -> bool | None:
    said = next((f.value for f in reading if f.kind == "yes_no"), None)
    return None if said is None else said in ("yes", "weak_yes")
