"""Signs, wherever they are said. Free text raises, and never lowers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.triage.hearing.turn import Turn
from bot.triage.interview import is_grave, signs_to_ask
from bot.triage.model import Assertion, Finding, Protocol, Tier

# Questions whose answers resemble signs that are none now: "I faint at needles", "warfarin since my clot".
_NOT_ABOUT_NOW = ("needle_phobia", "precautions", "tolerance", "contact_name", "contact_phone")

_ANSWERED_BY_NO = ("red_flags", "referred_pain")  # elsewhere "no idea why, but ..." denies nothing


def hear_signs(turn: Turn) -> None:
    """Raise every sign that is said; a doubtful one is asked about by name; none is dropped here."""
    signs = dict.fromkeys(turn.answers.signs)
    for finding in _named_signs(turn):
        if _is_present(turn, finding):
            signs[finding.value] = None
            turn.keep(f"red_flag.{finding.value}", finding)
        elif _is_doubtful(turn, finding):
            turn.doubtful = tuple(dict.fromkeys((*turn.doubtful, finding.value)))
    for finding in _meant_now(turn):
        signs[finding.value] = None
        turn.keep(f"red_flag.{finding.value}", finding)
    if tuple(signs) != turn.answers.signs:
        turn.changes["signs"] = tuple(signs)
    insisted = turn.before.denied if turn.insisting else ()  # "no wait, I do"
    doubtful = (*turn.doubtful, *insisted, *_loosely_said(turn, signs), *_resembled(turn, signs))
    turn.doubtful = tuple(dict.fromkeys(doubtful))
    turn.denied = tuple(dict.fromkeys(f.value for f in turn.found("red_flag", assertion=Assertion.DENIED)))
    raised = set(signs) - set(turn.answers.signs)
    if any(is_grave(sign, turn.protocol) for sign in (*raised, *said_again(turn))):
        turn.doubtful = ()  # what is certain is told at once, before anything is asked
    turn.doubtful = tuple(sign for sign in turn.doubtful if sign not in raised)


def _named_signs(turn: Turn) -> list[Finding]:
    """Return the signs that are named, those that are one only in a child where the patient is known to be one.

    The age may stand in the same message.
    """
    age = turn.changes.get("age", turn.answers.age)
    is_child = isinstance(age, int) and age < turn.protocol.policy.adult_age
    return turn.found("red_flag", "sign_in_child") if is_child else turn.found("red_flag")


def said_again(turn: Turn) -> list[str]:
    """Return the signs that are said to be so in this message, known before or not."""
    return [finding.value for finding in turn.found("red_flag") if _is_present(turn, finding)]


def _loosely_said(turn: Turn, signs: Iterable[str]) -> list[str]:
    """Return the grave signs that the safety question listed and that are hinted at after it was answered."""
    if turn.answers.red_flags is None or turn.asked == "red_flags" or turn.asking:
        return []
    if any(is_grave(sign, turn.protocol) for sign in signs):
        return []  # an emergency stands already
    hinted = [f.value for f in turn.found("sign_if_asked", assertion=Assertion.PRESENT)]
    offered = signs_to_ask(turn.answers, turn.protocol)
    return [s for s in hinted if s in offered and s not in signs and is_grave(s, turn.protocol)]


def _meant_now(turn: Turn) -> list[Finding]:
    """Return the sign that the message surely resembles; as the answer to another matter it is only asked about.

    So it is beside a precaution ("I'm on warfarin" tells of bleeding, and none may be there), and in a reply that
    denies the list: "nothing like that, his heart and breathing are grand".
    """
    beside_precaution = turn.found("precaution") and not turn.telling_apart
    if _tells_of_else(turn) or beside_precaution or _denies_all(turn):
        return []
    known = {*turn.before.cleared, *denied_signs(turn)}  # "doesn't go into my chest, doesn't go to the jaw"
    return [f for f in turn.found("sign_by_meaning") if f.value not in known]


def _resembled(turn: Turn, signs: Iterable[str]) -> list[str]:
    """Return the sign to ask about that the message resembles, unless it was plainly denied before or is denied now."""
    denying = turn.asked in _ANSWERED_BY_NO and turn.opening_no and is_plain_no(turn)
    only_sure = denying or _tells_of_else(turn) or (_denies_all(turn) and not turn.contrasting)
    kinds = ("sign_by_meaning",) if only_sure else ("sign_by_meaning", "sign_to_confirm")
    told_of = turn.asked == "precautions" and turn.found("precaution", "precaution_if_asked")
    if told_of and not (turn.telling_apart or _tells_of_crisis(turn)):
        return []  # "on warfarin since my clot", but a burn may be done on purpose
    known = {*turn.before.cleared, *signs}
    if turn.asked == "red_flags":
        known |= denied_signs(turn)  # "I can pee fine"
    found = [f for f in turn.found(*kinds) if f.value not in known]
    if turn.asked in _NOT_ABOUT_NOW:  # "and my jaw hurts too" may mean too much
        found = [f for f in found if f.kind == "sign_by_meaning" or is_grave(f.value, turn.protocol)]
    return [f.value for f in found if not signs or _is_graver(f.value, signs, turn.protocol)]


def _tells_of_else(turn: Turn) -> bool:
    """Return whether what a message resembles may belong to its answer; who is calm faints for another reason.

    A sentence of its own, of neither needles nor precautions, belongs to none.
    """
    calm = turn.asked == "needle_phobia" and turn.meant() == "none" and turn.value("fear") in ("none", "needle_none")
    return turn.asked in _NOT_ABOUT_NOW and not (calm or turn.telling_apart)


def _tells_of_crisis(turn: Turn) -> bool:
    return any(turn.protocol.red_flags[f.value].tier is Tier.CRISIS for f in turn.found("sign_by_meaning"))


def _is_graver(sign: str, others: Iterable[str], protocol: Protocol) -> bool:
    return is_grave(sign, protocol) and not any(is_grave(other, protocol) for other in others)


def _is_present(turn: Turn, finding: Finding) -> bool:
    return _is_so(turn, finding) and not _is_hollow(turn, finding)


def _is_so(turn: Turn, finding: Finding) -> bool:
    counts_when_past = turn.protocol.red_flags[finding.value].counts_when_past
    return finding.assertion is Assertion.PRESENT or (finding.assertion is Assertion.PAST and counts_when_past)


def _is_hollow(turn: Turn, finding: Finding) -> bool:
    """Return whether a message names a sign and yet resembles none, asked for none: "a stroke of luck".

    So is a sign of the lesser ones in a reply that denies the whole list: "no to all, I've taken his temperature".
    """
    if turn.asked != "red_flags":
        return turn.signless
    return not is_grave(finding.value, turn.protocol) and not turn.before.doubtful and _denies_all(turn)


def _is_doubtful(turn: Turn, finding: Finding) -> bool:
    """Return whether to ask about this very sign: it may be so, or one that was said is now denied."""
    if finding.assertion is Assertion.UNCERTAIN or (_is_so(turn, finding) and _is_hollow(turn, finding)):
        return True
    if not is_grave(finding.value, turn.protocol) or finding.assertion is Assertion.OTHER_PERSON:
        return False
    return finding.assertion is not Assertion.DENIED or finding.value in turn.answers.signs


def denied_signs(turn: Turn) -> set[str]:
    """Return the signs that the message denies, each by its name."""
    return {f.value for f in turn.found("red_flag", "sign_if_asked", assertion=Assertion.DENIED)}


def _denies_all(turn: Turn) -> bool:
    """Return whether a reply to the safety question denies all it asks about."""
    return turn.asked == "red_flags" and denies_list(turn, ())


def denies_list(turn: Turn, listed: Iterable[Finding]) -> bool:
    """Return whether a reply as a whole denies the list, and words of it say so: "leg is rock hard" has none."""
    if turn.value("list") == "none":
        return True
    said_no = turn.value("yes_no") in ("no", "weak_no") or any(f.assertion is Assertion.DENIED for f in listed)
    return said_no and turn.meant() == "none"


def is_plain_no(turn: Turn) -> bool:
    """Return whether the answer says no and nothing takes it back: "no, I can feel everything down there"."""
    said_no = turn.value("yes_no") == "no" or turn.value("list") == "none"
    return said_no and not turn.contrasting
