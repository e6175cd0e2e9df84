"""Read and check the clinical YAML: every error names file, row and what would be right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bot.triage.checking import (
    ProtocolError,
    check_fields,
    check_keys,
    check_kind,
    check_texts,
    check_value,
    listed,
    read_yaml,
)
from bot.triage.engine import FACTS
from bot.triage.model import (
    Concept,
    Indication,
    Outcome,
    Policy,
    Precaution,
    Protocol,
    RedFlag,
    Row,
    Site,
    SiteOption,
    Source,
    Tier,
)
from bot.triage.phrases import check_phrase

DATA = Path(__file__).parent
REASONS = (
    "red_flag", "self_harm", "not_listed", "age_unknown", "under_12", "needle_phobia", "consent_missing", "precaution",
    "listed", "incomplete",
)  # fmt: skip
TECHNIQUES = (None, "superficial", "deep_and_superficial")
C = TypeVar("C", bound=Concept)


def load_protocol(folder: Path = DATA, policy: Policy | None = None) -> Protocol:
    """Return the protocol in `folder`; our own is read once in a process.

    Raises:
        ProtocolError: a file is missing, is not YAML, or has a row that cannot be right.
    """
    return (_own if folder == DATA else _load)(folder, policy or Policy())


def _load(folder: Path, policy: Policy) -> Protocol:
    files = {name: _read(folder / f"{name}.yml") for name in _TOP_KEYS}
    table, flags = files["decision_table"], files["red_flags"]
    indications = _concepts(folder / "indications.yml", files["indications"], "indications", Indication)
    protocol = Protocol(
        ruleset=f"{table['ruleset']}-{_fingerprint(folder, policy)}",
        rows=_rows(folder / "decision_table.yml", table),
        indications=indications,
        sites=_concepts(folder / "sites.yml", files["sites"], "sites", Site, indications),
        red_flags=_concepts(folder / "red_flags.yml", flags, "red_flags", RedFlag),
        areas=_areas(folder / "red_flags.yml", flags["areas"]),
        precautions=_concepts(folder / "precautions.yml", files["precautions"], "precautions", Precaution),
        words={name: _words(content) for name, content in files.items()},
        policy=policy,
    )
    _check_areas(folder, protocol)
    return protocol

_own = cache(_load)  # a fifth of a second, and every start asks six times

_TOP_KEYS: Mapping[str, tuple[set[str], set[str]]] = {  # file: keys it must have, keys it may have
    "decision_table": ({"ruleset", "sources", "rows"}, set()),
    "indications": ({"indications"}, {"words"}),
    "sites": ({"sites"}, {"words"}),
    "red_flags": ({"red_flags", "areas"}, {"words"}),
    "precautions": ({"precautions"}, {"words"}),
}


def _read(path: Path) -> dict[str, Any]:
    content = read_yaml(path)
    needed, allowed = _TOP_KEYS[path.stem]
    if not isinstance(content, dict):
        raise ProtocolError(f"{path.name}: must be a mapping with the keys {listed(needed)}")
    check_keys(path.name, content, needed, allowed)
    return content


def _rows(path: Path, table: Mapping[str, Any]) -> tuple[Row, ...]:
    check_texts(path.name, table, ("ruleset",))
    check_kind(f"{path.name}, sources", table["sources"], dict, "a mapping of keys to sources")
    sources = {key: _source(f"{path.name}, sources {key}", value) for key, value in table["sources"].items()}
    if not isinstance(table["rows"], list) or not table["rows"]:
        raise ProtocolError(f"{path.name}: rows must be a list of rows")
    rows = []
    for number, entry in enumerate(table["rows"], 1):
        where = f"{path.name}, row {number} ({entry.get('id', 'without id') if isinstance(entry, dict) else '?'})"
        check_keys(where, entry, {"id", "when", "then", "why", "sources"}, {"at_once"})
        check_texts(where, entry, ("id", "why"))
        check_kind(f"{where}, sources", entry["sources"], list, f"a list of {listed(sources)}")
        check_keys(f"{where}, then", entry["then"], {"outcome", "reason", "technique"})
        then = entry["then"]
        check_value(f"{where}, outcome", then["outcome"], [o.value for o in Outcome])
        check_value(f"{where}, reason", then["reason"], REASONS)
        check_value(f"{where}, technique", then["technique"], TECHNIQUES)
        check_value(f"{where}, at_once", entry.get("at_once", False), (True, False))
        for source in entry["sources"]:
            check_value(f"{where}, sources", source, sources)
        rows.append(
            Row(
                id=entry["id"],
                when=_alternatives(where, entry["when"]),
                outcome=Outcome(then["outcome"]),
                reason=then["reason"],
                technique=then["technique"],
                at_once=entry.get("at_once", False),
                why=entry["why"],
                sources=tuple(sources[key] for key in entry["sources"]),
            )
        )
    _check_order(path, rows)
    return tuple(rows)


def _alternatives(where: str, when: Any) -> tuple[Mapping[str, frozenset[str]], ...]:
    alternatives = []
    blocks = when if isinstance(when, list) else [when]
    if not blocks or not all(isinstance(block, dict) for block in blocks):
        raise ProtocolError(f"{where}, when: must be a mapping of facts to lists of values, or a list of such mappings")
    for block in blocks:
        for fact, values in block.items():
            check_value(f"{where}, when", fact, FACTS)
            if not isinstance(values, list):
                raise ProtocolError(f"{where}, when {fact}: must be a list of {listed(FACTS[fact][0])}, not {values!r}")
            for value in values:
                check_value(f"{where}, when {fact}", value, FACTS[fact][0])
        alternatives.append({fact: frozenset(values) for fact, values in block.items()})
    return tuple(alternatives)


def _check_order(path: Path, rows: list[Row]) -> None:
    ids = [row.id for row in rows]
    repeated = {row_id for row_id in ids if ids.count(row_id) > 1}
    if repeated:
        raise ProtocolError(f"{path.name}: row id {listed(repeated)} stands more than once")
    if not rows or rows[-1].when != ({},) or any(row.when == ({},) for row in rows[:-1]):
        raise ProtocolError(f"{path.name}: the last row, and only it, must have `when: {{}}` (everything else)")


def _words(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(phrases) for name, phrases in (content.get("words") or {}).items()}


def _concepts(
    path: Path, content: Mapping[str, Any], key: str, kind: type[C], indications: Mapping[str, Indication] | None = None
) -> dict[str, C]:
    if not isinstance(content.get("words", {}), dict):
        raise ProtocolError(f"{path.name}: words must be a mapping of group names to lists of phrases")
    for group, phrases in content.get("words", {}).items():
        _check_phrases(f"{path.name}, words {group}", phrases, {})
    if not isinstance(content[key], list) or not content[key]:
        raise ProtocolError(f"{path.name}: {key} must be a list of entries")
    words = _words(content)
    found: dict[str, C] = {}
    for number, entry in enumerate(content[key], 1):
        where = f"{path.name}, {key} {number} ({entry.get('id', 'without id') if isinstance(entry, dict) else '?'})"
        concept = _concept(where, entry, kind, words, indications or {})
        if concept.id in found or concept.id in (indications or {}):
            raise ProtocolError(f"{where}: the id {concept.id!r} stands more than once")
        found[concept.id] = concept
    return found


def _concept(where: str, entry: Any, kind: type[C], words: Mapping[str, Any], indications: Mapping[str, Any]) -> C:
    names = {f.name for f in fields(kind)} - {"options"} | ({"detail"} if kind is Site else set())
    check_keys(where, entry, {"id", "phrases"}, names)
    check_fields(where, entry, kind)
    values = dict(entry)
    for key in ("phrases", "look_alikes", "when_asked", "in_child"):
        if key in values:
            values[key] = _check_phrases(f"{where}, {key}", values[key], words)
    if "tier" in values:
        check_value(f"{where}, tier", values["tier"], [t.value for t in Tier])
        values["tier"] = Tier(values["tier"])
    if "source" in values:
        values["source"] = _source(f"{where}, source", values["source"])
    if kind is Site and "detail" in values:
        values["options"] = _options(where, values.pop("detail"), words, indications)
    if kind is SiteOption:
        for indication in values.get("indications", ()):
            check_value(f"{where}, indications", indication, indications)
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return kind(**frozen)


def _options(
    where: str, detail: Any, words: Mapping[str, Any], indications: Mapping[str, Any]
) -> tuple[SiteOption, ...]:
    check_keys(f"{where}, detail", detail, {"options"})
    check_kind(f"{where}, detail, options", detail["options"], list, "a list of entries")
    options = tuple(_concept(f"{where}, option", o, SiteOption, words, indications) for o in detail["options"])
    ids = [option.id for option in options]
    if not ids or len(set(ids)) < len(ids):
        raise ProtocolError(f"{where}, detail: options must be a list of entries with ids that stand once, not {ids}")
    return options


def _source(where: str, entry: Any) -> Source:
    check_keys(where, entry, {"title"}, {"address"})
    check_texts(where, entry, ("title", "address"))
    return Source(**entry)


def _areas(path: Path, areas: Any) -> dict[str, tuple[str, ...]]:
    check_kind(f"{path.name}, areas", areas, dict, "a mapping of areas to their signs")
    for area, entry in areas.items():
        check_keys(f"{path.name}, area {area}", entry, {"signs"})
        check_kind(f"{path.name}, area {area}, signs", entry["signs"], list, "a list of ids of red flags")
    return {area: tuple(entry["signs"]) for area, entry in areas.items()}


def _check_phrases(where: str, phrases: Any, words: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(phrases, list | tuple) or not all(isinstance(phrase, str) and phrase for phrase in phrases):
        raise ProtocolError(f"{where}: must be a list of phrases in words (quote `yes`, `no` and numbers)")
    for phrase in phrases:
        problem = check_phrase(phrase, words)
        if problem:
            raise ProtocolError(f"{where}: {phrase!r} {problem}")
    return tuple(phrases)


def _check_areas(folder: Path, protocol: Protocol) -> None:
    for area, signs in protocol.areas.items():
        for sign in signs:
            check_value(f"red_flags.yml, area {area}", sign, protocol.red_flags)
    for name, concepts in (("indications.yml", protocol.indications), ("sites.yml", protocol.sites)):
        for concept in concepts.values():
            check_value(f"{name}, {concept.id}, area", concept.area, protocol.areas)


def _fingerprint(folder: Path, policy: Policy) -> str:
    """Return six characters that change with any clinical file or clinic policy, so that a verdict can be replayed."""
    content = b"".join((folder / f"{name}.yml").read_bytes() for name in sorted(_TOP_KEYS))
    return hashlib.sha256(content + repr(policy).encode()).hexdigest()[:6]
