"""The questions of an intake as items of a Questionnaire, and the answers as those of its responses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.triage.engine import QUESTIONS
from bot.triage.model import Protocol

SYSTEM = "urn:needlepoint:code"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SUGGESTED = "Suggested ICD-10-CM codes: not a diagnosis, a clinician decides"
_RESULTS = {"outcome": "Outcome", "rule": "Row of the decision table that fired", "ruleset": "Version of the rules"}
_STAFF = {"decided_outcome": "Outcome set by staff"}
_LONGEST = 500  # characters of a text


class ItemWriter:
    """Writes items; `texts` are the questions by id."""

    def __init__(self, protocol: Protocol, texts: Mapping[str, str]) -> None:
        self._protocol = protocol
        self._texts = texts
        places = {**protocol.sites, **protocol.indications}
        options = {f"{s.id}.{o.id}": f"{s.name}: {o.title}" for s in protocol.sites.values() for o in s.options}
        self._names = {
            "pain_site": {name: entry.name for name, entry in places.items()},
            "pain_site_detail": options,
            "red_flags": {sign.id: sign.name for sign in protocol.red_flags.values()},
            "precautions": {point.id: point.name for point in protocol.precautions.values()},
        }

    def questions(self) -> list[dict[str, Any]]:
        """Return the items of the Questionnaire."""
        asked = [
            {"linkId": name, "text": self._text(name), "type": "integer" if name == "age" else "open-choice",
             **({} if name == "age" else {"repeats": True}),
             "item": [{"linkId": f"{name}.said", "text": "In the patient's words", "type": "string"}]}
            for name in QUESTIONS
        ]  # fmt: skip
        both = _RESULTS | _STAFF
        results = [{"linkId": key, "text": text, "type": "string", "readOnly": True} for key, text in both.items()]
        codes = {"linkId": "icd10cm", "text": SUGGESTED, "type": "open-choice", "repeats": True, "readOnly": True}
        return [*asked, {"linkId": "result", "text": "Result", "type": "group", "item": [*results, codes]}]

    def answers(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the items of the response of an intake."""
        items = []
        for name in QUESTIONS:
            if values := list(self._values(name, row["answers"])):
                words = row["said"].get(name)
                if words:
                    said = {"linkId": f"{name}.said", "text": "In the patient's words"}
                    values[0] = values[0] | {"item": [said | {"answer": [{"valueString": _text(words)}]}]}
                items.append({"linkId": name, "text": self._text(name), "answer": values})
        return [*items, {"linkId": "result", "text": "Result", "item": self._results(row)}]

    def _values(self, name: str, answers: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        value = answers.get(name)
        if name == "age":
            return [{"valueInteger": value}] if isinstance(value, int) else []
        if name == "pain_site_detail":
            return [self._coding(name, f"{site}.{option}") for site, option in (value or {}).items()]
        listed = {"pain_site": value, "red_flags": answers.get("signs"), "precautions": answers.get("precaution_ids")}
        if several := listed.get(name):
            return [self._coding(name, one) for one in several]
        return [self._coding(name, str(value))] if value not in (None, [], ()) else []

    def _results(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        values = {**{key: row["verdict"][key] for key in _RESULTS}, "decided_outcome": row["decided_outcome"]}
        texts = _RESULTS | _STAFF
        given = {key: value for key, value in values.items() if value}
        items = [{"linkId": key, "text": texts[key], "answer": [{"valueString": given[key]}]} for key in given]
        known = self._protocol.indications
        entries = [e for name in row["verdict"]["indications"] if name in known for e in known[name].icd10cm]
        codes = [{"valueCoding": _icd10cm(entry)} for entry in entries]
        return [*items, {"linkId": "icd10cm", "text": SUGGESTED, "answer": codes}] if codes else items

    def _coding(self, name: str, code: str) -> dict[str, Any]:
        display = self._names.get(name, {}).get(code) or code.replace("_", " ").replace(".", ": ")
        return {"valueCoding": {"system": SYSTEM, "code": code, "display": display}}

    def _text(self, name: str) -> str:
        return self._texts.get(name) or name.replace("_", " ").capitalize()


def _icd10cm(entry: Mapping[str, str]) -> dict[str, str]:
    """Return a suggested code; one that lacks its last characters ("M25.51-") is told in words only."""
    if entry["code"].endswith("-"):
        return {"display": f"{entry['code']} {entry['text']}"}
    return {"system": ICD10CM, "code": entry["code"], "display": entry["text"]}


def _text(words: str) -> str:
    return " ".join(words.split())[:_LONGEST] or "-"
