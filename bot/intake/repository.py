"""Intakes in the database; the only SQL on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.intake.database import intakes_table, open_database


class IntakeError(RuntimeError):
    """The record could not be written or read; nothing was passed on."""


@dataclass(frozen=True)
class Intake:
    """What a patient agreed to share; `verdict` and `answers` as JSON, `said` the patient's words by question."""

    reference: str
    conversation_id: str
    contact_name: str
    contact_phone: str
    verdict: dict[str, Any]
    answers: dict[str, Any]
    said: dict[str, str]
    corrections: list[dict[str, Any]]
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class IntakeRepository:
    """Adds, lists and erases intakes; sharing twice updates the one record of a conversation."""

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def add(self, intake: Intake) -> None:
        """Store the intake durably.

        Raises:
            IntakeError: it was not stored.
        """
        content = json.dumps(
            {
                "verdict": intake.verdict,
                "answers": intake.answers,
                "said": intake.said,
                "corrections": intake.corrections,
            }
        )
        row = {
            "reference": intake.reference,
            "conversation_id": intake.conversation_id,
            "contact_name": intake.contact_name,
            "contact_phone": intake.contact_phone,
            "content": content,
            "created": intake.created,
        }
        table = intakes_table
        try:
            with self._engine.begin() as connection:
                connection.execute(table.delete().where(table.c.conversation_id == intake.conversation_id))
                connection.execute(table.insert().values(**row))
        except SQLAlchemyError as error:
            raise IntakeError("the intake could not be stored") from error

    def all(self) -> Iterator[Intake]:
        """Yield the intakes, oldest first."""
        query = sa.select(intakes_table).order_by(intakes_table.c.created)
        with self._engine.connect() as connection:
            for row in connection.execute(query).mappings():
                content = json.loads(row["content"])
                yield Intake(
                    reference=row["reference"],
                    conversation_id=row["conversation_id"],
                    contact_name=row["contact_name"],
                    contact_phone=row["contact_phone"],
                    created=row["created"],
                    **content,
                )

    def erase(self, conversation_id: str) -> None:
        """Erase what a conversation passed on; raises SQLAlchemyError where it could not be erased."""
        with self._engine.begin() as connection:
            connection.execute(intakes_table.delete().where(intakes_table.c.conversation_id == conversation_id))
