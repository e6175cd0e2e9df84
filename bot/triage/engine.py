"""Decide: answers in, verdict out; and what to ask next. No I/O, no state, the same answers give the same verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.triage.model import Because, PatientAnswers, Policy, Protocol, Row, Source, Tier, Verdict

# Each fact of the table: its values, and the question whose answer settles it (None: only ever volunteered).
FACTS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "emergency_sign": (("yes", "no"), "red_flags"),
    "crisis_sign": (("yes", "no"), None),
    "same_day_sign": (("yes", "no"), "red_flags"),
    "red_flags": (("none", "any", "not_sure"), "red_flags"),
    "listed": (("yes", "no"), "pain_site"),
    "age_band": (("unknown", "child", "minor", "adult"), "age"),
    "needle_phobia": (("none", "mild", "strong", "not_sure"), "needle_phobia"),
    "guardian_consent": (("yes", "no", "not_sure"), "guardian_consent"),
    "child_consent": (("yes", "no", "not_sure"), "child_consent"),
    "child_understands": (("yes", "no", "not_sure"), "child_understands"),
    "precautions": (("none", "any", "not_sure"), "precautions"),
    "tolerance": (("yes", "no", "not_sure"), "tolerance"),
}

# The order in which questions are asked.
QUESTIONS = (
    "pain_site", "pain_site_detail", "referred_pain", "red_flags", "age", "needle_phobia", "precautions",
    "guardian_consent", "child_consent", "child_understands", "tolerance",
)  # fmt: skip


def decide(answers: PatientAnswers, protocol: Protocol, said: Mapping[str, str] | None = None) -> Verdict:
    """Return the verdict on these answers; what is not answered can never lead to an explanation.

    `said` holds the patient's own words by question (`red_flag.<id>` for a sign, `precaution.<id>` likewise).
    """
    facts = facts_of(answers, protocol)
    row, alternative = _firing_row(facts, protocol.rows)
    return Verdict(
        outcome=row.outcome,
        reason=row.reason,
        technique=row.technique,
        minor=facts["age_band"] == "minor",
        indications=matched_indications(answers, protocol),
        red_flags=answers.signs,
        rule=row.id,
        ruleset=protocol.ruleset,
        because=tuple(_because(alternative, answers, protocol, said or {})),
        sources=row.sources + _sign_sources(row, answers, protocol),
    )


def missing_facts(answers: PatientAnswers, protocol: Protocol) -> tuple[str, ...]:
    """Return the questions whose answers can still change the verdict, in the order to ask them."""
    facts = facts_of(answers, protocol)
    if any(row.at_once and _holds(row, facts) for row in protocol.rows):
        return ()
    open_questions: set[str] = set()
    for row in protocol.rows:
        holds = _holds(row, facts)
        if holds:
            break
        if holds is None:
            open_questions |= _open_questions(row, facts)
    if "pain_site" in open_questions and answers.pain_site is not None:
        open_questions = open_questions - {"pain_site"} | {"pain_site_detail"}
    if "red_flags" in open_questions and answers.referred_pain is None:
        open_questions.add("referred_pain")  # asked always before the safety question, which it feeds
    return tuple(question for question in QUESTIONS if question in open_questions)


def facts_of(answers: PatientAnswers, protocol: Protocol) -> dict[str, str | None]:
    """Return every fact of the table with its value, `None` while it is not known."""
    tiers = {protocol.red_flags[sign].tier for sign in answers.signs}
    settled = answers.red_flags is not None
    return {
        "emergency_sign": "yes" if Tier.EMERGENCY in tiers else "no" if settled else None,
        "crisis_sign": "yes" if Tier.CRISIS in tiers else "no",
        "same_day_sign": "yes" if Tier.SAME_DAY in tiers else "no" if settled else None,
        "red_flags": answers.red_flags,
        "listed": _listed(answers, protocol),
        "age_band": age_band(answers.age, protocol.policy),
        "needle_phobia": _fear(answers.needle_phobia, protocol.policy),
        "guardian_consent": answers.guardian_consent,
        "child_consent": answers.child_consent,
        "child_understands": answers.child_understands,
        "precautions": "any" if answers.precaution_ids else answers.precautions,
        "tolerance": answers.tolerance,
    }


def age_band(age: int | str | None, policy: Policy) -> str | None:
    """Return `child`, `minor`, `adult`, `unknown`, or None while the age was not asked."""
    if age is None or isinstance(age, str):
        return age
    if age < policy.youngest_age:
        return "child"
    return "minor" if age < policy.adult_age else "adult"


def matched_indications(answers: PatientAnswers, protocol: Protocol) -> tuple[str, ...]:
    """Return the indications that the answers match; a specific entry beats a catch-all."""
    found: dict[str, None] = {}
    for concept in answers.pain_site or ():
        if concept in protocol.indications:
            found[concept] = None
        elif concept in protocol.sites:
            chosen = answers.pain_site_detail.get(concept)
            for option in protocol.sites[concept].options:
                if option.id == chosen:
                    found.update(dict.fromkeys(option.indications))
    found.update(dict.fromkeys(name for name in answers.likely if answers.pain_site_detail.get(name) == "yes"))
    specific = [name for name in found if not protocol.indications[name].catch_all]
    return tuple(specific or found)


def site_to_clarify(answers: PatientAnswers, protocol: Protocol) -> str | None:
    """Return the likely indication or the first site whose question is still open and can still lead to the list."""
    if matched_indications(answers, protocol):
        return None
    for likely in answers.likely:
        if likely not in answers.pain_site_detail:
            return likely
    for concept in answers.pain_site or ():
        site = protocol.sites.get(concept)
        if site and site.options and concept not in answers.pain_site_detail:
            return concept
    return None


def _listed(answers: PatientAnswers, protocol: Protocol) -> str | None:
    if matched_indications(answers, protocol):
        return "yes"
    if answers.pain_site is None or site_to_clarify(answers, protocol):
        return None
    return "no"


def _fear(fear: str | None, policy: Policy) -> str | None:
    return "strong" if fear == "mild" and not policy.mild_fear_explains else fear


def _firing_row(facts: Mapping[str, str | None], rows: Iterable[Row]) -> tuple[Row, Mapping[str, frozenset[str]]]:
    """Return the first row that holds and its alternative; an open row above it leads to the last, the default."""
    rows = tuple(rows)
    for row in rows:
        if row.at_once and _holds(row, facts):
            return row, _alternative(row, facts)
    for row in rows:
        holds = _holds(row, facts)
        if holds:
            return row, _alternative(row, facts)
        if holds is None:
            break
    return rows[-1], {}


def _holds(row: Row, facts: Mapping[str, str | None]) -> bool | None:
    """Return whether the row fires: yes, no, or None while an open answer could make it."""
    results = [_all_hold(alternative, facts) for alternative in row.when]
    if True in results:
        return True
    return None if None in results else False


def _all_hold(alternative: Mapping[str, frozenset[str]], facts: Mapping[str, str | None]) -> bool | None:
    values = [(facts[fact], allowed) for fact, allowed in alternative.items()]
    if any(value is not None and value not in allowed for value, allowed in values):
        return False
    return None if any(value is None for value, _ in values) else True


def _alternative(row: Row, facts: Mapping[str, str | None]) -> Mapping[str, frozenset[str]]:
    return next(alternative for alternative in row.when if _all_hold(alternative, facts))


def _open_questions(row: Row, facts: Mapping[str, str | None]) -> set[str]:
    """Return the questions that would settle the row's alternatives that can still hold.

    An alternative that waits for more than another does is left out: the other settles the row sooner.
    """
    waiting = [
        {fact for fact in alternative if facts[fact] is None}
        for alternative in row.when
        if _all_hold(alternative, facts) is None
    ]
    soonest = [open_facts for open_facts in waiting if not any(other < open_facts for other in waiting)]
    return {question for open_facts in soonest for fact in open_facts if (question := FACTS[fact][1])}


def _because(
    alternative: Mapping[str, frozenset[str]], answers: PatientAnswers, protocol: Protocol, said: Mapping[str, str]
) -> Iterable[Because]:
    for fact in alternative:
        if fact in ("emergency_sign", "crisis_sign", "same_day_sign"):
            tier = Tier(fact.removesuffix("_sign"))
            for sign in (s for s in answers.signs if protocol.red_flags[s].tier is tier):
                yield Because("red_flags", sign, said.get(f"red_flag.{sign}", said.get("red_flags", "")))
        elif fact == "listed":
            matched = list(matched_indications(answers, protocol))
            words = [said[q] for q in ("pain_site", "pain_site_detail") if said.get(q)]
            yield Because("pain_site", matched, " / ".join(words))
        elif fact == "precautions" and answers.precaution_ids:
            for precaution in answers.precaution_ids:
                words_said = said.get(f"precaution.{precaution}", said.get("precautions", ""))
                yield Because("precautions", precaution, words_said)
        else:
            question = FACTS[fact][1] or fact
            value: Any = getattr(answers, question)
            yield Because(question, value, said.get(question, ""))


def _sign_sources(row: Row, answers: PatientAnswers, protocol: Protocol) -> tuple[Source, ...]:
    """Return the sources of the signs that fired a red-flag row."""
    if row.reason not in ("red_flag", "self_harm"):
        return ()
    found = (protocol.red_flags[sign].source for sign in answers.signs)
    return tuple(dict.fromkeys(Source(f"Beyond the article: {s.title}", s.address) for s in found))
