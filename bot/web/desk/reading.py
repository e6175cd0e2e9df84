"""The answers of an intake as staff read them: the question, what was taken from it, and the words it came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.triage.engine import QUESTIONS
from bot.triage.model import Protocol
from bot.web.desk.wording import label, labels


def facts_shown(intake: Mapping[str, Any], protocol: Protocol) -> list[dict[str, Any]]:
    """Return each answered question: `name`, `value`, the words `said`, what it `was` before, whether it `decided`."""
    answers, said = intake["answers"], intake["said"]
    fired = {because["fact"] for because in intake["verdict"]["because"]}
    shown = []
    for question in QUESTIONS:
        value = answers.get(question)
        if value in (None, {}, []) and question != "pain_site":
            continue
        old = [c["old"] for c in intake["corrections"] if c["fact"] == question]
        shown.append({
            "name": label("fact", question),
            "value": value_shown(question, value, answers, protocol),
            "said": said.get(question, ""),
            "was": [value_shown(question, o, {}, protocol) for o in old],
            "decided": question in fired or _behind(question, fired),
        })  # fmt: skip
    return shown


def signs_shown(intake: Mapping[str, Any], protocol: Protocol) -> list[dict[str, str]]:
    """Return the warning signs that were said, with the words."""
    return [
        {"name": protocol.red_flags[sign].name if sign in protocol.red_flags else sign, "tier": _tier(sign, protocol),
         "said": intake["said"].get(f"red_flag.{sign}", "")}
        for sign in intake["answers"].get("signs", ())
    ]  # fmt: skip


def value_shown(question: str, value: Any, answers: Mapping[str, Any], protocol: Protocol) -> str:
    """Return an answer's value in words."""
    names = {**protocol.sites, **protocol.indications}
    if question == "pain_site":
        found = [names[v].name if v in names else v for v in value or ()]
        return ", ".join(found) or ("Not asked" if value is None else "Said, and not recognised")
    if question == "pain_site_detail":
        return "; ".join(_detail(site, option, protocol) for site, option in (value or {}).items())
    if question == "precautions" and answers.get("precaution_ids"):
        known = protocol.precautions
        return ", ".join(known[p].name if p in known else p for p in answers["precaution_ids"])
    if value in (None, {}):
        return "Not answered"
    special = labels().get(question, {})
    return special.get(str(value)) or (str(value) if isinstance(value, int) else label("value", value))


def _detail(site: str, option: str, protocol: Protocol) -> str:
    if site in protocol.sites:
        title = next((o.title for o in protocol.sites[site].options if o.id == option), label("value", option))
        return f"{protocol.sites[site].name}: {title}"
    name = protocol.indications[site].name if site in protocol.indications else site
    return f"Like {name}: {label('value', option)}"


def _behind(question: str, fired: set[str]) -> bool:
    """Return whether the question settles one of the facts that decided."""
    facts = {"pain_site": "listed", "age": "age_band", "red_flags": "same_day_sign"}
    return facts.get(question, "") in fired


def _tier(sign: str, protocol: Protocol) -> str:
    return protocol.red_flags[sign].tier.value.replace("_", " ") if sign in protocol.red_flags else ""
