"""Who may talk in a conversation: ids and tokens made here, unguessable, the token kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.intake.database import conversations_table


class Conversations:
    """The conversations that exist."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine

    def create(self) -> tuple[str, str]:
        """Return the id and the token (256 bits) of a new conversation."""
        conversation_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        row = {"id": conversation_id, "token_hash": _hash(token), "created": datetime.now(UTC)}
        with self._engine.begin() as connection:
            connection.execute(conversations_table.insert().values(**row))
        return conversation_id, token

    def allows(self, conversation_id: str, token: str) -> bool:
        """Return whether the token is the conversation's; False too where there is no such conversation."""
        query = sa.select(conversations_table.c.token_hash).where(conversations_table.c.id == conversation_id)
        with self._engine.connect() as connection:
            stored = connection.execute(query).scalar()
        return hmac.compare_digest(stored or "", _hash(token))

    def erase(self, conversation_id: str) -> None:
        """Forget a conversation."""
        with self._engine.begin() as connection:
            connection.execute(conversations_table.delete().where(conversations_table.c.id == conversation_id))

    def ping(self) -> None:
        """Check that the database answers; raises SQLAlchemyError where it does not."""
        with self._engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
