"""Intakes as FHIR R4: one Questionnaire, and a QuestionnaireResponse with its Patient for each intake, in a Bundle.

Every resource is made through the models of `fhir.resources`, which check it; R4 (4.0.1) and R4B both take it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from fhir.resources.R4B.bundle import BundleEntry
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from bot.intake.fhir_items import ItemWriter
from bot.intake.moments import in_utc
from bot.triage.model import Protocol

ADDRESS = "urn:needlepoint:questionnaire:intake"
REFERENCE_SYSTEM = "urn:needlepoint:reference"
_SPACE = uuid.UUID("6f1d5c1e-5f0a-4a53-9f0e-6c1c5b0f8a11")  # for ids that are the same in every export


def as_bundle(rows: Iterable[Mapping[str, Any]], protocol: Protocol, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield a Bundle of type `collection` as JSON, piece by piece; `texts` are the questions by id."""
    items = ItemWriter(protocol, texts)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    yield f'{{"resourceType": "Bundle", "type": "collection", "timestamp": "{now}", "entry": [\n'
    yield _entry(_id("questionnaire"), Questionnaire(**questionnaire(items, protocol)))
    for row in rows:
        for name, resource in (("patient", Patient(**_patient(row))), ("response", _response(row, items, protocol))):
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


def _response(row: Mapping[str, Any], items: ItemWriter, protocol: Protocol) -> QuestionnaireResponse:
    whole = row["verdict"]["rule"] != "default"
    content = {
        "id": str(uuid.uuid5(_SPACE, f"response {row['reference']}")),
        "identifier": {"system": REFERENCE_SYSTEM, "value": row["reference"]},
        "questionnaire": f"{ADDRESS}|{protocol.ruleset}",
        "status": "completed" if whole else "in-progress",
        "subject": {"reference": _id("patient", row["reference"])},
        "authored": in_utc(row["created"]).isoformat(timespec="seconds"),
        "item": items.answers(row),
    }
    return QuestionnaireResponse(**content)


def _patient(row: Mapping[str, Any]) -> dict[str, Any]:
    patient: dict[str, Any] = {"id": str(uuid.uuid5(_SPACE, f"patient {row['reference']}"))}
    if name := row["contact_name"].strip():
        patient["name"] = [{"use": "usual", "text": name}]
    if phone := row["contact_phone"].strip():
        patient["telecom"] = [{"system": "phone", "value": phone}]
    return patient


def _entry(address: str, resource: Any) -> str:
    return str(BundleEntry(fullUrl=address, resource=resource).json())


def _id(kind: str, reference: str = "") -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{kind} {reference}'.strip())}"
