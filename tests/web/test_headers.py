"""The security headers, graded: what each of them must not allow, on every kind of answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.web.headers import HEADERS
from tests.web.conftest import app_over, wait_for
from tests.web.patient import CONVERSATIONS, Patient

ADDRESSES = [
    ("GET", "/"), ("GET", "/demo/demo.css"), ("GET", "/widget/chat-widget.js"), ("GET", "/widget/settings.json"),
    ("GET", "/api/v1/questions"), ("GET", "/api/v1/openapi.json"), ("POST", CONVERSATIONS), ("PUT", CONVERSATIONS),
    ("GET", f"{CONVERSATIONS}/unknown/messages"), ("GET", "/readyz"), ("GET", "/nowhere"), ("GET", "/desk"),
    ("GET", "/desk/sign-in"), ("POST", "/desk/sign-in"), ("GET", "/desk/static/desk.js"), ("GET", "/desk/nowhere"),
]  # fmt: skip
DEMANDS = {
    "a policy that begins with nothing": ("Content-Security-Policy", r"default-src 'none'; .*"),
    "no script but ours": ("Content-Security-Policy", r".*script-src 'self';.*"),
    "no style but ours": ("Content-Security-Policy", r".*style-src 'self';.*"),
    "no other base": ("Content-Security-Policy", r".*base-uri 'none'.*"),
    "forms to us alone": ("Content-Security-Policy", r".*form-action 'self'.*"),
    "no frame": ("Content-Security-Policy", r".*frame-ancestors 'none'.*"),
    "no frame in old browsers": ("X-Frame-Options", "DENY"),
    "no guessing of types": ("X-Content-Type-Options", "nosniff"),
    "no address told": ("Referrer-Policy", "no-referrer"),
    "no camera": ("Permissions-Policy", r".*\bcamera=\(\).*"),
    "no microphone": ("Permissions-Policy", r".*\bmicrophone=\(\).*"),
    "no place": ("Permissions-Policy", r".*\bgeolocation=\(\).*"),
    "a window of its own": ("Cross-Origin-Opener-Policy", "same-origin"),
    "a resource of its own": ("Cross-Origin-Resource-Policy", "same-origin"),
}
LOOSE = ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic", "data:", "blob:", "http:", "https:", "*")


@pytest.mark.parametrize(("header", "wanted"), DEMANDS.values(), ids=DEMANDS)
def test_a_header_demands_what_it_should(header: str, wanted: str) -> None:
    assert re.fullmatch(wanted, HEADERS[header])


def test_the_policy_has_no_hole() -> None:
    assert [word for word in LOOSE if word in HEADERS["Content-Security-Policy"]] == []


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_every_answer_has_them_all(client: TestClient, method: str, path: str) -> None:
    body: dict[str, Any] = {"data": {"csrf": ""}} if path == "/desk/sign-in" else {"json": {}}
    request = body if method == "POST" else {}
    response = client.request(method, path, follow_redirects=False, **request)
    kept = "no-cache" if path.startswith("/widget/") else "no-store"
    assert {name: response.headers.get(name) for name in HEADERS} == {**HEADERS, "Cache-Control": kept}
    assert "server" not in response.headers


def test_a_fault_has_them_too(app: FastAPI, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state.web.conversations, "allows", lambda *_: 1 / 0)
    response = patient.post(json={"text": "my hip hurts"})
    assert (response.status_code, response.headers["X-Content-Type-Options"]) == (503, "nosniff")


@pytest.mark.parametrize(("scheme", "told"), [("https", True), ("http", False)])
def test_behind_tls_browsers_are_told_to_stay_there(app: FastAPI, scheme: str, told: bool) -> None:
    header = TestClient(app, base_url=f"{scheme}://test").get("/healthz").headers.get("Strict-Transport-Security")
    assert (header is not None) == told
    assert not told or int(re.fullmatch(r"max-age=(\d+)", header or "")[1]) >= 31_536_000  # type: ignore[index]


def test_the_desk_s_cookie_behind_tls_is_of_this_host_alone(assistant: Any, database_url: str) -> None:
    with TestClient(app_over(database_url, lambda: assistant), base_url="https://test") as client:
        cookie = wait_for(client).get("/desk/sign-in").headers["set-cookie"]
    assert cookie.startswith("__Host-needlepoint_sign_in=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=strict", "secure"}
