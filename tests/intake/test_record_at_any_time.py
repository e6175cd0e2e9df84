"""The record after any sequence of sharing, erasing and failing: one for each conversation, as last acknowledged."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.intake.repository import IntakeError, IntakeRepository
from tests.intake.examples import INTAKE, VERDICT

CONVERSATIONS = st.sampled_from(["one", "two", "three"])
OUTCOMES = st.sampled_from(["see_clinician", "urgent", "explain_technique"])
NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


class TheRecord(RuleBasedStateMachine):
    """A repository beside what was acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'desk.db'}"
        self.repository = IntakeRepository(self.url)
        self.acknowledged: dict[str, tuple[str, str]] = {}

    @rule(conversation=CONVERSATIONS, outcome=OUTCOMES, name=NAMES)
    def share(self, conversation: str, outcome: str, name: str) -> None:
        """Pass a talk on, for the first time or again."""
        self._add(conversation, outcome, name)
        self.acknowledged[conversation] = (outcome, name)

    @rule(conversation=CONVERSATIONS, outcome=OUTCOMES, name=NAMES)
    def fail(self, conversation: str, outcome: str, name: str) -> None:
        """Pass a talk on while the table cannot be reached."""
        self._rename("intakes", "away")
        try:
            self._add(conversation, outcome, name)
        except IntakeError:
            pass
        else:
            raise AssertionError("a record that was not stored was acknowledged")
        finally:
            self._rename("away", "intakes")

    @rule(conversation=CONVERSATIONS)
    def erase(self, conversation: str) -> None:
        """Erase a conversation."""
        self.repository.erase(conversation)
        self.acknowledged.pop(conversation, None)

    @rule()
    def restart(self) -> None:
        """Open the database anew."""
        self.repository._engine.dispose()
        self.repository = IntakeRepository(self.url)

    @invariant()
    def exactly_what_was_acknowledged_is_there(self) -> None:
        """Compare the two, with one record for each conversation."""
        found = [(i.conversation_id, (i.verdict["outcome"], i.contact_name)) for i in self.repository.all()]
        assert sorted(found) == sorted(self.acknowledged.items())

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.repository._engine.dispose()
        self.folder.cleanup()

    def _add(self, conversation: str, outcome: str, name: str) -> None:
        changes = {"conversation_id": conversation, "reference": conversation, "contact_name": name}
        self.repository.add(replace(INTAKE, verdict=VERDICT | {"outcome": outcome}, **changes))

    def _rename(self, old: str, new: str) -> None:
        with self.repository._engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


TestTheRecord = TheRecord.TestCase
TestTheRecord.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
