"""Runs the steps on the connection that `bot.intake.migrating` hands over."""

from __future__ import annotations

from alembic import context

_connection = context.config.attributes["connection"]
if _connection.dialect.name == "sqlite":
    _connection.exec_driver_sql("BEGIN IMMEDIATE")  # else each step would be kept by itself, and a kill leave a half
context.configure(connection=_connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
_connection.commit()
