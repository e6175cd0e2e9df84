"""The desk's pages without scripts: what is done on them is done."""

from __future__ import annotations

import csv
import io
import json

import pytest
import sqlalchemy as sa
import yaml
from fhir.resources.R4B.bundle import Bundle

from bot.intake.accounts import Accounts
from bot.intake.casework import Casework
from tests.intake.examples import add, add_talk
from tests.web.desk.conftest import PASSWORD, Desk


def test_the_intake_says_all_there_is(sam: Desk, engine: sa.engine.Engine) -> None:
    html = sam.get(f"/intakes/{add(engine)}").text
    for text in ("Ada Smith", "AAAA-2222", "Clinician first", "my left hip hurts", "was: 14", "precaution", "May we?"):
        assert text in html, text


@pytest.mark.parametrize(("path", "fields", "shown"), [
    ("take", {}, "Taken, Sam Reyes"), ("mark", {"state": "booked"}, "Booked, Sam Reyes"),
    ("note", {"text": "rang twice"}, "rang twice"),
    ("decide", {"outcome": "urgent", "text": "has a fever"}, "The assistant said"),
    ("decide", {"outcome": "see_clinician"}, "Confirmed by staff"),
    ("message", {"text": "Hello Ada"}, "Hand back to the assistant"),
])  # fmt: skip
def test_work_on_an_intake(sam: Desk, engine: sa.engine.Engine, path: str, fields: dict, shown: str) -> None:
    intake = add(engine)
    answer = sam.post(f"/intakes/{intake}/{path}", version="1", **fields)
    assert answer.status_code == 200
    assert shown in answer.text


def test_who_comes_second_is_told_and_overwrites_nothing(sam: Desk, engine: sa.engine.Engine) -> None:
    intake = add(engine)
    grace = Accounts(engine).check("grace", PASSWORD, "")
    assert grace
    Casework(engine, grace, "").mark(intake, 1, "booked")
    answer = sam.post(f"/intakes/{intake}/decide", version="1", outcome="", outcome_new="urgent", text="my reason")
    assert answer.status_code == 409
    assert "Grace Hopper changed this intake" in answer.text
    assert "my reason" in answer.text
    assert "Booked" in answer.text


def test_a_less_urgent_verdict_is_refused_to_the_front_desk(sam: Desk, engine: sa.engine.Engine) -> None:
    answer = sam.post(f"/intakes/{add(engine)}/decide", version="1", outcome_new="explain_technique", text="fine")
    assert answer.status_code == 422
    assert "Only a clinician" in answer.text


@pytest.mark.parametrize("path", ["/intakes/999", "/intakes/999/talk", "/exports/pdf"])
def test_what_is_not_there_is_said(grace: Desk, path: str) -> None:
    answer = grace.get(path)
    assert answer.status_code == 404
    assert "There is no such" in answer.text


def test_an_erased_intake_leaves_its_tombstone(grace: Desk, engine: sa.engine.Engine) -> None:
    intake = add(engine)
    assert grace.post(f"/intakes/{intake}/erase").status_code == 400
    assert grace.post(f"/intakes/{intake}/erase", sure="yes").status_code == 200
    assert "was erased" in grace.post("", search="AAAA-2222").text


@pytest.mark.parametrize("query", [
    "?list=x&page=x&outcome=x&since=x", "?page=99999", "?list=all&since=2026-01-01", "?until=9999-12-31",
    "?since=0001-01-01", "/rows?until=9999-12-31", "/week?day=9999-12-31", "/week?day=0001-01-01",
])  # fmt: skip
def test_filters_take_anything(sam: Desk, engine: sa.engine.Engine, query: str) -> None:
    add(engine)
    assert sam.get(query).status_code == 200


def test_exports_are_whole(grace: Desk, engine: sa.engine.Engine) -> None:
    add(engine)
    assert next(csv.DictReader(io.StringIO(grace.get("/exports/csv").text)))["contact_name"] == "Ada Smith"
    assert grace.get("/exports/json").json()[0]["reference"] == "AAAA-2222"
    assert len(Bundle.parse_raw(grace.get("/exports/fhir?since=2020-01-01").text).entry) == 3
    for day in ("yesterday", "0001-01-01", "9999-12-31"):
        assert grace.get(f"/exports/csv?since={day}").status_code == 400


def test_the_week_tells_what_could_not_be_answered_and_makes_training_data(sam: Desk, engine: sa.engine.Engine) -> None:
    def said(text: str, intent: str) -> str:
        return json.dumps({"event": "user", "timestamp": 1.0, "text": text, "parse_data": {"intent": {"name": intent}}})

    add(engine, conversation_id="shared")
    add_talk(engine, "shared", said("do you take my dog too?", "out_of_scope"))
    add_talk(engine, "not shared", said("my secret question", "out_of_scope"))
    html = sam.get("/week").text
    assert "do you take my dog too?" in html
    assert "my secret question" not in html
    fields = {"text.1": "do you take [my](x) dog - too?", "intent.1": "ask_booking", "text.2": "no", "intent.2": ""}
    answer = sam.post("/week/training-data", **fields)
    data = yaml.safe_load(answer.text)
    assert data["nlu"] == [{"intent": "ask_booking", "examples": "- do you take my x dog - too?\n"}]
    assert data["version"] == "3.1"


def test_the_week_counts(sam: Desk, engine: sa.engine.Engine) -> None:
    intake = add(engine)
    sam.post(f"/intakes/{intake}/decide", version="1", outcome_new="urgent", outcome="", text="fever")
    html = " ".join(sam.get("/week").text.split())
    assert "<dt>Verdicts changed by staff</dt><dd>1 <small>of 1 looked at</small>" in html
