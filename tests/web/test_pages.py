"""The demo page, the health checks, and the headers on everything."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.settings import clinic
from tests.web.conftest import app_over

HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
ADDRESSES = {
    "page": ("GET", "/", 200),
    "page's style": ("GET", "/demo/demo.css", 200),
    "alive": ("GET", "/healthz", 200),
    "ready": ("GET", "/readyz", 200),
    "page, of a monitor": ("HEAD", "/", 200),
    "alive, of a monitor": ("HEAD", "/healthz", 200),
    "ready, of a monitor": ("HEAD", "/readyz", 200),
    "description": ("GET", "/api/v1/openapi.json", 200),
    "begun": ("POST", "/api/v1/conversations", 201),
    "no token": ("GET", "/api/v1/conversations/unknown/messages", 404),
    "no such address": ("GET", "/nowhere", 404),
    "wrong method": ("PUT", "/api/v1/conversations", 405),
    "not allowed out": ("GET", "/demo/..%2fapp.py", 404),
    "no listing": ("GET", "/demo/", 404),
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


def test_the_page_needs_nothing_that_its_policy_forbids(client: TestClient) -> None:
    page = client.get("/").text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    linked = re.findall(r'(?:src|href)="(/[^"#]*)"', page)
    assert linked
    assert {path: client.get(path).status_code for path in linked} == dict.fromkeys(linked, 200)


def test_the_page_names_the_clinic_without_a_script(client: TestClient) -> None:
    page = client.get("/").text
    assert clinic().name in page
    assert f'<a href="tel:{clinic().phone}">{clinic().phone}</a>' in page
    assert "<noscript>" in page


def test_the_clinic_s_name_is_no_markup(assistant: Any, database_url: str) -> None:
    details = replace(clinic(), name="<b>Bold & Co</b>")
    with TestClient(app_over(database_url, lambda: assistant, details=details)) as client:
        assert "<b>Bold" not in client.get("/").text


def test_health_before_anything_is_loaded(loading_client: TestClient) -> None:
    assert loading_client.get("/healthz").json() == {"status": "ok"}
    assert loading_client.get("/readyz").status_code == 503
    assert loading_client.get("/").status_code == 200
