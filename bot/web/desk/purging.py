"""Erases every day what the settings no longer allow to be kept."""

from __future__ import annotations

import asyncio
import logging

import sqlalchemy as sa

from bot.intake.migrating import bring_up_to_date
from bot.intake.reserve import keep_room
from bot.intake.retention import clock_is_plausible, purge
from bot.office import Office

DAY, HOUR = 86_400, 3_600  # seconds
logger = logging.getLogger(__name__)


async def purge_daily(engine: sa.engine.Engine, office: Office) -> None:
    """Purge now and then every day, unless the clock may be wrong; several workers may do so at once."""
    while True:
        pause = DAY
        try:
            await asyncio.to_thread(bring_up_to_date, engine)  # the first to come after an update
            await asyncio.to_thread(keep_room, engine)
            if await asyncio.to_thread(clock_is_plausible, engine):
                await asyncio.to_thread(purge, engine, office)
            else:
                logger.error("nothing was erased: nobody was here for long, or the clock is wrong; `needlepoint purge`")
        except Exception as error:  # noqa: BLE001 - whatever it was, the next try comes; its message may tell too much
            pause = HOUR
            logger.error("old intakes could not be erased: %s", type(error).__name__)
        await asyncio.sleep(pause)

