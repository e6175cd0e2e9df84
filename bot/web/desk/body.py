"""The body map of an intake: which parts were named, on which side."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.triage.checking import read_yaml

SHAPES = Path(__file__).parents[1] / "widget" / "body.json"
PARTS = Path(__file__).with_name("body.yml")
_SIDE = re.compile(r"\b(left|right)\b", re.IGNORECASE)


def parts_of(answers: Mapping[str, Any], verdict: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """Return the shapes by view, each with `on` where it was named, and whether `any` was.

    In front the person's right is on our left; a shape is drawn on our left, and mirrored for the other side.
    """
    names = [*verdict.get("indications", ()), *(answers.get("pain_site") or ())]
    named = {part for name in names for part in _parts().get(name, ())}
    words = " ".join((said.get("pain_site", ""), said.get("pain_site_detail", "")))
    sides = {side.lower() for side in _SIDE.findall(words)} or {"left", "right"}
    views = {view: list(_drawn(view, parts, named, sides)) for view, parts in _body()["views"].items()}
    return {"viewBox": _body()["viewBox"], "views": views, "any": bool(named)}


def _drawn(view: str, parts: Any, named: set[str], sides: set[str]) -> Any:
    for part in parts:
        on = part["part"] in named
        if not part["sided"]:
            yield {"shape": part["shape"], "mirrored": False, "on": on}
            continue
        for side in ("left", "right"):
            mirrored = (side == "left") == (view == "front")
            yield {"shape": part["shape"], "mirrored": mirrored, "on": on and side in sides}


@lru_cache(maxsize=1)
def _body() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(SHAPES.read_text(encoding="utf-8"))
    return content


@lru_cache(maxsize=1)
def _parts() -> dict[str, list[str]]:
    content: dict[str, list[str]] = read_yaml(PARTS)
    return content
