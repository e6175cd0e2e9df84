"""What actions draw on, made once in a process: the protocol and the record."""

from __future__ import annotations

from functools import lru_cache

from bot.intake.repository import IntakeRepository
from bot.settings import clinic, load_server
from bot.triage.loading import load_protocol
from bot.triage.model import Protocol


@lru_cache(maxsize=1)
def protocol() -> Protocol:
    """Return the clinical data with the clinic's policy."""
    return load_protocol(policy=clinic().policy)


@lru_cache(maxsize=1)
def intakes() -> IntakeRepository:
    """Return the record of what patients passed to the front desk."""
    return IntakeRepository(load_server().database_url)
