"""The settings: clinic.yml and the environment; what cannot be right is refused by key and allowed values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import CLINIC_FILE, Server, SettingsError, load_clinic, load_server
from bot.triage.model import Policy

Content = dict[str, Any]


def write(folder: Path, edit: Callable[[Content], Any]) -> Path:
    """Write the clinic's file with an edit, and return its path."""
    content = yaml.safe_load(CLINIC_FILE.read_text(encoding="utf-8"))
    edit(content)
    path = folder / "clinic.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_the_file_as_delivered() -> None:
    clinic = load_clinic()
    assert clinic.policy == Policy(youngest_age=12, adult_age=18, mild_fear_explains=True)
    assert set(clinic.placeholders()) == {
        "clinic_name", "clinic_phone", "clinic_hours", "clinic_address", "emergency_number", "crisis_number",
        "crisis_name", "youngest_age", "adult_age",
    }  # fmt: skip


def test_what_the_clinic_sets_is_read(tmp_path: Path) -> None:
    def edit(content: Content) -> None:
        content.update(name="  Hill Clinic ", ages={"youngest": 14, "adult": 16}, mild_needle_fear="see_clinician")

    clinic = load_clinic(write(tmp_path, edit))
    assert clinic.policy == Policy(14, 16, mild_fear_explains=False)
    placeholders = clinic.placeholders()
    assert [placeholders[key] for key in ("clinic_name", "youngest_age", "adult_age")] == ["Hill Clinic", "14", "16"]


@pytest.mark.parametrize("ages", [{"youngest": 0, "adult": 120}, {"youngest": 18, "adult": 18}])
def test_the_outermost_age_bounds(tmp_path: Path, ages: Content) -> None:
    policy = load_clinic(write(tmp_path, lambda c: c.update(ages=ages))).policy
    assert (policy.youngest_age, policy.adult_age) == (ages["youngest"], ages["adult"])


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(lambda c: c.update(fone="1"), ("unknown key fone", "phone"), id="unknown key"),
        pytest.param(lambda c: c.pop("phone"), ("lacks phone",), id="missing key"),
        pytest.param(lambda c: c.update(emergency_number=911), ("emergency_number", "in quotes", "911"), id="number"),
        pytest.param(lambda c: c.update(name="  "), ("name", "text"), id="empty text"),
        pytest.param(lambda c: c.update(hours=None), ("hours", "None"), id="nothing"),
        pytest.param(
            lambda c: c.update(mild_needle_fear="ask"),
            ("mild_needle_fear", "'ask'", "explain, see_clinician"),
            id="fear",
        ),
        pytest.param(
            lambda c: c.update(mild_needle_fear=["explain"]),
            ("mild_needle_fear", "explain, see_clinician"),
            id="list",
        ),
        pytest.param(lambda c: c.update(ages=12), ("ages", "mapping", "adult, youngest"), id="one age"),
        pytest.param(lambda c: c["ages"].pop("adult"), ("ages", "lacks adult"), id="missing age"),
        pytest.param(
            lambda c: c["ages"].update(old=65), ("ages", "unknown key old", "adult, youngest"), id="third age"
        ),
        pytest.param(
            lambda c: c["ages"].update(youngest="12"), ("ages.youngest", "0 to 120", "'12'"), id="quoted age"
        ),
        pytest.param(lambda c: c["ages"].update(youngest=11.5), ("ages.youngest", "whole years"), id="half years"),
        pytest.param(lambda c: c["ages"].update(youngest=True), ("ages.youngest", "True"), id="truth"),
        pytest.param(lambda c: c["ages"].update(youngest=-1), ("ages.youngest", "-1"), id="below 0"),
        pytest.param(lambda c: c["ages"].update(adult=121), ("ages.adult", "121"), id="above 120"),
        pytest.param(lambda c: c["ages"].update(youngest=19), ("youngest (19)", "adult (18)"), id="bounds crossed"),
    ],
)
def test_a_wrong_clinic_file_is_refused(
    tmp_path: Path, edit: Callable[[Content], Any], expected: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_clinic(write(tmp_path, edit))
    assert [words for words in ("clinic.yml", *expected) if words not in str(refusal.value)] == []


@pytest.mark.parametrize("content", [None, b"name: [", b"", b"- a", b"\xff\xfe\xff"])
def test_a_clinic_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clinic.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"^clinic\.yml: (cannot be read as YAML|must be a mapping)"):
        load_clinic(path)


# -- the environment -----------------------------------------------------------------------------------------------


def test_the_server_without_an_environment() -> None:
    server = load_server({})
    assert (server.host, server.port, server.redis_url, server.rate_limits) == ("127.0.0.1", 8000, None, True)
    assert server.database_url.startswith("sqlite:///") and server.database_url.endswith("/var/needlepoint.db")


def test_an_empty_variable_counts_as_none() -> None:
    names = ("HOST", "PORT", "DATABASE_URL", "REDIS_URL", "NEEDLEPOINT_RATE_LIMITS", "METRICS_PORT", "NEEDLEPOINT_LOGS",
             "NEEDLEPOINT_MODEL_SHA256")  # fmt: skip
    assert load_server(dict.fromkeys(names, "")) == load_server({})


def test_what_the_environment_sets_is_read() -> None:
    environment = {"HOST": "0.0.0.0", "PORT": "65535", "DATABASE_URL": "postgresql://u:p@db/n", "REDIS_URL": "redis://r",
                   "NEEDLEPOINT_RATE_LIMITS": "off", "METRICS_PORT": "9100", "NEEDLEPOINT_LOGS": "json",
                   "HOME": "/"}  # fmt: skip
    expected = Server("0.0.0.0", 65535, "postgresql://u:p@db/n", "redis://r", False, 9100, True)
    assert load_server(environment) == expected


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("PORT", "eighty", "1 to 65535"), ("PORT", "0", "1 to 65535"), ("PORT", "65536", "1 to 65535"),
        ("PORT", "-1", "1 to 65535"), ("PORT", "80.5", "1 to 65535"), ("PORT", "8²", "1 to 65535"),
        ("NEEDLEPOINT_RATE_LIMITS", "no", "off, on"), ("NEEDLEPOINT_RATE_LIMITS", "OFF", "off, on"),
        ("NEEDLEPOINT_MODEL_SHA256", "A" * 64, "64 of 0-9 and a-f"), ("NEEDLEPOINT_MODEL_SHA256", "ab", "64 of 0-9"),
        ("METRICS_PORT", "0", "1 to 65535"), ("NEEDLEPOINT_LOGS", "xml", "json, text"),
        ("DATABASE_URL", "mysql://u:secret@db/n", "postgresql://"), ("DATABASE_URL", "var/x.db", "sqlite:///FILE"),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_refused(variable: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_server({variable: value})
    assert [words for words in (f"{variable}: ", allowed) if words not in str(refusal.value)] == []


def test_a_password_is_not_told() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_server({"DATABASE_URL": "mysql://u:secret@db/n"})
    assert "secret" not in str(refusal.value)
