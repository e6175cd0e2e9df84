"""The start-up guard: what is not safe is refused with what would be right, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import ROOT, SettingsError, UsageError, clinic, load_clinic, load_server
from bot.web import guard
from bot.web.guard import notices, refuse_unsafe
from tests.services import free_port

PUBLIC, PRIVATE, PASSWORD = "203.0.113.9", "192.168.1.9", "sixteen-letters-"
REAL = "8.8.8.8"  # an address of the internet; nothing is ever sent to it
UNSAFE = {
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "in memory", "a file on a disk"),
    "a database without a file": ({"DATABASE_URL": "sqlite:///"}, "in memory", "a file on a disk"),
    "a database in a shared memory": (
        {"DATABASE_URL": "sqlite:///file:one?mode=memory&cache=shared&uri=true"}, "in memory", "a file on a disk",
    ),
    "a database on a disk of memory": ({"DATABASE_URL": "sqlite:////dev/shm/one.db"}, "in memory", "a file on a disk"),
    "a short password": (
        {"DATABASE_URL": f"postgresql://user:elevenlette@{PRIVATE}/name"}, "11 characters", "at least 12",
    ),
    "a short password by name": ({"DATABASE_URL": "postgresql://user:x@db.example/name"}, "1 characters", "at least"),
    "an address that is none": ({"DATABASE_URL": "postgresql://user:x@db:port/name"}, "DATABASE_URL", "postgresql://"),
    "telemetry": ({"RASA_TELEMETRY_ENABLED": "true"}, "'true'", "set it to false"),
    "telemetry, perhaps": ({"RASA_TELEMETRY_ENABLED": "1"}, "'1'", "set it to false"),
    "the internet without a proxy": ({"HOST": REAL}, "no TLS", "FORWARDED_ALLOW_IPS"),
    "the internet, believing everyone": (
        {"HOST": REAL, "FORWARDED_ALLOW_IPS": "*"}, "believes anyone", "proxy's address",
    ),
    "the internet without limits": (
        {"HOST": REAL, "FORWARDED_ALLOW_IPS": PRIVATE, "NEEDLEPOINT_RATE_LIMITS": "off"}, "is off", "leave it on",
    ),
}  # fmt: skip
SAFE = {
    "a newcomer": {},
    "a file": {"DATABASE_URL": "sqlite:////srv/needlepoint/needlepoint.db"},
    "a database on this machine": {"DATABASE_URL": "postgresql://user:x@127.0.0.1/name"},
    "a database without a password": {"DATABASE_URL": "postgresql://user@db/name"},
    "a long password": {"DATABASE_URL": f"postgresql://user:{PASSWORD}@db/name"},
    "no telemetry": {"RASA_TELEMETRY_ENABLED": "False"},
    "a load test": {"NEEDLEPOINT_RATE_LIMITS": "off"},
    "a container": {"HOST": PRIVATE, "FORWARDED_ALLOW_IPS": "*", "NEEDLEPOINT_RATE_LIMITS": "off"},
    "the internet behind a proxy": {"HOST": REAL, "FORWARDED_ALLOW_IPS": PRIVATE},
    "a host that is not known": {"HOST": "no such host"},
}
ORIGINS = {
    "https://www.clinic.example": None,
    "http://localhost:8080": None,
    "http://127.0.0.1:8080": None,
    "http://[::1]:8080": None,
    "http://www.clinic.example": "take https://www.clinic.example",
    "http://192.168.1.9": "take https://192.168.1.9",
}


@pytest.mark.parametrize(("environment", "wrong", "right"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_configuration_is_refused(environment: dict[str, str], wrong: str, right: str) -> None:
    with pytest.raises(UsageError) as refusal:
        refuse_unsafe(load_server(environment), clinic(), environment)
    assert [words for words in (wrong, right) if words not in str(refusal.value)] == []
    assert "elevenlette" not in str(refusal.value)


@pytest.mark.parametrize("environment", SAFE.values(), ids=SAFE)
def test_a_safe_configuration_is_served(environment: dict[str, str]) -> None:
    refuse_unsafe(load_server(environment), clinic(), environment)


@pytest.mark.parametrize(("origin", "right"), ORIGINS.items(), ids=list(ORIGINS))
def test_a_website_that_is_not_encrypted_may_not_show_the_chat(origin: str, right: str | None) -> None:
    details = replace(clinic(), widget=replace(clinic().widget, allowed_origins=(origin,)))
    if right is None:
        refuse_unsafe(load_server({}), details, {})
        return
    with pytest.raises(UsageError, match=right):
        refuse_unsafe(load_server({}), details, {})


def test_every_website_cannot_even_be_asked_for(tmp_path: Path) -> None:
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    path = tmp_path / "clinic.yml"
    path.write_text(text.replace("allowed_origins: []", 'allowed_origins: ["*"]'), encoding="utf-8")
    with pytest.raises(SettingsError, match="'\\*' is no origin"):
        load_clinic(path)


@pytest.mark.parametrize(("own", "refused"), [(REAL, True), (PRIVATE, False), (None, False)])
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_counts_as_the_machine_s_own(
    monkeypatch: pytest.MonkeyPatch, host: str, own: str | None, refused: bool
) -> None:
    monkeypatch.setattr(guard, "_own_address", lambda family, far: own)
    if not refused:
        refuse_unsafe(load_server({"HOST": host}), clinic(), {})
        return
    with pytest.raises(UsageError, match="no TLS"):
        refuse_unsafe(load_server({"HOST": host}), clinic(), {})


@pytest.mark.parametrize(("environment", "told"), [
    ({}, False), ({"HOST": "localhost"}, False), ({"HOST": "::1"}, False), ({"HOST": "0.0.0.0"}, True),
    ({"HOST": PRIVATE}, True), ({"HOST": PRIVATE, "FORWARDED_ALLOW_IPS": PUBLIC}, False),
])  # fmt: skip
def test_who_is_reached_by_others_is_told_to_encrypt(environment: dict[str, str], told: bool) -> None:
    assert bool(list(notices(load_server(environment), environment))) == told


@pytest.mark.parametrize(("variable", "value", "told"), [
    ("DATABASE_URL", "sqlite:///:memory:", "in memory"), ("RASA_TELEMETRY_ENABLED", "true", "telemetry"),
    ("HOST", REAL, "no TLS"), ("NEEDLEPOINT_MODEL_SHA256", "0" * 64, "NEEDLEPOINT_MODEL_SHA256"),
])  # fmt: skip
def test_the_command_itself_refuses(tmp_path: Path, variable: str, value: str, told: str) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/one.db", "PORT": str(free_port())}
    environment = os.environ | own | {variable: value}
    command = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("needlepoint: ") and done.stderr.count("\n") == 1
    assert told.lower() in done.stderr.lower()
    assert not list(tmp_path.iterdir())  # nothing was begun
