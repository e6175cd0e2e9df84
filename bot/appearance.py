"""The `widget` section of clinic.yml: where the chat may be shown, and how it looks; checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.triage.checking import check_keys, listed

LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
POSITIONS = ("left", "right")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
# Each colour with what stands on it: white text in the light, almost black text in the dark.
_GROUNDS: Mapping[str, str] = {"accent": "#ffffff", "accent_dark": "#0c1414"}


@dataclass(frozen=True)
class Appearance:
    """How the chat looks on a website, and which other origins may show it."""

    allowed_origins: tuple[str, ...] = ()
    title: str = ""
    greeting: str = ""
    position: str = "right"
    language: str = "en"
    colours: Mapping[str, str] | None = None


class AppearanceError(ValueError):
    """A setting of the chat cannot be used; the message names the key and what would be right."""


def read_appearance(where: str, content: Any) -> Appearance:
    """Return the checked settings.

    Raises:
        AppearanceError: a key is missing or unknown, or has a value it cannot have.
    """
    check_keys(where, content, set(Appearance.__dataclass_fields__), error=AppearanceError)
    for key in ("title", "greeting", "position", "language"):
        if not isinstance(content[key], str) or not content[key].strip():
            raise AppearanceError(f"{where}.{key}: must be a text, not {content[key]!r}")
    if content["position"] not in POSITIONS:
        raise AppearanceError(f"{where}.position: {content['position']!r} is not one of {listed(POSITIONS)}")
    if not _LANGUAGE.fullmatch(content["language"]):
        raise AppearanceError(f"{where}.language: {content['language']!r} is no language such as en or pt-BR")
    origins = _origins(f"{where}.allowed_origins", content["allowed_origins"])
    colours = _colours(f"{where}.colours", content["colours"])
    return Appearance(**content | {"allowed_origins": origins, "colours": colours})


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours written as #rrggbb (WCAG 2.2, from 1 to 21)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _origins(where: str, content: Any) -> tuple[str, ...]:
    if not isinstance(content, list):
        raise AppearanceError(f"{where}: must be a list, [] for none, not {content!r}")
    for origin in content:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            hint = "an origin is scheme and host in small letters, with nothing behind: https://www.example.com"
            raise AppearanceError(f"{where}: {origin!r} is no origin; {hint}")
    return tuple(content)


def _colours(where: str, content: Any) -> Mapping[str, str]:
    check_keys(where, content, set(_GROUNDS), error=AppearanceError)
    for key, ground in _GROUNDS.items():
        colour = content[key]
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise AppearanceError(f'{where}.{key}: must be a colour in quotes such as "#0b5f5a", not {colour!r}')
        if (ratio := contrast(colour, ground)) < LEAST_CONTRAST:
            wanted = "a darker" if key == "accent" else "a lighter"
            reason = f"its contrast with {ground} is {ratio:.1f}, and must be {LEAST_CONTRAST} at the least"
            raise AppearanceError(f"{where}.{key}: {colour} cannot be read; {reason}: take {wanted} one")
    return dict(content)


def _luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour, from 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
