"""The `widget` section of clinic.yml: what it may hold, and what is refused by key and allowed values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from bot.appearance import LEAST_CONTRAST, AppearanceError, contrast, read_appearance
from bot.settings import CLINIC_FILE

Content = dict[str, Any]


def edited(edit: Callable[[Content], Any]) -> Content:
    """Return the section as delivered, with an edit."""
    content: Content = yaml.safe_load(CLINIC_FILE.read_text(encoding="utf-8"))["widget"]
    edit(content)
    return content


def test_as_delivered_no_other_origin_is_allowed() -> None:
    look = read_appearance("widget", edited(lambda c: None))
    assert (look.allowed_origins, look.position, look.language) == ((), "right", "en")


@pytest.mark.parametrize(
    "origin", ["https://www.example.com", "http://localhost:8080", "https://xn--bcher-kva.example", "http://[::1]:80"]
)
def test_an_origin(origin: str) -> None:
    look = read_appearance("widget", edited(lambda c: c.update(allowed_origins=[origin])))
    assert look.allowed_origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "", "www.example.com", "https://www.example.com/", "https://www.example.com/chat",
     "https://WWW.example.com", "ftp://example.com", "https://*.example.com", "https://example.com\n", 8080],
)  # fmt: skip
def test_what_is_no_origin(origin: Any) -> None:
    with pytest.raises(AppearanceError, match=r"^widget\.allowed_origins: .* is no origin"):
        read_appearance("widget", edited(lambda c: c.update(allowed_origins=[origin])))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(lambda c: c.update(colour="red"), ("unknown key colour",), id="unknown key"),
        pytest.param(lambda c: c.pop("title"), ("lacks title",), id="missing key"),
        pytest.param(lambda c: c.update(title=" "), (".title", "text"), id="empty"),
        pytest.param(lambda c: c.update(greeting=None), (".greeting", "None"), id="nothing"),
        pytest.param(lambda c: c.update(position="top"), (".position", "'top'", "left, right"), id="position"),
        pytest.param(lambda c: c.update(language="../en"), (".language", "en or pt-BR"), id="language"),
        pytest.param(lambda c: c.update(allowed_origins="https://a.example"), ("list",), id="one origin"),
        pytest.param(lambda c: c["colours"].update(accent="red"), (".accent", "#0b5f5a"), id="a name"),
        pytest.param(lambda c: c["colours"].update(accent="#ffcc00"), ("1.5", "4.5", "darker"), id="too light"),
        pytest.param(lambda c: c["colours"].update(accent_dark="#203040"), ("4.5", "lighter"), id="too dark"),
        pytest.param(lambda c: c["colours"].pop("accent"), ("lacks accent",), id="missing colour"),
    ],
)
def test_a_wrong_setting_is_refused(edit: Callable[[Content], Any], expected: tuple[str, ...]) -> None:
    with pytest.raises(AppearanceError) as refusal:
        read_appearance("widget", edited(edit))
    assert [words for words in ("widget", *expected) if words not in str(refusal.value)] == []


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)
    assert LEAST_CONTRAST == 4.5
