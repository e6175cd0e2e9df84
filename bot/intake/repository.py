"""Intakes in the database, from the patient's side: passed on, brought up to date, erased."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.intake.database import changing, intakes_table, open_database
from bot.intake.desk_tables import history_table
from bot.intake.retention import erase_conversation
from bot.intake.urgency import urgency

MANY_ROWS = 200  # read at once


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
    consent: dict[str, str] = field(default_factory=dict)  # kind, version, text
    channel: str = "chat"  # or phone, where staff asked the questions
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class IntakeRepository:
    """Adds, lists and erases intakes; sharing twice updates the one record of a conversation."""

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)

    def add(self, intake: Intake, handoff: str = "") -> None:
        """Store the intake durably; what staff did with an earlier one of the conversation stays.

        Raises:
            IntakeError: it was not stored.
        """
        try:
            try:
                self._add(intake, handoff)
            except IntegrityError:  # another request stored the first one meanwhile, which is there to be updated now
                self._add(intake, handoff)
        except SQLAlchemyError as error:
            raise IntakeError("the intake could not be stored") from error

    def handoff(self, conversation_id: str) -> str:
        """Return whether the talk is with a person: waiting, staff, callback, or "" for the assistant alone."""
        query = sa.select(intakes_table.c.handoff).where(intakes_table.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or ""

    def patient_wrote(self, conversation_id: str) -> None:
        """Mark the intake as unread, for the patient wrote to staff."""
        table = intakes_table
        query = table.update().where(table.c.conversation_id == conversation_id)
        with self._engine.begin() as connection:
            connection.execute(query.values(unread=True, updated=datetime.now(UTC)))

    def all(self) -> Iterator[Intake]:
        """Yield the intakes, oldest first."""
        query = sa.select(intakes_table).order_by(intakes_table.c.created)
        with self._engine.connect() as connection:
            rows = connection.execution_options(stream_results=True, max_row_buffer=MANY_ROWS).execute(query)
            for row in rows.mappings():
                yield intake_of(row)

    def erase(self, conversation_id: str) -> None:
        """Erase what a conversation passed on; raises SQLAlchemyError where it could not be erased."""
        with self._engine.begin() as connection:
            erase_conversation(connection, conversation_id, "patient")

    def _add(self, intake: Intake, handoff: str) -> None:
        with changing(self._engine) as connection:
            store(connection, intake, handoff)


def store(connection: sa.engine.Connection, intake: Intake, handoff: str = "") -> int:
    """Add the intake, or bring the one of its conversation up to date; return its id."""
    old = _locked(connection, intake.conversation_id)
    if old is None:
        return int(connection.execute(intakes_table.insert().values(_new_row(intake, handoff))).inserted_primary_key[0])
    _update(connection, old, intake, handoff)
    return int(old["id"])


def intake_of(row: Mapping[str, Any]) -> Intake:
    """Return the intake that a row holds."""
    return Intake(
        reference=row["reference"],
        conversation_id=row["conversation_id"],
        contact_name=row["contact_name"],
        contact_phone=row["contact_phone"],
        channel=row["channel"],
        created=row["created"],
        **json.loads(row["content"]),
    )


def _locked(connection: sa.engine.Connection, conversation_id: str) -> Mapping[str, Any] | None:
    query = sa.select(intakes_table).where(intakes_table.c.conversation_id == conversation_id).with_for_update()
    return connection.execute(query).mappings().first()


def _content(intake: Intake) -> dict[str, Any]:
    parts = ("verdict", "answers", "said", "corrections", "consent")
    verdict, sites = intake.verdict, intake.answers.get("pain_site") or ()
    return {
        "content": json.dumps({part: getattr(intake, part) for part in parts}),
        "reference": intake.reference,
        "contact_name": intake.contact_name,
        "contact_phone": intake.contact_phone,
        "outcome": verdict["outcome"],
        "reason": verdict.get("reason", ""),
        "site": [*verdict.get("indications", ()), *sites, ""][0],
        "name_folded": intake.contact_name.casefold()[:80],
        "phone_digits": "".join(c for c in intake.contact_phone if c.isdigit()),
        "updated": datetime.now(UTC),
        "unread": True,
    }


def _new_row(intake: Intake, handoff: str) -> dict[str, Any]:
    return _content(intake) | {
        "conversation_id": intake.conversation_id,
        "channel": intake.channel,
        "created": intake.created,
        "handoff": handoff,
        "urgency": urgency(intake.verdict["outcome"], handoff),
    }


def _update(connection: sa.engine.Connection, old: Mapping[str, Any], intake: Intake, handoff: str) -> None:
    """Bring an intake up to date; what staff decided on another verdict no longer stands, and is kept as history."""
    before, outcome = json.loads(old["content"])["verdict"], intake.verdict["outcome"]
    parts = ("outcome", "rule", "technique", "indications", "red_flags")
    same = all(before.get(part) == intake.verdict.get(part) for part in parts)
    decided = old["decided_outcome"] if same else ""
    now_with = handoff or old["handoff"]
    values = _content(intake) | {
        "version": old["version"] + 1,
        "decided_outcome": decided,
        "handoff": now_with,
        "urgency": urgency(decided or outcome, now_with),
    }
    if not same and old["state"] == "closed":
        values["state"] = "new"
    connection.execute(intakes_table.update().where(intakes_table.c.id == old["id"]).values(**values))
    if not same:
        entry = {"intake_id": old["id"], "at": datetime.now(UTC), "who": "", "kind": "verdict", "text": ""}
        shown = old["decided_outcome"] or old["outcome"]
        connection.execute(history_table.insert().values(**entry, old=shown, new=outcome))
