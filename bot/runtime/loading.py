"""Load the assistant with a first turn behind it, so that the first patient does not wait."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.runtime.assistant import Assistant
from bot.runtime.quiet import silence_rasa


def load_assistant(model: Path, database_url: str) -> Assistant:
    """Return a ready assistant.

    Raises:
        ModelMissing: there is no model, or it does not load.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be reached.
    """
    from bot.intake.database import open_database
    from bot.intake.repository import IntakeRepository

    silence_rasa()
    assistant = Assistant(model, open_database(database_url), IntakeRepository(database_url))
    asyncio.run(assistant.warm_up())
    return assistant
