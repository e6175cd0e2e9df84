"""Who may talk in a conversation: ids and tokens made here, unguessable, the token kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.intake.database import check_room, conversations_table

_ID = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
# Made once: making it takes longer than asking it.
_columns = conversations_table.c
_TOKEN_HASH = sa.select(_columns.token_hash).where(_columns.id == sa.bindparam("conversation"))


class Conversations:
    """The conversations that exist."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> sa.engine.Engine:
        """Return the database that the conversations are in."""
        return self._engine

    def create(self) -> tuple[str, str]:
        """Return the id and the token (256 bits) of a new conversation."""
        conversation_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        row = {"id": conversation_id, "token_hash": _hash(token), "created": datetime.now(UTC)}
        with self._engine.begin() as connection:
            connection.execute(conversations_table.insert().values(**row))
        return conversation_id, token

    def allows(self, conversation_id: str, token: str) -> bool:
        """Return whether the token is the conversation's; False too where there is no such conversation."""
        return hmac.compare_digest(self._token_hash(conversation_id) or "", _hash(token))

    def exists(self, conversation_id: str) -> bool:
        """Return whether the conversation was begun and not erased."""
        return self._token_hash(conversation_id) is not None

    def try_out(self) -> None:
        """Check that the database can be read and written; raises SQLAlchemyError where it cannot.

        A row is written and taken away again, for only a write tells of a full disk or a lock.
        """
        check_room(self._engine)
        table, trial = conversations_table, f"trial-{secrets.token_hex(8)}"  # no conversation has such an id
        with self._engine.begin() as connection:
            connection.execute(table.insert().values(id=trial, token_hash="", created=datetime.now(UTC)))
            connection.execute(table.delete().where(table.c.id == trial))

    def _token_hash(self, conversation_id: str) -> str | None:
        if not _ID.fullmatch(conversation_id):  # PostgreSQL refuses some characters with errors of its own
            return None
        with self._engine.connect() as connection:
            stored: str | None = connection.execute(_TOKEN_HASH, {"conversation": conversation_id}).scalar()
        return stored


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
