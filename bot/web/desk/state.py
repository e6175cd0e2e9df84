"""What the desk's pages share: the database, the clinic, the rules."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.settings import Clinic
from bot.triage.loading import load_protocol
from bot.triage.model import Protocol
from bot.web.lines import Lines


@dataclass
class DeskState:
    """The parts that every page of the desk draws on."""

    engine: sa.engine.Engine
    clinic: Clinic
    sign_ins: Lines = field(default_factory=Lines)
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def protocol(self) -> Protocol:
        """Return the clinical data with the clinic's policy, read at first use."""
        return load_protocol(policy=self.clinic.policy)
