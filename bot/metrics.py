"""What the process counts and times, for Prometheus; labels are fixed words of ours, never a patient's."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, start_http_server

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_stages = Histogram("needlepoint_stage_seconds", "Time that a stage of a turn took", ["stage"], buckets=_SECONDS)
turn_seconds = Histogram("needlepoint_turn_seconds", "Time that a turn took, waiting included", buckets=_SECONDS)
turns_open = Gauge("needlepoint_turns_open", "Turns that run or wait for their conversation")
_turns = Counter("needlepoint_turns", "Turns by how they ended", ["result"])
_outcomes = Counter("needlepoint_outcomes", "Verdicts told, by outcome", ["outcome"])
fallbacks = Counter("needlepoint_fallbacks", "Messages that were not understood")
_responses = Counter("needlepoint_responses", "HTTP responses", ["route", "method", "status"])

# Each label's values from the start, so that a rate is known from the first event on.
STAGES = {name: _stages.labels(name) for name in ("lock", "nlu", "dialogue", "action", "store")}
TURNS = {result: _turns.labels(result) for result in ("kept", "failed")}
OUTCOMES = {
    name: _outcomes.labels(name) for name in ("emergency", "crisis", "urgent", "see_clinician", "explain_technique")
}


def responded(route: str, method: str, status: int) -> None:
    """Count a response; the route is its template, without the conversation's id."""
    _responses.labels(route, method, str(status)).inc()


def serve_metrics(host: str, port: int) -> None:
    """Serve the metrics on a port of their own, which the proxy never reaches."""
    start_http_server(port, host)
