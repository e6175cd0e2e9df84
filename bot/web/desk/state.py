"""What the desk's pages share: the database, the clinic, the rules."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from bot.settings import Clinic
from bot.triage.loading import load_protocol
from bot.triage.model import Protocol


@dataclass
class DeskState:
    """The parts that every page of the desk draws on."""

    engine: sa.engine.Engine
    clinic: Clinic

    @property
    def protocol(self) -> Protocol:
        """Return the clinical data with the clinic's policy, read at first use."""
        return load_protocol(policy=self.clinic.policy)
