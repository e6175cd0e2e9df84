"""The record: what was passed to the front desk is there, and nothing is said to be passed on that is not."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from bot.intake.database import engine_at, intakes_table, open_database
from bot.intake.repository import Intake, IntakeError, IntakeRepository
from bot.settings import clinic
from tests.conversations.runner import NOTHING_WRONG, Talk

CANARY = "zanzibarcanary"
AT_ONCE = 8
PASSED_ON = "passed to the front desk"
INTAKE = Intake(
    reference="AAAA-2222",
    conversation_id="one",
    contact_name="Ada",
    contact_phone="555-0123",
    verdict={"outcome": "explain_technique", "because": [{"fact": "age", "value": 41, "said": "41"}]},
    answers={"pain_site": ["hip_pain"], "age": 41},
    said={"pain_site": "my hip \U0001f480 hurts", "age": "41"},
    corrections=[{"fact": "age", "before": 14, "after": 41}],
    created=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of an empty database."""
    return f"sqlite:///{tmp_path}/intakes.db"


@pytest.fixture
def repository(url: str) -> IntakeRepository:
    """Return a repository over it."""
    return IntakeRepository(url)


def stored(repository: IntakeRepository) -> list[dict[str, Any]]:
    """Return what is stored, without the time zone that SQLite does not keep."""
    return [asdict(replace(i, created=i.created.replace(tzinfo=UTC))) for i in repository.all()]


def drop_table(url: str) -> None:
    """Take the intakes' table away, as a fault would that leaves the rest of the database."""
    with open_database(url).begin() as connection:
        connection.execute(sa.text("DROP TABLE intakes"))


def test_an_intake_comes_back_as_it_was(repository: IntakeRepository) -> None:
    repository.add(INTAKE)
    assert stored(repository) == [asdict(INTAKE)]


def test_intakes_come_oldest_first(repository: IntakeRepository) -> None:
    for number, days in enumerate((2, 0, 1)):
        created = INTAKE.created + timedelta(days=days)
        repository.add(replace(INTAKE, reference=f"R{days}", conversation_id=str(number), created=created))
    assert [intake.reference for intake in repository.all()] == ["R0", "R1", "R2"]


def test_sharing_twice_updates_the_one_record(repository: IntakeRepository) -> None:
    repository.add(INTAKE)
    repository.add(replace(INTAKE, contact_name="Grace"))
    assert [intake.contact_name for intake in repository.all()] == ["Grace"]


@pytest.mark.parametrize("attempt", range(3))
def test_sharing_at_the_same_moment_makes_one_record(engine: sa.engine.Engine, attempt: int) -> None:
    """As two workers would: each of them has read that there is no record before one of them writes it."""
    address, together = engine.url.render_as_string(hide_password=False), Barrier(AT_ONCE)
    workers = [engine_at.__wrapped__(address) for _ in range(AT_ONCE)]

    def share(number: int) -> None:
        repository = IntakeRepository(address)
        repository._engine = workers[number]
        together.wait()
        repository.add(replace(INTAKE, contact_name=str(number)))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(share, range(AT_ONCE)))
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(intakes_table)).all()
    assert (row.conversation_id, row.version) == ("one", AT_ONCE)
    for worker in workers:
        worker.dispose()


def test_erasing_takes_one_conversation_only(repository: IntakeRepository) -> None:
    repository.add(INTAKE)
    repository.add(replace(INTAKE, reference="BBBB-3333", conversation_id="other"))
    repository.erase("one")
    assert [intake.conversation_id for intake in repository.all()] == ["other"]


def test_erasing_what_is_not_there_is_no_error(repository: IntakeRepository) -> None:
    repository.erase("unknown")


def test_a_failed_update_leaves_the_record_as_it_was(repository: IntakeRepository) -> None:
    repository.add(INTAKE)
    repository.add(replace(INTAKE, reference="TAKEN", conversation_id="other"))
    with pytest.raises(IntakeError):
        repository.add(replace(INTAKE, reference="TAKEN"))
    assert [intake.reference for intake in repository.all()] == ["AAAA-2222", "TAKEN"]


def test_a_failure_does_not_repeat_what_was_said(repository: IntakeRepository, url: str) -> None:
    drop_table(url)
    with pytest.raises(IntakeError) as caught:
        repository.add(replace(INTAKE, contact_name=CANARY))
    assert CANARY not in f"{caught.value} {caught.value.__cause__}"


async def share(assistant: Any, *answers: str) -> tuple[str, Talk]:
    """Go through the triage, answer what comes after it, and return what was said last with the talk."""
    talk = Talk(assistant)
    await talk.start()
    await talk.say("my hip hurts")
    while talk.asking != "share_with_clinic":
        assert talk.asking, "\n".join(talk.log)
        await talk.say(NOTHING_WRONG[talk.asking])
    said = ""
    for answer in answers:
        said = "\n".join(message.text for message in await talk.say(answer))
    return said, talk


def of(url: str, talk: Talk) -> list[Intake]:
    """Return what the front desk has of a conversation."""
    return [intake for intake in IntakeRepository(url).all() if intake.conversation_id == talk.conversation_id]


def test_passed_on_is_said_when_the_row_is_there(assistant: Any, database_url: str) -> None:
    said, talk = asyncio.run(share(assistant, "yes", "Ada Smith", "\u202e555-0123"))  # turned round
    (intake,) = of(database_url, talk)
    assert talk.verdict
    assert PASSED_ON in said
    assert intake.reference in said
    assert intake.reference == talk.verdict["reference"]
    assert (intake.contact_name, intake.contact_phone) == ("Ada Smith", "555-0123")
    assert intake.said["pain_site"] == "my hip hurts"
    assert intake.verdict["rule"] == talk.verdict["rule"]


def test_name_and_phone_may_be_left_out(assistant: Any, database_url: str) -> None:
    said, talk = asyncio.run(share(assistant, "yes", "skip", "no"))
    (intake,) = of(database_url, talk)
    assert PASSED_ON in said
    assert (intake.contact_name, intake.contact_phone) == ("", "")


@pytest.mark.parametrize("answers", [(), ("no",)], ids=str)
def test_nothing_is_passed_on_before_the_patient_agrees(
    assistant: Any, database_url: str, answers: tuple[str, ...]
) -> None:
    said, talk = asyncio.run(share(assistant, *answers))
    assert of(database_url, talk) == []
    assert PASSED_ON not in said


@pytest.mark.parametrize(("answers", "name"), [(("yes",), ""), (("yes", "Ada Smith"), "Ada Smith")], ids=str)
def test_what_was_agreed_to_stands_also_where_the_patient_leaves_then(
    assistant: Any, database_url: str, answers: tuple[str, ...], name: str
) -> None:
    said, talk = asyncio.run(share(assistant, *answers))
    (intake,) = of(database_url, talk)
    assert (intake.contact_name, intake.consent["kind"]) == (name, "chat")
    assert PASSED_ON not in said  # is said once, at the end


def test_when_the_record_fails_the_patient_is_told_to_phone_with_the_reference(
    assistant: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = IntakeRepository(url)
    drop_table(url)
    monkeypatch.setattr("actions.sharing.intakes", lambda: broken)
    said, talk = asyncio.run(share(assistant, "yes", "Ada Smith", "555-0123"))
    assert talk.verdict
    assert PASSED_ON not in said
    assert clinic().phone in said
    assert talk.verdict["reference"] in said
