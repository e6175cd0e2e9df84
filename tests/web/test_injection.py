"""What comes in gets into no header of an answer and into no line of a log."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pythonjsonlogger.json import JsonFormatter

from tests.web.patient import CONVERSATIONS, Patient

FORGED = "forgedcanary"
ENDS = ("\r\n", "\n", "\r", "\u2028", "\x85", "\x1b[2K", "%0d%0a", "%0a")
PATHS = ("/nowhere/{0}", "/widget/{0}", "/desk/exports/{0}", "/desk/week?day={0}", "/api/v1/conversations/{0}/messages",
         "/desk/exports/csv?since={0}")  # fmt: skip
HEADERS = ("traceparent", "user-agent", "x-forwarded-for", "x-forwarded-host", "origin", "authorization", "cookie",
           "idempotency-key", "last-event-id", "accept-language", "x-trace-id")  # fmt: skip


def requests(client: TestClient, end: str) -> list[Response]:
    """Return the answers to requests that hold the end of a line and a forged one in each place."""
    line = f"{end}{FORGED}: 1{end}"
    answers = [client.get(path.format(quote(line, safe="%:"))) for path in PATHS]
    patient = Patient(client)
    for name in HEADERS:
        headers = {**patient.headers, name: line.encode("utf-8", "surrogateescape")}
        answers.append(client.get(patient.address, headers={key: _bytes(value) for key, value in headers.items()}))
    answers.append(patient.post(json={"text": f"my hip hurts {line}"}))
    form = {"csrf": line, "username": f"sam{line}", "password": line, "code": line}
    answers.append(client.post("/desk/sign-in", data=form))
    answers.append(client.post(CONVERSATIONS, json={line: line}))
    return answers


@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_no_header_and_no_line_can_be_forged(client: TestClient, caplog: pytest.LogCaptureFixture, end: str) -> None:
    caplog.set_level(logging.INFO)
    answers = requests(client, end)
    for answer in answers:
        assert answer.status_code < 500
        assert FORGED not in str(answer.headers.raw), answer.request.url
    ours = [record for record in caplog.records if record.name.startswith(("bot", "needlepoint", "uvicorn"))]
    assert ours
    for record in ours:
        for formatter in (logging.Formatter("%(levelname)s %(name)s: %(message)s"), JsonFormatter()):
            written = formatter.format(record)
            assert FORGED not in written
            assert len(written.splitlines()) == 1


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
