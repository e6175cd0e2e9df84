"""Trace ids, metrics and logs: enough to find a fault, nothing that a patient said."""

from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY, generate_latest

from tests.web.patient import Patient

CANARY = "zanzibarcanary"
GIVEN = "0af7651916cd43dd8448eb211c80319c"


def metric(name: str, **labels: str) -> float:
    """Return what a metric stands at."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/conversations/x/messages"])
def test_every_reply_has_a_trace_id_of_its_own(client: TestClient, path: str) -> None:
    first, second = (client.get(path).headers["x-trace-id"] for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize(
    ("header", "taken"),
    [(f"00-{GIVEN}-b7ad6b7169203331-01", True), (GIVEN, False), ("00-x\r\n-1-01", False), (f"{GIVEN * 9}", False)],
    ids=["whole", "bare", "broken", "long"],
)
def test_only_a_well_formed_trace_of_a_proxy_is_taken_over(client: TestClient, header: str, taken: bool) -> None:
    response = client.get("/healthz", headers={"traceparent": header})
    assert (response.headers["x-trace-id"] == GIVEN) is taken


def test_a_turn_is_counted_and_timed_by_stage(patient: Patient) -> None:
    stages = ("lock", "nlu", "dialogue", "action", "store")
    before = {s: metric("needlepoint_stage_seconds_count", stage=s) for s in stages}
    kept = metric("needlepoint_turns_total", result="kept")
    patient.say("my hip hurts")
    assert all(metric("needlepoint_stage_seconds_count", stage=s) > before[s] for s in stages)
    assert metric("needlepoint_turns_total", result="kept") == kept + 1
    assert metric("needlepoint_turns_open") == 0


def test_a_verdict_is_counted_once(patient: Patient) -> None:
    before = metric("needlepoint_outcomes_total", outcome="emergency")
    patient.say("I have crushing chest pain and I am sweating")
    assert metric("needlepoint_outcomes_total", outcome="emergency") == before + 1


def test_neither_metrics_nor_logs_tell_words_or_conversations(
    patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.INFO, "needlepoint.access")
    patient.say(f"my hip hurts {CANARY}")
    patient.client.get(f"/{CANARY}")
    ours = [record for record in caplog.records if record.name != "httpx"]  # the client's own
    told = generate_latest().decode() + "".join(str(vars(record)) for record in ours)
    assert any(record.name == "needlepoint.access" for record in ours)
    assert [secret for secret in (CANARY, patient.id, patient.token) if secret in told] == []
