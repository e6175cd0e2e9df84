"""Intakes as FHIR R4: one Questionnaire, and a QuestionnaireResponse with its Patient for each intake, in a Bundle.

Written as plain JSON, for the models of `fhir.resources` take some 25 ms a resource; the tests hold it to those models.
Only elements that R4, R4B and R5 have alike are used.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.intake.fhir_items import ItemWriter
from bot.intake.moments import in_utc
from bot.triage.model import Protocol

ADDRESS = "urn:needlepoint:questionnaire:intake"
_SPACE = uuid.UUID("6f1d5c1e-5f0a-4a53-9f0e-6c1c5b0f8a11")  # for ids that are the same in every export


def as_bundle(rows: Iterable[Mapping[str, Any]], protocol: Protocol, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield a Bundle of type `collection` as JSON, piece by piece; `texts` are the questions by id."""
    items = ItemWriter(protocol, texts)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    yield f'{{"resourceType": "Bundle", "type": "collection", "timestamp": "{now}", "entry": [\n'
    yield _entry(_id("questionnaire"), questionnaire(items, protocol))
    for row in rows:
        for name, resource in (("patient", _patient(row)), ("response", _response(row, items, protocol))):
            yield ",\n" + _entry(_id(name, row["reference"]), resource)
    yield "\n]}\n"


def questionnaire(items: ItemWriter, protocol: Protocol) -> dict[str, Any]:
    """Return the one Questionnaire that every response answers."""
    return {
        "resourceType": "Questionnaire",
        "id": str(uuid.uuid5(_SPACE, "questionnaire")),
        "url": ADDRESS,
        "version": protocol.ruleset,
        "name": "DryNeedlingIntake",
        "title": "Dry needling intake",
        "status": "active",
        "subjectType": ["Patient"],
        "item": items.questions(),
    }


def _response(row: Mapping[str, Any], items: ItemWriter, protocol: Protocol) -> dict[str, Any]:
    whole = row["verdict"]["rule"] != "default"
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(uuid.uuid5(_SPACE, f"response {row['reference']}")),
        "questionnaire": f"{ADDRESS}|{protocol.ruleset}",
        "status": "completed" if whole else "in-progress",
        "subject": {"reference": _id("patient", row["reference"])},
        "authored": in_utc(row["created"]).isoformat(timespec="seconds"),
        "item": items.answers(row),
    }


def _patient(row: Mapping[str, Any]) -> dict[str, Any]:
    patient: dict[str, Any] = {"resourceType": "Patient", "id": str(uuid.uuid5(_SPACE, f"patient {row['reference']}"))}
    if name := row["contact_name"].strip():
        patient["name"] = [{"use": "usual", "text": name}]
    if phone := row["contact_phone"].strip():
        patient["telecom"] = [{"system": "phone", "value": phone}]
    return patient


def _entry(address: str, resource: Mapping[str, Any]) -> str:
    return json.dumps({"fullUrl": address, "resource": resource}, ensure_ascii=False)


def _id(kind: str, reference: str = "") -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{kind} {reference}'.strip())}"
