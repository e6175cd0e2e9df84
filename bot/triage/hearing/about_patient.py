"""Age, needles, precautions, consents, tolerance."""

from __future__ import annotations

from bot.triage.hearing.turn import CONSENTS, Turn
from bot.triage.interview import AGE_ATTEMPTS
from bot.triage.model import Assertion, Finding

_FEAR_BY_YES_NO = {"no": "none", "weak_no": "none", "weak_yes": "mild", "not_sure": "not_sure"}


def hear_age(turn: Turn) -> None:
    """Read the age of the person who would be treated; a bare number counts only when an age was asked for."""
    own, other = turn.found("age"), turn.found("age_of_other")
    bare = turn.found("number") if turn.asked == "age" or _may_correct_age(turn) else []
    # A bare number beside another's age leads the message: "36, my husband is 40", but "12, no, she's 11".
    named = (other or own) if turn.for_other else (own or other)
    found = named if turn.correcting and named else bare or named
    if turn.asking and turn.answers.age is not None and not turn.correcting:
        return  # "is it safe for my son too, he is 8?"
    if _tells_of_two(turn, own, other) or (found and _is_of_the_grown_up(turn, found[0].value)):
        return
    if found and found[0].value >= 0:
        turn.answer("age", found[0].value, found[0])
    elif turn.asked == "age" and turn.value("yes_no") == "not_sure" and turn.before.misses + 1 >= AGE_ATTEMPTS:
        turn.answer("age", "unknown")


def _tells_of_two(turn: Turn, own: list[Finding], other: list[Finding]) -> bool:
    """Return whether a grown-up and a child are named, and nothing says which of them is the patient."""
    adult = turn.protocol.policy.adult_age
    return not turn.for_other and any(f.value < adult for f in other) and any(f.value >= adult for f in own)


def _is_of_the_grown_up(turn: Turn, age: int) -> bool:
    """Return whether an age is that of who types for a child whose age is known, and no correction."""
    known, adult = turn.answers.age, turn.protocol.policy.adult_age
    return isinstance(known, int) and known < adult <= age and turn.asked != "age" and not turn.correcting


def hear_needles(turn: Turn) -> None:
    """Read how they feel about needles; unasked, only where a needle is named."""
    fear = str(turn.value("fear") or "")
    level = fear.removeprefix("needle_")
    if turn.asked == "needle_phobia":
        meant = turn.meant()
        if "strong" in (meant, level) and "none" in (meant, level):
            return  # "spiders terrify me, needles don't"
        strongest = "strong" if level == "strong" else meant or level
        turn.answer("needle_phobia", strongest or _FEAR_BY_YES_NO.get(turn.value("yes_no") or ""))
    elif turn.asked in ("precautions", "red_flags") and not turn.correcting:
        return  # there "fainting with needles" is one of the points that were listed
    elif fear.startswith("needle_") and level != "not_sure":
        turn.answer("needle_phobia", level)


def hear_precautions(turn: Turn) -> None:
    """Read the precautions; some count also when they are past, for an old implant is still there."""
    asked = turn.asked == "precautions"
    found = turn.found("precaution", "precaution_if_asked") if asked else turn.found("precaution")
    present = [f for f in found if _may_be_so(turn, f)]
    denied = {f.value for f in found if f.assertion is Assertion.DENIED}
    if present:
        for finding in present:
            turn.keep(f"precaution.{finding.value}", finding)
        known = (p for p in turn.answers.precaution_ids if p not in denied)
        turn.changes["precaution_ids"] = tuple(dict.fromkeys((*known, *(f.value for f in present))))
        turn.answer("precautions", "any", present[0])
    elif turn.correcting and denied & set(turn.answers.precaution_ids):
        left = tuple(p for p in turn.answers.precaution_ids if p not in denied)
        turn.changes |= {"precaution_ids": left, "precautions": "any" if left else None}
    elif asked:
        answer = turn.list_answer([f for f in found if f.assertion is Assertion.DENIED])
        if answer == "denied_one":
            turn.deny_one("precautions", found)
        else:
            turn.answer("precautions", answer)


def hear_consents(turn: Turn) -> None:
    """Read the answer to the consent that was asked for; a hedged yes is not a yes.

    Unasked, a consent that was given is only taken back: a parent's own, or else the young person's.
    """
    if turn.asked not in CONSENTS:
        _take_consent_back(turn)
        return
    plain, agrees, meant = turn.value("yes_no"), turn.value("agrees"), turn.meant()
    answer: str | None
    if plain in ("not_sure", "weak_yes") and meant != "no":
        answer = "not_sure"
    elif meant and not (meant == "yes" and agrees == "no"):
        answer = meant
    elif agrees == "no" or plain in ("no", "weak_no"):
        answer = "no" if agrees != "yes" or plain == "no" else "yes"
    else:
        answer = "yes" if "yes" in (plain, agrees) else None
    turn.answer(turn.asked, answer)


def _take_consent_back(turn: Turn) -> None:
    consent = "guardian_consent" if turn.speaks_of_parent else "child_consent"
    about_sharing = turn.asked == "share_with_clinic" and not turn.speaks_of_parent
    taken_back = turn.value("agrees") == "no" or (
        turn.correcting and turn.speaks_of_parent and turn.value("yes_no") in ("no", "weak_no")
    )
    if taken_back and getattr(turn.answers, consent) == "yes" and not (turn.asking or about_sharing):
        turn.changes.pop(turn.asked or "", None)  # the no was to the consent
        turn.answer(consent, "no")


def hear_tolerance(turn: Turn) -> None:
    """Read whether they cramp or stiffen easily; unasked, only where the words say so themselves."""
    cramps = turn.value("cramps")
    if turn.asked == "tolerance" and not any(consent in turn.changes for consent in CONSENTS):
        turn.answer("tolerance", "yes" if cramps == "yes" else turn.meant() or cramps or turn.plain())
    elif cramps and any(word in f.said.lower() for f in turn.found("cramps") for word in _UNASKED):
        turn.answer("tolerance", cramps)


def _may_be_so(turn: Turn, finding: Finding) -> bool:
    if finding.assertion in (Assertion.PRESENT, Assertion.UNCERTAIN):
        return True
    return finding.assertion is Assertion.PAST and turn.protocol.precautions[finding.value].counts_when_past


_UNASKED = ("easily", "toler")
# What a message tells besides a number that is no age: "I was wrong, she won't let them near her with one".
_OTHER_MATTERS = (
    "indication", "site", "red_flag", "precaution", "precaution_if_asked", "fear", "cramps", "spread", "list",
)  # fmt: skip


def _may_correct_age(turn: Turn) -> bool:
    if turn.answers.age == "unknown":
        return turn.asked not in ("contact_name", "contact_phone")
    return turn.answers.age is not None and turn.correcting and not turn.found(*_OTHER_MATTERS)
