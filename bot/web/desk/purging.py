"""Erases every day what the settings no longer allow to be kept."""

from __future__ import annotations

import asyncio
import logging

import sqlalchemy as sa

from bot.intake.retention import clock_is_plausible, purge
from bot.office import Office

DAY = 86_400  # seconds
logger = logging.getLogger(__name__)


async def purge_daily(engine: sa.engine.Engine, office: Office) -> None:
    """Purge now and then every day, unless the clock may be wrong; several workers may do so at once."""
    while True:
        try:
            if await asyncio.to_thread(clock_is_plausible, engine):
                await asyncio.to_thread(purge, engine, office)
            else:
                logger.error("nothing was erased: nobody was here for long, or the clock is wrong; `needlepoint purge`")
        except sa.exc.SQLAlchemyError as error:
            logger.error("old intakes could not be erased: %s", type(error).__name__)
        await asyncio.sleep(DAY)

