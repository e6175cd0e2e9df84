"""Which websites may change a conversation from a visitor's browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient
from tests.web.test_refusals import assert_problem
from tests.web.test_widget_files import SITE, allowing

OWN, OTHER = "http://testserver", "https://elsewhere.example"
ASKING: dict[str, tuple[dict[str, str], bool]] = {
    "no browser": ({}, True),
    "our own page": ({"Origin": OWN}, True),
    "our own page, behind a proxy": ({"Origin": "https://chat.example", "Sec-Fetch-Site": "same-origin"}, True),
    "a website of the clinic's": ({"Origin": SITE, "Sec-Fetch-Site": "cross-site"}, True),
    "another website": ({"Origin": OTHER}, False),
    "another website, said by the browser": ({"Origin": OTHER, "Sec-Fetch-Site": "cross-site"}, False),
    "a neighbour of the same site": ({"Origin": "http://other.testserver", "Sec-Fetch-Site": "same-site"}, False),
    "a page without an origin": ({"Origin": "null"}, False),
    "our name within another's": ({"Origin": "http://testserver.elsewhere.example"}, False),
    "another port": ({"Origin": "http://testserver:81"}, False),
}


@pytest.fixture
def client(assistant: Any, database_url: str) -> Iterator[TestClient]:
    """Return a client of an app that one other website may use."""
    with TestClient(app_over(database_url, lambda: assistant, details=allowing(SITE))) as client:
        yield wait_for(client)


@pytest.mark.parametrize(("headers", "allowed"), ASKING.values(), ids=ASKING)
def test_a_website_that_is_not_allowed_changes_nothing(
    client: TestClient, headers: dict[str, str], allowed: bool
) -> None:
    patient = Patient(client)
    address = patient.address.removesuffix("/messages")
    said = patient.post(json={"text": "my hip hurts"}, headers=headers)
    begun = client.post(CONVERSATIONS, json={}, headers=headers)
    talk = patient.transcript()
    erased = client.delete(address, headers=patient.headers | headers)
    if allowed:
        assert [said.status_code, begun.status_code, erased.status_code] == [200, 201, 204]
        return
    assert "clinic's own website" in assert_problem(said, 403)
    assert_problem(begun, 403)
    assert_problem(erased, 403)
    assert talk == patient.transcript()
    assert not [message for message in talk if message["from"] == "patient"]


@pytest.mark.parametrize("headers", [{}, {"Origin": OWN}, {"Content-Type": "text/plain"}], ids=str)
def test_a_body_of_no_type_or_another_is_not_taken(client: TestClient, headers: dict[str, str]) -> None:
    """Browsers send such bodies to any website without asking first."""
    assert_problem(client.post(CONVERSATIONS, content=b"{}", headers=headers), 400)
    patient = Patient(client)
    assert_problem(patient.post(content=b'{"text": "my hip hurts"}', headers=headers), 400)
    assert patient.transcript() == patient.newest
