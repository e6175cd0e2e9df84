"""Checks of what was read from a file, with one form of error: where it is, what is wrong, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
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


def check_kind(where: str, value: Any, kind: type, wanted: str) -> None:
    """Raise `ProtocolError` unless the value is of a kind, which `wanted` describes."""
    if not isinstance(value, kind):
        raise ProtocolError(f"{where}: must be {wanted}, not {value!r}")


def check_texts(where: str, entry: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Raise `ProtocolError` unless what the entry has under these keys are texts, and none is empty."""
    for key in keys:
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            raise ProtocolError(f"{where}, {key}: must be a text (quote `yes`, `no` and numbers), not {entry[key]!r}")


def check_fields(where: str, entry: dict[str, Any], kind: type) -> None:
    """Raise `ProtocolError` where a text, flag or list of an entry is not what the field of its dataclass says."""
    check_texts(where, entry, (f.name for f in fields(kind) if f.type == "str"))
    for field in fields(kind):
        if field.type == "bool":
            check_value(f"{where}, {field.name}", entry.get(field.name, False), (True, False))
        elif field.name in ("indications", "icd10cm") and field.name in entry:
            check_kind(f"{where}, {field.name}", entry[field.name], list, "a list")
    for code in entry.get("icd10cm", ()):
        check_keys(f"{where}, icd10cm", code, {"code", "text"})
        check_texts(f"{where}, icd10cm", code, ("code", "text"))


def listed(values: Iterable[Any]) -> str:
    """Return the values in order, as an error message lists them."""
    return ", ".join(sorted("null" if value is None else str(value) for value in values))
