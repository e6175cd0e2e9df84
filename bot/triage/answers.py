"""Answers from JSON, checked; errors name the field and the allowed values."""

from __future__ import annotations

import json
from typing import Any, get_args

from bot.triage.checking import listed
from bot.triage.model import AnyNone, Fear, PatientAnswers, Protocol, YesNo

CHOICES: dict[str, tuple[str, ...]] = {
    "referred_pain": get_args(YesNo),
    "red_flags": get_args(AnyNone),
    "needle_phobia": get_args(Fear),
    "precautions": get_args(AnyNone),
    "guardian_consent": get_args(YesNo),
    "child_consent": get_args(YesNo),
    "child_understands": get_args(YesNo),
    "tolerance": get_args(YesNo),
}
OLDEST = 120  # years


class AnswersError(ValueError):
    """The answers cannot be used; the message names the field and what is allowed."""


def read_answers(text: str, protocol: Protocol) -> PatientAnswers:
    """Return the answers in a JSON object; a field that is left out is "not asked".

    Raises:
        AnswersError: the text is not a JSON object, or a field is unknown or has a value it cannot have.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AnswersError(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise AnswersError("must be a JSON object such as {\"pain_site\": [\"hip_pain\"], \"age\": 40}")
    fields = PatientAnswers.__dataclass_fields__
    if unknown := set(given) - set(fields):
        raise AnswersError(f"unknown field {listed(unknown)}; allowed are {listed(fields)}")
    lists = {
        "pain_site": {**protocol.indications, **protocol.sites},
        "likely": protocol.indications,
        "signs": protocol.red_flags,
        "precaution_ids": protocol.precautions,
    }
    for field, value in given.items():
        if field in lists:
            given[field] = _ids(field, value, lists[field])
        elif field in CHOICES:
            _check_choice(field, value)
    _check_age(given.get("age"))
    _check_detail(given.get("pain_site_detail", {}), protocol)
    return PatientAnswers(**given)


def _check_choice(field: str, value: Any) -> None:
    if value is not None and value not in CHOICES[field]:
        raise AnswersError(f"{field}: {value!r} is not one of {listed(CHOICES[field])}")


def _ids(field: str, value: Any, allowed: Any) -> tuple[str, ...] | None:
    if value is None and field == "pain_site":
        return None
    if not isinstance(value, list):
        raise AnswersError(f"{field}: must be a list of ids, not {value!r}")
    for item in value:
        if not isinstance(item, str) or item not in allowed:
            raise AnswersError(f"{field}: {item!r} is not one of {listed(allowed)}")
    return tuple(value)


def _check_age(value: Any) -> None:
    if value is None or value == "unknown":
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= OLDEST:
        raise AnswersError(f"age: {value!r} is not \"unknown\" or whole years from 0 to {OLDEST}")


def _check_detail(value: Any, protocol: Protocol) -> None:
    if not isinstance(value, dict):
        raise AnswersError("pain_site_detail: must be an object of site ids and option ids")
    allowed_for = {site.id: [o.id for o in site.options] for site in protocol.sites.values() if site.options}
    allowed_for |= dict.fromkeys(protocol.indications, ["yes", "no"])  # a likely indication is confirmed, or not
    for site, option in value.items():
        if site not in allowed_for:
            known = listed(allowed_for)
            raise AnswersError(f"pain_site_detail: {site!r} has no clarifying question; these have: {known}")
        allowed = [*allowed_for[site], "not_sure"]
        if option not in allowed:
            raise AnswersError(f"pain_site_detail: {site!r}: {option!r} is not one of {listed(allowed)}")
