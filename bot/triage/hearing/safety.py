"""The answer to the safety question. Only a plain answer about one sign drops that sign."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.triage.hearing.signs import denied_signs, denies_list, is_plain_no, said_again
from bot.triage.hearing.turn import Turn
from bot.triage.interview import is_grave, signs_to_ask
from bot.triage.model import Assertion, Finding


def hear_safety_answer(turn: Turn) -> None:
    """Read the answer to the safety question."""
    if turn.asked != "red_flags":
        return
    if "signs" in turn.changes:
        turn.answer("red_flags", "any")
    elif turn.before.doubtful:
        _hear_about_one_sign(turn)
    else:
        _hear_about_listed_signs(turn)


def _hear_about_one_sign(turn: Turn) -> None:
    """Read the plain answer to the plain question about one sign; only this may drop a sign."""
    sign = turn.before.doubtful[0]
    again = _tells_again(turn, sign)  # "no, I can't pee" takes nothing back
    answer = "yes" if again else turn.plain()
    if answer is None or (not again and (_is_about_others(turn, sign, answer) or _takes_back(turn, sign, answer))):
        return
    signs = dict.fromkeys(turn.answers.signs)
    if answer == "no":
        signs.pop(sign, None)
        turn.cleared = (*turn.cleared, sign)
    elif answer == "yes":
        signs[sign] = None
        turn.keep(f"red_flag.{sign}", turn.first("yes_no", "list"))
        if turn.answers.red_flags == "none":
            turn.answer("red_flags", "any")
    else:
        turn.answer("red_flags", "not_sure")
    turn.changes["signs"] = tuple(signs)
    certain = (*said_again(turn), *([sign] if answer == "yes" else ()))
    others = tuple(s for s in turn.doubtful if s != sign)  # also those that this reply raises
    turn.doubtful = () if any(is_grave(s, turn.protocol) for s in certain) else others
    if answer == "no":
        _take_back(turn, sign, bool(signs))


def _tells_again(turn: Turn, sign: str) -> bool:
    """Return whether a reply says again, by name or in other words, what it was asked about."""
    resembled = {f.value for f in turn.found("sign_by_meaning", "sign_to_confirm")}
    plain_no = (turn.no_apart or turn.value("list") == "none") and not turn.contrasting
    return sign in said_again(turn) or (sign in resembled - denied_signs(turn) and not plain_no)


def _takes_back(turn: Turn, sign: str, answer: str) -> bool:
    """Return whether a no goes on with what speaks against it: "no, it's still going", "no, not until tonight".

    A word that only hints at it does so once beside "none of these": "none, his breathing is grand".
    """
    named = turn.found("red_flag", "sign_if_asked")
    akin = [f for f in named if f.value.startswith(sign) or sign.startswith(f.value)]  # chest_pain, chest_pain_other
    hinted = any(f.assertion in (Assertion.PRESENT, Assertion.UNCERTAIN) for f in akin)
    hinted = hinted or any(f.value == sign for f in turn.found("sign_by_meaning"))
    if turn.value("list") == "none" and turn.before.misses:
        hinted = False
    return answer == "no" and (hinted or turn.not_over or turn.insisting)


def _is_about_others(turn: Turn, sign: str, answer: str) -> bool:
    """Return whether a yes or no is to other signs than the one asked about: "no fever", "yes to red, else none"."""
    if answer == "yes":
        return bool(turn.value("list") == "none") and not turn.yes_apart
    denied = denied_signs(turn)
    to_others = bool(denied) and sign not in denied and not (turn.no_apart or turn.value("list"))
    return answer == "no" and to_others


def _take_back(turn: Turn, sign: str, others_left: bool) -> None:
    """Open again what rested on a sign that is not so."""
    if not others_left and turn.answers.red_flags == "any":
        turn.ask_anew("red_flags")
    if turn.before.said.get("pain_site") == turn.before.said.get(f"red_flag.{sign}", ""):
        turn.ask_anew("pain_site")


def _hear_about_listed_signs(turn: Turn) -> None:
    if any(f.value in turn.answers.signs for f in turn.found("red_flag", assertion=Assertion.PRESENT)):
        turn.answer("red_flags", "any")  # "yes, the hot knee": said before, and no other sign of the list
        return
    offered = signs_to_ask(turn.answers, turn.protocol)
    listed = [f for f in turn.found("sign_if_asked") if f.value in offered]
    present = [f for f in listed if f.assertion is Assertion.PRESENT]
    hinted = [f for f in listed if f.assertion in (Assertion.PRESENT, Assertion.UNCERTAIN)]
    if hinted and not is_plain_no(turn) and denies_list(turn, listed):
        _doubt(turn, hinted)
        return
    if present and not is_plain_no(turn):
        _raise(turn, {f.value for f in present}, present[0])
        return
    answer = turn.list_answer(listed)
    if answer == "any":
        said_yes = turn.value("yes_no") or turn.value("list")
        # "just the swelling I told you of"; a plain yes may be to any of the list
        named = [] if said_yes else [f.value for f in listed if f.assertion is Assertion.UNCERTAIN]
        grave = [sign for sign in offered if is_grave(sign, turn.protocol)]
        _raise(turn, named or grave or offered, turn.first("yes_no", "list"))
    elif answer == "denied_one":
        turn.deny_one("red_flags", listed)
    else:
        turn.answer("red_flags", answer)


def _doubt(turn: Turn, hinted: Iterable[Finding]) -> None:
    """Ask by name about what a reply hints at while it denies the list: "breathing's fine, none of that".

    A sign that was told before is no new one: "just the rash".
    """
    hints = [f.value for f in hinted if f.value not in turn.cleared]
    new = dict.fromkeys(sign for sign in hints if sign not in turn.answers.signs)
    turn.answer("red_flags", "any" if len(new) < len(set(hints)) else "none")
    gravest_first = sorted(new, key=lambda sign: not is_grave(sign, turn.protocol))
    turn.doubtful = tuple(dict.fromkeys((*turn.doubtful, *gravest_first)))


def _raise(turn: Turn, signs: Collection[str], finding: Finding | None) -> None:
    if any(is_grave(sign, turn.protocol) for sign in signs):
        turn.doubtful = ()  # what is certain is told at once
    turn.doubtful = tuple(s for s in turn.doubtful if s not in signs)
    turn.changes["signs"] = tuple(dict.fromkeys((*turn.answers.signs, *sorted(signs))))
    for sign in signs:
        turn.keep(f"red_flag.{sign}", finding)
    turn.answer("red_flags", "any")
