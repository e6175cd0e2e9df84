"""Exports: whole, harmless in a spreadsheet, read by others, and never in memory all at once."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from fhir.resources.bundle import Bundle as BundleR5
from fhir.resources.R4B.bundle import Bundle

from bot.intake import exporting
from bot.intake.exporting import COLUMNS, as_csv, as_json, rows
from bot.intake.fhir import as_bundle
from bot.triage.model import Protocol
from tests.intake.examples import add

CELLS = {
    "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'=1", "＝1": "'＝1",
    '=HYPERLINK("http://x","y")': '\'=HYPERLINK("http://x","y")',
    "a;=cmd|' /C calc'!A0": "a;'=cmd|' /C calc'!A0", "a; =1": "a; '=1", "a;;\t-1": "a;;\t'-1", "a\n=1": "a\n'=1",
    'a;"=1"': 'a;"\'=1"', "a\r\n+1;@b": "a\r\n'+1;'@b", "a = 1 - 2; b": "a = 1 - 2; b",
}  # fmt: skip


@pytest.mark.parametrize(("text", "cell"), CELLS.items(), ids=CELLS)
def test_no_cell_is_a_formula(engine: sa.engine.Engine, text: str, cell: str) -> None:
    add(engine, contact_name=text, said={"pain_site": f"it hurts;{text}"})
    exported = "".join(as_csv(engine))
    (row,) = csv.DictReader(io.StringIO(exported, newline=""))
    assert row["contact_name"] == cell
    for separator in ",", ";":
        lines = csv.reader(io.StringIO(exported, newline=""), delimiter=separator)
        assert not [c for line in lines for c in line if c.strip().strip('"').startswith(("=", "+", "-", "@", "＝"))]


def test_csv_has_a_row_for_each_intake(engine: sa.engine.Engine) -> None:
    add(engine)
    add(engine, reference="B", conversation_id="two", contact_name='quotes " and, commas\nand lines')
    found = list(csv.DictReader(io.StringIO("".join(as_csv(engine)))))
    assert [row["contact_name"] for row in found] == ["Ada Smith", 'quotes " and, commas\nand lines']
    assert set(found[0]) == set(COLUMNS)
    assert (found[0]["age"], found[0]["precaution_ids"], found[0]["words"]) == (
        "41", "pregnancy", "pain_site: my left hip hurts; age: 41")  # fmt: skip


def test_json_is_one_array_whatever_the_number(engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 2)
    assert json.loads("".join(as_json(engine))) == []
    for number in range(5):
        add(engine, reference=str(number), conversation_id=str(number))
    found = json.loads("".join(as_json(engine)))
    assert [intake["reference"] for intake in found] == ["0", "1", "2", "3", "4"]
    assert "conversation_id" not in found[0]


def test_only_what_came_in_since(engine: sa.engine.Engine) -> None:
    add(engine, created=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(list(rows(engine, datetime(2025, 12, 31, tzinfo=UTC)))) == 1
    assert list(rows(engine, datetime(2026, 1, 2, tzinfo=UTC))) == []


def test_the_fhir_bundle_is_valid_and_says_what_was_said(engine: sa.engine.Engine, protocol: Protocol) -> None:
    add(engine)
    add(engine, reference="B", conversation_id="two", contact_name="", contact_phone="", answers={}, said={})
    text = "".join(as_bundle(rows(engine), protocol, {"age": "Age"}))
    bundle = Bundle.parse_raw(text)
    assert len(BundleR5.parse_raw(text).entry) == 5  # whoever takes the library's default has R5
    kinds = [entry.resource.resource_type for entry in bundle.entry]
    assert kinds == ["Questionnaire", *["Patient", "QuestionnaireResponse"] * 2]
    response = bundle.entry[2].resource
    assert response.questionnaire.startswith(bundle.entry[0].resource.url)
    assert response.subject.reference == bundle.entry[1].fullUrl
    by_id = {item.linkId: item for item in response.item}
    assert by_id["age"].answer[0].valueInteger == 41
    assert by_id["pain_site"].answer[0].item[0].answer[0].valueString == "my left hip hurts"
    assert by_id["precautions"].answer[0].valueCoding.code == "pregnancy"


def test_every_answer_has_its_question_in_the_questionnaire(engine: sa.engine.Engine, protocol: Protocol) -> None:
    add(engine)
    bundle = json.loads("".join(as_bundle(rows(engine), protocol, {})))
    asked, response = bundle["entry"][0]["resource"], bundle["entry"][2]["resource"]
    assert _link_ids(response["item"]) <= _link_ids(asked["item"])


def _link_ids(items: list) -> set[str]:
    found = set()
    for item in items:
        found |= {item["linkId"]} | _link_ids(item.get("item", []))
        for answer in item.get("answer", []):
            found |= _link_ids(answer.get("item", []))
    return found
