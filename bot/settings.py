"""Settings: clinic.yml and the environment, checked; every error names the key and what is allowed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.appearance import Appearance, AppearanceError, read_appearance
from bot.office import Office, OfficeError, read_office
from bot.triage.checking import check_keys, listed
from bot.triage.model import Policy

ROOT = Path(__file__).parent.parent
CLINIC_FILE = ROOT / "clinic.yml"
VAR = ROOT / "var"


class SettingsError(ValueError):
    """A setting cannot be used; the message names the key and what would be right."""


class UsageError(Exception):
    """Something the user of a command can put right; printed as one sentence."""


@dataclass(frozen=True)
class Clinic:
    """What the clinic sets in clinic.yml."""

    name: str
    phone: str
    hours: str
    address: str
    emergency_number: str
    crisis_number: str
    crisis_name: str
    policy: Policy
    widget: Appearance = field(default_factory=Appearance)
    office: Office = field(default_factory=Office)

    def placeholders(self) -> dict[str, str]:
        """Return what the replies' placeholders stand for."""
        return {
            "clinic_name": self.name,
            "clinic_phone": self.phone,
            "clinic_hours": self.hours,
            "clinic_address": self.address,
            "emergency_number": self.emergency_number,
            "crisis_number": self.crisis_number,
            "crisis_name": self.crisis_name,
            "youngest_age": str(self.policy.youngest_age),
            "adult_age": str(self.policy.adult_age),
        }


@dataclass(frozen=True)
class Server:
    """What the environment sets for the server."""

    host: str
    port: int
    database_url: str
    redis_url: str | None
    rate_limits: bool
    metrics_port: int | None = None  # on which Prometheus finds the metrics
    json_logs: bool = False
    model_sha256: str | None = None  # of the model that is to be served, told on another way than with it


_TEXTS = ("name", "phone", "hours", "address", "emergency_number", "crisis_number", "crisis_name")
_FEAR = {"explain": True, "see_clinician": False}


def load_clinic(path: Path = CLINIC_FILE) -> Clinic:
    """Return the clinic's settings.

    Raises:
        SettingsError: the file is missing or not YAML, or a key is missing, unknown or has a value it cannot have.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name}: cannot be read as YAML: {' '.join(str(error).split())}") from error
    sections = {"ages", "mild_needle_fear", "office", "widget"}
    check_keys(path.name, content, {*_TEXTS, *sections}, error=SettingsError)
    for key in _TEXTS:
        if not isinstance(content[key], str) or not content[key].strip():
            raise SettingsError(f"{path.name}, {key}: must be a text in quotes, not {content[key]!r}")
    if content["mild_needle_fear"] not in tuple(_FEAR):
        fear = content["mild_needle_fear"]
        raise SettingsError(f"{path.name}, mild_needle_fear: {fear!r} is not one of {listed(_FEAR)}")
    policy = Policy(*_ages(path.name, content["ages"]), mild_fear_explains=_FEAR[content["mild_needle_fear"]])
    office, widget = _office(path.name, content["office"]), _widget(path.name, content["widget"])
    return Clinic(**{key: content[key].strip() for key in _TEXTS}, policy=policy, office=office, widget=widget)


@lru_cache(maxsize=1)
def clinic() -> Clinic:
    """Return the clinic's settings, read once in a process."""
    return load_clinic()


def load_server(environment: Mapping[str, str] | None = None) -> Server:
    """Return the server's settings from the environment.

    Raises:
        SettingsError: a variable has a value it cannot have.
    """
    env = os.environ if environment is None else environment
    limits = _choice(env, "NEEDLEPOINT_RATE_LIMITS", "on", "off")
    logs = _choice(env, "NEEDLEPOINT_LOGS", "text", "json")
    database_url = env.get("DATABASE_URL") or f"sqlite:///{VAR / 'needlepoint.db'}"
    if not database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg2://")):
        scheme = database_url.split(":", 1)[0]
        raise SettingsError(f"DATABASE_URL: {scheme!r} is not supported; use sqlite:///FILE or postgresql://...")
    return Server(
        host=env.get("HOST") or "127.0.0.1",
        port=_port(env, "PORT", 8000),
        database_url=database_url,
        redis_url=env.get("REDIS_URL") or None,
        rate_limits=limits == "on",
        metrics_port=_port(env, "METRICS_PORT", 0) or None,
        json_logs=logs == "json",
        model_sha256=_sha256(env, "NEEDLEPOINT_MODEL_SHA256"),
    )


def _choice(env: Mapping[str, str], name: str, default: str, other: str) -> str:
    value = env.get(name) or default
    if value not in (default, other):
        raise SettingsError(f"{name}: {value!r} is not one of {listed((default, other))}")
    return value


def _sha256(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name) or None
    if value is not None and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise SettingsError(f"{name}: {value!r} is not a SHA-256; use 64 of 0-9 and a-f")
    return value


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()) or not 0 < int(value) < 65536:
        raise SettingsError(f"{name}: {value!r} is not a port; use a number from 1 to 65535")
    return int(value)


def _office(file: str, content: Any) -> Office:
    try:
        return read_office(f"{file}, office", content)
    except OfficeError as error:
        raise SettingsError(str(error)) from None


def _widget(file: str, content: Any) -> Appearance:
    try:
        return read_appearance(f"{file}, widget", content)
    except AppearanceError as error:
        raise SettingsError(str(error)) from None


def _ages(file: str, ages: Any) -> tuple[int, int]:
    check_keys(f"{file}, ages", ages, {"youngest", "adult"}, error=SettingsError)
    for key, value in ages.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 120:
            raise SettingsError(f"{file}, ages.{key}: must be whole years from 0 to 120, not {value!r}")
    if ages["youngest"] > ages["adult"]:
        raise SettingsError(f"{file}, ages: youngest ({ages['youngest']}) must not be above adult ({ages['adult']})")
    return ages["youngest"], ages["adult"]
