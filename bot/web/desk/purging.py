"""Erases every day what the settings no longer allow to be kept."""

from __future__ import annotations

import asyncio
import logging

import sqlalchemy as sa

from bot.intake.retention import purge
from bot.office import Office

DAY = 86_400  # seconds
logger = logging.getLogger(__name__)


async def purge_daily(engine: sa.engine.Engine, office: Office) -> None:
    """Purge now and then every day; several workers may do so at once."""
    while True:
        try:
            await asyncio.to_thread(purge, engine, office)
        except sa.exc.SQLAlchemyError as error:
            logger.error("old intakes could not be erased: %s", type(error).__name__)
        await asyncio.sleep(DAY)

