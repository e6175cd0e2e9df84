"""Runs the steps on the connection that `bot.intake.migrating` hands over."""

from __future__ import annotations

from alembic import context

_connection = context.config.attributes["connection"]
context.configure(connection=_connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
_connection.commit()
