"""What is served to websites: the widget's files and settings, and who may use them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.settings import Clinic, clinic
from bot.triage.loading import load_protocol
from bot.web.pages import WIDGET
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient

SITE, OTHER = "https://www.clinic.example", "https://elsewhere.example"
FILES = sorted(str(file.relative_to(WIDGET)) for file in WIDGET.rglob("*.*"))
LARGEST = 40 * 1024  # bytes of all files together, each compressed


def allowing(*origins: str) -> Clinic:
    """Return the clinic's settings with these origins allowed."""
    return replace(clinic(), widget=replace(clinic().widget, allowed_origins=origins))


@pytest.fixture
def open_client(assistant: Any, database_url: str) -> Iterator[TestClient]:
    """Return a client of an app that one other origin may use."""
    with TestClient(app_over(database_url, lambda: assistant, details=allowing(SITE))) as client:
        yield wait_for(client)


def granted(response: Any) -> dict[str, str]:
    """Return what a response grants to another origin."""
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_served_compressed_and_asked_about_each_time(client: TestClient, file: str) -> None:
    response = client.get(f"/widget/{file}")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"
    again = client.get(f"/widget/{file}", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    if len(response.content) > 500:
        assert response.headers["content-encoding"] == "gzip"


def test_all_of_it_is_small() -> None:
    assert sum(len(gzip.compress((WIDGET / file).read_bytes())) for file in FILES) <= LARGEST


def test_what_a_patient_typed_is_never_compressed(patient: Patient) -> None:
    response = patient.client.get(patient.address, headers=patient.headers | {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in response.headers


def test_the_settings_name_what_verdicts_give_by_id(client: TestClient) -> None:
    settings = client.get("/widget/settings.json").json()
    protocol = load_protocol()
    for kind in ("indications", "red_flags", "precautions"):
        assert settings["terms"][kind] == {entry.id: entry.name for entry in getattr(protocol, kind).values()}
    look = clinic().widget
    assert (settings["phone"], settings["title"], settings["colours"]) == (clinic().phone, look.title, look.colours)


@pytest.mark.parametrize("path", ["/widget/chat-widget.js", "/widget/settings.json", "/api/v1/questions", "/nowhere"])
@pytest.mark.parametrize(("origin", "allowed"), [(SITE, True), (OTHER, False), ("null", False)])
def test_an_allowed_origin_may_read(open_client: TestClient, path: str, origin: str, allowed: bool) -> None:
    response = open_client.get(path, headers={"Origin": origin})
    assert response.headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert "access-control-allow-credentials" not in response.headers
    assert not allowed or "Origin" in response.headers["vary"]


@pytest.mark.parametrize(("origin", "status"), [(SITE, 200), (OTHER, 400)])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_the_browser_asks_first(open_client: TestClient, origin: str, status: int, method: str) -> None:
    wish = "authorization, content-type, idempotency-key"
    headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": wish}
    response = open_client.options(f"{CONVERSATIONS}/unknown/messages", headers=headers)
    assert response.status_code == status
    assert (response.headers.get("access-control-allow-origin") == SITE) == (status == 200)


def test_by_default_no_other_origin_is_granted_anything(client: TestClient) -> None:
    ways = [("GET", "/widget/chat-widget.js"), ("POST", CONVERSATIONS), ("OPTIONS", CONVERSATIONS)]
    assert [granted(client.request(way, path, headers={"Origin": SITE})) for way, path in ways] == [{}, {}, {}]


def test_a_refusal_can_be_read_by_an_allowed_origin(open_client: TestClient) -> None:
    response = open_client.post(CONVERSATIONS, content=b"no", headers={"Origin": SITE})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (400, SITE)
