"""What staff do with an intake; nothing is overwritten that changed since it was looked at, and all is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.intake.accounts import Staff
from bot.intake.audit import Entry, record
from bot.intake.database import changing, intakes_table
from bot.intake.desk_tables import history_table, viewers_table
from bot.intake.retention import erase_everything
from bot.intake.urgency import OUTCOMES, is_lower, urgency
from bot.intake.worklist import STATES

LONGEST_NOTE = 4_000  # characters
VIEWING = timedelta(minutes=2)  # after which someone who looked counts as gone


class IntakeMissing(LookupError):
    """There is no such intake, or no more."""


class Conflict(RuntimeError):
    """Someone changed the intake since it was looked at; nothing was written."""


class NotAllowed(PermissionError):
    """The role does not allow this, or the value is none that can be; the message says what would be right."""


class Casework:
    """Reads and changes intakes for one member of staff at an address."""

    def __init__(self, engine: sa.engine.Engine, staff: Staff, address: str) -> None:
        self._engine = engine
        self._staff = staff
        self._address = address

    def look_at(self, intake_id: int) -> dict[str, Any]:
        """Return the intake with its content, and mark it as read; written to the audit log.

        Raises:
            IntakeMissing: it is not there.
        """
        with changing(self._engine) as connection:
            row = _row(connection, intake_id)
            self._seen(connection, intake_id)
            if row["unread"]:
                connection.execute(_update(intake_id).values(unread=False, updated=datetime.now(UTC)))
            self._audit(connection, "viewed", row)
        return row | json.loads(row["content"])

    def others(self, intake_id: int, touch: bool = False) -> list[str]:
        """Return who else is looking at the intake; `touch` says that this one still is."""
        table = viewers_table
        query = sa.select(table.c.name).where(
            table.c.intake_id == intake_id,
            table.c.staff_id != self._staff.id,
            table.c.seen > datetime.now(UTC) - VIEWING,
        )
        with self._engine.begin() as connection:
            if touch:
                self._seen(connection, intake_id)
            return list(connection.execute(query.order_by(table.c.name)).scalars())

    def history(self, intake_id: int) -> list[dict[str, Any]]:
        """Return what was done with the intake, oldest first."""
        table = history_table
        query = sa.select(table).where(table.c.intake_id == intake_id).order_by(table.c.id)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def take(self, intake_id: int, version: int) -> None:
        """Take the intake on; raises Conflict, IntakeMissing."""
        with changing(self._engine) as connection:
            row = self._checked(connection, intake_id, version)
            state = "taken" if row["state"] == "new" else row["state"]
            mine = self._staff.name
            self._write(connection, row, "taken", row["taken_by"], mine, taken_by=mine, state=state)

    def mark(self, intake_id: int, version: int, state: str, note: str = "") -> None:
        """Mark the intake as called, booked, referred or closed; raises Conflict, IntakeMissing, NotAllowed."""
        if state not in STATES:
            raise NotAllowed(f"a state is one of {', '.join(STATES)}")
        with changing(self._engine) as connection:
            row = self._checked(connection, intake_id, version)
            taken_by = row["taken_by"] or ("" if state == "new" else self._staff.name)
            self._write(connection, row, "state", row["state"], state, note, state=state, taken_by=taken_by)

    def note(self, intake_id: int, text: str) -> None:
        """Add a note, which can overwrite nothing; raises IntakeMissing, NotAllowed."""
        if not text.strip():
            raise NotAllowed("the note is empty; write something first")
        with changing(self._engine) as connection:
            row = _row(connection, intake_id)
            self._write(connection, row, "note", "", "", text)

    def decide(self, intake_id: int, version: int, outcome: str, reason: str) -> None:
        """Confirm the verdict, or set another beside it; raises Conflict, IntakeMissing, NotAllowed."""
        if outcome not in OUTCOMES:
            raise NotAllowed("choose the outcome that is right")
        with changing(self._engine) as connection:
            row = self._checked(connection, intake_id, version)
            shown = row["decided_outcome"] or row["outcome"]
            kind = "confirmed" if outcome == row["outcome"] else "overridden"
            if kind == "overridden" and not reason.strip():
                raise NotAllowed("say why the verdict is changed")
            if is_lower(outcome, shown) and not self._staff.may("lower"):
                raise NotAllowed("only a clinician may call this less urgent; ask one to look at it")
            values = {"decided_outcome": outcome, "urgency": urgency(outcome, row["handoff"])}
            self._write(connection, row, kind, shown, outcome, reason, **values)

    def erase(self, intake_id: int) -> None:
        """Erase the intake and its talk for good; a tombstone stays; raises IntakeMissing, NotAllowed."""
        if not self._staff.may("erase"):
            raise NotAllowed("only an admin may erase an intake")
        with changing(self._engine) as connection:
            row = _row(connection, intake_id)
            self._audit(connection, "erased", row)
        erase_everything(self._engine, [row["conversation_id"]], "staff")

    def set_handoff(self, connection: sa.engine.Connection, row: Mapping[str, Any], handoff: str) -> None:
        """Note with whom the talk is, in the caller's transaction."""
        outcome = row["decided_outcome"] or row["outcome"]
        state = "taken" if row["state"] == "new" else row["state"]
        values = {"handoff": handoff, "urgency": urgency(outcome, handoff), "unread": False, "state": state}
        taken_by = row["taken_by"] or self._staff.name
        self._write(connection, row, "handoff", row["handoff"], handoff, taken_by=taken_by, **values)

    def _checked(self, connection: sa.engine.Connection, intake_id: int, version: int) -> dict[str, Any]:
        row = _row(connection, intake_id)
        if row["version"] != version:
            raise Conflict
        return row

    def _write(
        self, connection: sa.engine.Connection, row: Mapping[str, Any], kind: str, old: str, new: str, text: str = "",
        **values: Any,
    ) -> None:  # fmt: skip
        """Change the row where it still is as it was read, and tell of it in history and audit log."""
        now, table = datetime.now(UTC), intakes_table
        query = _update(row["id"]).where(table.c.version == row["version"])
        done = connection.execute(query.values(version=row["version"] + 1, updated=now, **values))
        if done.rowcount != 1:
            raise Conflict
        entry = {"intake_id": row["id"], "at": now, "who": self._staff.name, "kind": kind}
        text = text.strip()[:LONGEST_NOTE]
        connection.execute(history_table.insert().values(**entry, old=old[:40], new=new[:40], text=text))
        self._audit(connection, kind, row)

    def _audit(self, connection: sa.engine.Connection, action: str, row: Mapping[str, Any]) -> None:
        record(connection, Entry(self._staff.username, action, row["reference"], self._address))

    def _seen(self, connection: sa.engine.Connection, intake_id: int) -> None:
        table = viewers_table
        mine = (table.c.intake_id == intake_id) & (table.c.staff_id == self._staff.id)
        connection.execute(table.delete().where(mine))
        row = {"intake_id": intake_id, "staff_id": self._staff.id, "name": self._staff.name}
        connection.execute(table.insert().values(**row, seen=datetime.now(UTC)))


def _row(connection: sa.engine.Connection, intake_id: int) -> dict[str, Any]:
    query = sa.select(intakes_table).where(intakes_table.c.id == intake_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise IntakeMissing
    return dict(row)


def _update(intake_id: int) -> Any:
    return intakes_table.update().where(intakes_table.c.id == intake_id)
