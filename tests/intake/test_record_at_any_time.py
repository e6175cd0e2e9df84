"""The record after any sequence of what patients, staff, time, workers and faults do: as last acknowledged."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.intake.accounts import Staff
from bot.intake.casework import Casework
from bot.intake.database import engine_at, intakes_table
from bot.intake.desk_tables import history_table, tombstones_table
from bot.intake.repository import Intake, IntakeError, IntakeRepository
from bot.intake.retention import purge
from bot.office import Office
from tests.intake.examples import INTAKE, VERDICT
from tests.thoroughness import examples

CONVERSATIONS = st.sampled_from(["one", "two", "three"])
OUTCOMES = st.sampled_from(["see_clinician", "urgent", "explain_technique"])
NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)
CONSENTS = st.sampled_from(["chat", "human"])
WORKERS = st.sampled_from([0, 1])
OFFICE = Office(keep_talks_days=30, keep_intakes_days=100)
SAM = Staff(1, "sam", "Sam", "admin")


@st.composite
def intakes(draw: st.DrawFn, conversation: str | None = None) -> Intake:
    """Return what a patient agreed to share, with corrections made since."""
    name = conversation or draw(CONVERSATIONS)
    return replace(
        INTAKE,
        conversation_id=name,
        reference=name,
        contact_name=draw(NAMES),
        verdict=VERDICT | {"outcome": draw(OUTCOMES)},
        consent={"kind": draw(CONSENTS), "version": "1", "text": "May we?"},
        corrections=[{"fact": "age", "old": old, "new": 41} for old in draw(st.lists(st.integers(0, 120), max_size=3))],
    )


class TheRecord(RuleBasedStateMachine):
    """Two workers over one database, beside what was acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.acknowledged: dict[str, Intake] = {}
        self.notes: dict[str, int] = {}
        self.erased: list[tuple[str, str]] = []
        self.restart()

    @rule()
    def restart(self) -> None:
        """Start the workers, or start them anew."""
        for worker in getattr(self, "workers", ()):
            worker._engine.dispose()
        url = f"sqlite:///{Path(self.folder.name) / 'desk.db'}"
        self.workers = [IntakeRepository(url) for _ in range(2)]
        for worker in self.workers:
            worker._engine = engine_at.__wrapped__(url)  # of its own, as in a process of its own

    @rule(intake=intakes(), worker=WORKERS)
    def share(self, intake: Intake, worker: int) -> None:
        """Pass a talk on, for the first time or again, with what was corrected since."""
        self.workers[worker].add(intake)
        self.acknowledged[intake.conversation_id] = intake

    @rule(intake=intakes(), worker=WORKERS)
    def fail(self, intake: Intake, worker: int) -> None:
        """Pass a talk on while the table cannot be reached."""
        self._rename("intakes", "away")
        try:
            self.workers[worker].add(intake)
        except IntakeError:
            pass
        else:
            raise AssertionError("a record that was not stored was acknowledged")
        finally:
            self._rename("away", "intakes")

    @rule(one=intakes("one"), other=intakes("one"), note=st.booleans())
    def at_once(self, one: Intake, other: Intake, note: bool) -> None:
        """Let two workers pass the same talk on at once, or one of them while staff write a note."""
        there = "one" in self.acknowledged
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(self._tried, self.workers[0].add, one)
            second = pool.submit(self._note, "one") if note and there else pool.submit(
                self._tried, self.workers[1].add, other
            )  # fmt: skip
            done = first.result(), second.result()
        stored = [intake for intake, kept in zip((one, other), done, strict=True) if kept and not (note and there)]
        if note and there:
            stored = [one] if done[0] else []
        assert stored or there, "neither of two was stored"
        if stored:
            found = next(i for i in self.workers[0].all() if i.conversation_id == "one")
            assert _shown(found) in map(_shown, stored)
            self.acknowledged["one"] = next(intake for intake in stored if _shown(intake) == _shown(found))

    @rule(conversation=CONVERSATIONS)
    def note(self, conversation: str) -> None:
        """Write a note, which what the patient shares later does not touch."""
        if conversation in self.acknowledged:
            self._note(conversation)

    @rule(conversation=CONVERSATIONS, worker=WORKERS)
    def erase(self, conversation: str, worker: int) -> None:
        """Erase a conversation for the patient."""
        self.workers[worker].erase(conversation)
        self._gone(conversation, "patient")

    @rule(conversation=CONVERSATIONS)
    def erase_by_staff(self, conversation: str) -> None:
        """Erase an intake at the desk."""
        if conversation in self.acknowledged:
            self._casework().erase(self._id(conversation))
            self._gone(conversation, "staff")

    @rule(days=st.sampled_from([0, 99, 101]))
    def time_passes(self, days: int) -> None:
        """Erase what may be kept no longer."""
        purge(self.workers[0]._engine, OFFICE, datetime.now(UTC) + timedelta(days=days))
        for conversation in list(self.acknowledged) if days > OFFICE.keep_intakes_days else ():
            self._gone(conversation, "retention")

    @invariant()
    def exactly_what_was_acknowledged_is_there(self) -> None:
        """Compare the two, with one record for each conversation, whichever worker is asked."""
        for worker in self.workers:
            found = sorted(_shown(intake) for intake in worker.all())
            assert found == sorted(_shown(intake) for intake in self.acknowledged.values())

    @invariant()
    def notes_stay_and_nothing_is_left_of_what_was_erased(self) -> None:
        """Compare notes by conversation, and tombstones, which hold no more than a reference and a reason."""
        with self.workers[0]._engine.connect() as connection:
            notes = connection.execute(
                sa.select(intakes_table.c.conversation_id, sa.func.count())
                .select_from(history_table.join(intakes_table, history_table.c.intake_id == intakes_table.c.id))
                .where(history_table.c.kind == "note")
                .group_by(intakes_table.c.conversation_id)
            ).all()
            orphans = ~sa.exists().where(intakes_table.c.id == history_table.c.intake_id)
            left = connection.execute(sa.select(history_table.c.id).where(orphans)).all()
            stones = connection.execute(sa.select(tombstones_table.c.reference, tombstones_table.c.reason)).all()
        assert dict(map(tuple, notes)) == {name: count for name, count in self.notes.items() if count}
        assert left == []
        assert sorted(map(tuple, stones)) == sorted(self.erased)

    def teardown(self) -> None:
        """Leave nothing behind."""
        for worker in self.workers:
            worker._engine.dispose()
        self.folder.cleanup()

    def _tried(self, act: Any, intake: Intake) -> bool:
        try:
            act(intake)
        except IntakeError:
            return False
        return True

    def _note(self, conversation: str) -> bool:
        for _ in range(20):  # the patient may be writing
            try:
                self._casework().note(self._id(conversation), "called, no answer")
            except (RuntimeError, sa.exc.OperationalError):
                continue
            self.notes[conversation] = self.notes.get(conversation, 0) + 1
            return True
        raise AssertionError("no note could be written")

    def _casework(self) -> Casework:
        return Casework(self.workers[1]._engine, SAM, "")

    def _id(self, conversation: str) -> int:
        query = sa.select(intakes_table.c.id).where(intakes_table.c.conversation_id == conversation)
        with self.workers[1]._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _gone(self, conversation: str, reason: str) -> None:
        if self.acknowledged.pop(conversation, None):
            self.erased.append((conversation, reason))
            self.notes.pop(conversation, None)

    def _rename(self, old: str, new: str) -> None:
        with self.workers[0]._engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


def _shown(intake: Intake) -> tuple[str, ...]:
    changes = str(intake.corrections)
    return intake.conversation_id, intake.contact_name, intake.verdict["outcome"], intake.consent["kind"], changes


def test_the_record_is_what_was_acknowledged() -> None:
    run_state_machine_as_test(TheRecord, settings=examples(15, stateful_step_count=15))
