"""Checks of what was read from a file, with one form of error: where it is, what is wrong, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

# The one in C takes a tenth of the time, which every start waits for.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ProtocolError(ValueError):
    """A clinical file cannot be used; the message names file, row and the allowed values."""


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds; raise `ProtocolError` where it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ProtocolError(f"{path.name}: cannot be read as YAML: {' '.join(str(error).split())}") from error


def check_keys(
    where: str, entry: Any, needed: Iterable[str], allowed: Iterable[str] = (), error: type[ValueError] = ProtocolError
) -> None:
    """Raise `error` unless the entry is a mapping with the needed keys and no others than the allowed ones."""
    if not isinstance(entry, dict):
        raise error(f"{where}: must be a mapping with the keys {listed(needed)}, not {entry!r}")
    if missing := set(needed) - set(entry):
        raise error(f"{where}: lacks {listed(missing)}")
    if unknown := set(entry) - set(needed) - set(allowed):
        raise error(f"{where}: unknown key {listed(unknown)}; allowed are {listed({*needed, *allowed})}")


def check_value(where: str, value: Any, allowed: Iterable[Any], error: type[ValueError] = ProtocolError) -> None:
    """Raise `error` unless the value is one of the allowed ones."""
    if value not in tuple(allowed):
        raise error(f"{where}: {value!r} is not one of {listed(allowed)}")


def listed(values: Iterable[Any]) -> str:
    """Return the values in order, as an error message lists them."""
    return ", ".join(sorted("null" if value is None else str(value) for value in values))
