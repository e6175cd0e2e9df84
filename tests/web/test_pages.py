"""The demo page, the health checks, and the headers on everything."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from bot.settings import clinic

HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
ADDRESSES = {
    "page": ("GET", "/", 200),
    "script": ("GET", "/static/chat.js", 200),
    "style": ("GET", "/static/chat.css", 200),
    "clinic": ("GET", "/clinic.json", 200),
    "alive": ("GET", "/healthz", 200),
    "ready": ("GET", "/readyz", 200),
    "description": ("GET", "/api/v1/openapi.json", 200),
    "begun": ("POST", "/api/v1/conversations", 201),
    "no token": ("GET", "/api/v1/conversations/unknown/messages", 404),
    "no such address": ("GET", "/nowhere", 404),
    "wrong method": ("PUT", "/api/v1/conversations", 405),
    "not allowed out": ("GET", "/static/..%2fapp.py", 404),
    "no listing": ("GET", "/static/", 404),
}


@pytest.mark.parametrize(("method", "path", "status"), ADDRESSES.values(), ids=ADDRESSES)
def test_every_answer_carries_the_security_headers(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path, json={} if method == "POST" else None)
    assert response.status_code == status
    assert {name: response.headers[name][: len(start)] for name, start in HEADERS.items()} == HEADERS


@pytest.mark.parametrize("case", ["too large", "not JSON"])
def test_refusals_of_bodies_carry_the_security_headers(client: TestClient, case: str) -> None:
    body = b" " * 40_000 if case == "too large" else b"no"
    response = client.post("/api/v1/conversations", content=body)
    assert response.status_code == (413 if case == "too large" else 400)
    assert set(HEADERS) <= {name.title().replace("-Csp", "-CSP") for name in response.headers}


def test_another_site_is_given_no_access(client: TestClient) -> None:
    response = client.post("/api/v1/conversations", json={}, headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_the_page_needs_nothing_that_its_policy_forbids(client: TestClient) -> None:
    page = client.get("/").text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    linked = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert linked
    assert {path: client.get(path).status_code for path in linked} == dict.fromkeys(linked, 200)


def test_the_page_learns_the_clinic_s_details(client: TestClient) -> None:
    details = client.get("/clinic.json").json()
    assert details == {"name": clinic().name, "phone": clinic().phone, "emergency_number": clinic().emergency_number}


def test_health_before_anything_is_loaded(loading_client: TestClient) -> None:
    assert loading_client.get("/healthz").json() == {"status": "ok"}
    assert loading_client.get("/readyz").status_code == 503
    assert loading_client.get("/").status_code == 200
