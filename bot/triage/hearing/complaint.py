"""Where it hurts, what it is like there, and whether it travels."""

from __future__ import annotations

from collections.abc import Iterable

from bot.triage.engine import site_to_clarify
from bot.triage.hearing.turn import Turn
from bot.triage.model import Assertion, Finding


def hear_site(turn: Turn) -> None:
    """Read the complaint: taken when asked for or still unknown, else changed only by a correction or an addition."""
    found = turn.found("indication", "site")
    present = [f for f in found if _counts(turn, f)]
    known = turn.answers.pain_site
    sites = [f.value for f in present]
    if turn.asked == "pain_site" or known is None or (known == () and not turn.value("spread")):
        meant = turn.first("indication_by_meaning", "indication_if_confirmed")
        if meant and not any(site in turn.protocol.indications for site in sites):
            _take_by_meaning(turn, sites, meant)
        elif sites:  # and what is meant beside them: "my shoulder hurts when I lift the arm"
            _set_sites(turn, (*sites, meant.value) if meant else sites, present[0])
        elif doubtful := _not_plainly_there(turn, found):
            _confirm(turn, (), doubtful)
            turn.keep(_named(doubtful.value), doubtful)
        elif turn.asked == "pain_site" and _cannot_name_a_site(turn, found):
            _set_sites(turn, (), turn.first("yes_no", "list"))
    elif present and _changes_the_complaint(turn):
        adding = (turn.adding and not turn.correcting) or _may_be_where_it_goes(turn)
        _set_sites(turn, (*known, *sites) if adding else sites, present[0])
    elif turn.correcting and (denied := {f.value for f in found} & set(known)):
        _set_sites(turn, [site for site in known if site not in denied], found[0])


def hear_detail(turn: Turn) -> None:
    """Read the answer to a site's clarifying question."""
    site = site_to_clarify(turn.answers, turn.protocol)
    if site is None or turn.asked != "pain_site_detail" or "pain_site" in turn.changes:
        return
    if site in turn.answers.likely:
        _hear_confirmation(turn, site)
        return
    named = [o.split(".", 1)[1] for o in (turn.value("site_options") or "").split() if o.startswith(f"{site}.")]
    present = turn.found("indication", "site", assertion=Assertion.PRESENT)
    indications = [f for f in present if f.kind == "indication"]
    others = [f for f in present if f.value != site]
    if indications:
        _settle(turn, site, "not_sure", indications[0], also=indications)
    elif named:
        _settle(turn, site, _listed_first(turn, site, named), turn.first("site_options"))
    elif turn.value("yes_no") or turn.value("list"):
        _settle(turn, site, "not_sure", turn.first("yes_no", "list"))
    elif others:
        _settle(turn, site, "not_sure", others[0], also=others)


def _hear_confirmation(turn: Turn, likely: str) -> None:
    """Read whether what was described is the indication that it resembles, or another that is named now."""
    named = [f for f in turn.found("indication", "site", assertion=Assertion.PRESENT) if f.value != likely]
    again = turn.found("indication", assertion=Assertion.PRESENT)
    again += [f for f in turn.found("indication_by_meaning", "indication_if_confirmed") if f.value == likely]
    if turn.plain() is None and again and not named:
        _settle(turn, likely, "yes", again[0])
    elif answer := turn.plain():
        if answer == "not_sure" and _named(likely) in turn.before.said:
            answer = "yes"  # they named it themselves
        _settle(turn, likely, answer, turn.first("yes_no", "list"), also=named if answer == "no" else ())
    elif named:
        _settle(turn, likely, "not_sure", named[0], also=named)


def _named(indication: str) -> str:
    """Return the key of the words in which the patient named an indication that is yet to be confirmed."""
    return f"indication.{indication}"


def hear_spread(turn: Turn) -> None:
    """Read whether the pain travels; a place named when that was asked is where it goes."""
    spread = turn.value("spread")
    if turn.asked == "referred_pain":
        known = turn.answers.pain_site or ()
        places = [f for f in turn.found("indication", "site", assertion=Assertion.PRESENT) if f.value not in known]
        turn.answer("referred_pain", turn.meant() or spread or turn.plain() or ("yes" if places else None))
    elif spread and (turn.asked in (None, "pain_site", "pain_site_detail") or turn.correcting):
        turn.answer("referred_pain", spread)


def _counts(turn: Turn, finding: Finding) -> bool:
    """Return whether a complaint counts; a place that is asked about does as well: "do you do elbows?"."""
    if finding.assertion in (Assertion.PRESENT, Assertion.UNCERTAIN):
        return True
    asked_about = finding.assertion is Assertion.HYPOTHETICAL and turn.asking and turn.answers.pain_site is None
    return asked_about and finding.value in turn.protocol.sites


def _not_plainly_there(turn: Turn, found: list[Finding]) -> Finding | None:
    """Return an indication that is said to be past or a mere "what if": it may be why they write all the same."""
    weak = (Assertion.PAST, Assertion.HYPOTHETICAL)
    return next((f for f in found if f.value in turn.protocol.indications and f.assertion in weak), None)


def _cannot_name_a_site(turn: Turn, found: list[Finding]) -> bool:
    return not found and (turn.value("yes_no") == "not_sure" or turn.value("list") == "none")


def _changes_the_complaint(turn: Turn) -> bool:
    """Return whether a place named while something else was asked changes the complaint."""
    if turn.asking and not turn.correcting:
        return False
    if turn.answers.tolerance is not None and turn.value("cramps"):
        return False  # "actually I do cramp easily"
    if turn.asked in ("referred_pain", "red_flags", "pain_site_detail"):  # there a place belongs to the answer
        return turn.correcting and not turn.value("spread")
    return turn.correcting or turn.adding or _denies_the_known(turn)


def _denies_the_known(turn: Turn) -> bool:
    """Return whether a complaint that is known is denied now: "no shoulder pain, it's the sole of my foot"."""
    denied = turn.found("indication", "site", assertion=Assertion.DENIED)
    return bool({f.value for f in denied} & set(turn.answers.pain_site or ()))


def _may_be_where_it_goes(turn: Turn) -> bool:
    """Return whether the place may be the one that the pain is now said to travel to: no complaint is lost then."""
    return turn.value("spread") == "yes" and turn.answers.referred_pain == "no"


def _set_sites(turn: Turn, sites: Iterable[str], finding: Finding | None) -> None:
    unique = tuple(dict.fromkeys(sites))
    before = turn.answers.pain_site
    if unique == before:
        return
    turn.changes["pain_site"] = unique
    turn.keep("pain_site", finding)
    if before:  # a corrected site asks its own questions anew
        turn.changes["pain_site_detail"] = {}
        turn.changes["likely"] = ()
        turn.ask_anew("red_flags")
        turn.forget_words("pain_site_detail")


def _take_by_meaning(turn: Turn, sites: list[str], meant: Finding) -> None:
    """Take the indication that the message speaks of without its name, or keep it to be confirmed."""
    if meant.kind == "indication_by_meaning":
        _set_sites(turn, (*sites, meant.value), meant)
        return
    _confirm(turn, sites, meant)


def _confirm(turn: Turn, sites: Iterable[str], likely: Finding) -> None:
    """Take the sites, and keep an indication to be confirmed."""
    _set_sites(turn, sites, likely)
    turn.changes["likely"] = (likely.value,)


def _settle(turn: Turn, site: str, option: str, finding: Finding | None, also: Iterable[Finding] = ()) -> None:
    turn.changes["pain_site_detail"] = dict(turn.answers.pain_site_detail) | {site: option}
    turn.keep("pain_site_detail", finding)
    if also:
        known = turn.answers.pain_site or ()
        turn.changes["pain_site"] = tuple(dict.fromkeys((*known, *(f.value for f in also))))


def _listed_first(turn: Turn, site: str, named: list[str]) -> str:
    """Return the named option that leads to the list, for a match is what the question is about."""
    listed = {option.id for option in turn.protocol.sites[site].options if option.indications}
    return next((option for option in named if option in listed), named[0])
