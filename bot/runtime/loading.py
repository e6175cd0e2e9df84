"""Load the assistant with a first turn behind it, so that the first patient does not wait."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.runtime.manifest import check_archive
from bot.runtime.quiet import silence_rasa
from bot.runtime.without_tensorflow import without_tensorflow

if TYPE_CHECKING:
    from bot.runtime.assistant import Assistant


def load_assistant(
    model: Path, database_url: str, redis_url: str | None = None, pinned: str | None = None
) -> Assistant:
    """Return a ready assistant; `pinned` is the SHA-256 of the only model that may be loaded.

    Raises:
        ModelRefused: the model's archive is not the one of its manifest, or not the pinned one.
        ModelMissing: there is no model, or it does not load.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be reached.
    """
    from bot.intake.database import open_database
    from bot.intake.repository import IntakeRepository

    silence_rasa()
    check_archive(model, pinned)  # a model is code: it is not opened before
    with without_tensorflow(), _kept():
        from bot.runtime.assistant import Assistant

        assistant = Assistant(model, open_database(database_url), IntakeRepository(database_url), redis_url)
        asyncio.run(assistant.warm_up())
    return assistant


@contextmanager
def _kept() -> Iterator[None]:
    """Keep what is loaded from the collector of garbage, for all of it stays.

    To look through it again and again would take a fifth of the start, and later halt a reply for a tenth of a second.
    """
    gc.disable()
    try:
        yield
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()
