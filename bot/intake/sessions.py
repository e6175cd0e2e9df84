"""Signing in and out: throttled, logged, and over after idle time."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.intake.accounts import Accounts, Staff
from bot.intake.audit import Entry, record, record_alone
from bot.intake.desk_tables import audit_table, sessions_table, staff_table
from bot.intake.moments import in_utc

LONGEST_SESSION = timedelta(hours=12)
THROTTLE_WINDOW = timedelta(minutes=15)
MOST_FAILURES = {"who": 10, "address": 30}  # within the window, by account and by address
# A check takes 64 MiB, and counts the failures before it: one after the other, however many come at once.
_one_at_a_time = threading.Lock()
_LONGEST_WAIT = 5.0  # seconds
_TOUCH_EVERY = timedelta(seconds=20)


class SignInRefused(Exception):
    """Name, password or code is wrong."""


class SignInThrottled(Exception):
    """Too many wrong attempts: wait."""


@dataclass(frozen=True)
class Session:
    """Someone signed in; `csrf` must come with every change."""

    staff: Staff
    csrf: str


class Sessions:
    """The sessions in a database; `idle_minutes` is the time without a click after which they end."""

    def __init__(self, engine: sa.engine.Engine, idle_minutes: int) -> None:
        self._engine = engine
        self._accounts = Accounts(engine)
        self._idle = timedelta(minutes=idle_minutes)

    def sign_in(self, username: str, password: str, code: str, address: str) -> str:
        """Return the token of a new session.

        Raises:
            SignInThrottled: too many attempts failed in the last quarter of an hour.
            SignInRefused: name, password or code is wrong.
        """
        name = username.strip().lower()
        staff = self._admit(name, address, lambda: self._accounts.check(name, password, code))
        return self._begin(staff, address)

    def change_password(self, staff: Staff, old: str, new: str, address: str) -> str:
        """Set a new password, end all sessions, and return the token of the one that takes their place.

        Raises:
            SignInThrottled: too many attempts failed in the last quarter of an hour.
            SignInRefused: the old password is wrong.
            AccountError: the new one is not good enough.
        """
        self._admit(staff.username, address, lambda: self._accounts.check(staff.username, old, None))
        self._accounts.set_password(staff.username, new)
        return self._begin(staff, address)

    def _admit(self, username: str, address: str, check: Callable[[], Staff | None]) -> Staff:
        if not _one_at_a_time.acquire(timeout=_LONGEST_WAIT):
            raise SignInThrottled
        try:
            return self._admit_alone(username, address, check)
        finally:
            _one_at_a_time.release()

    def _admit_alone(self, username: str, address: str, check: Callable[[], Staff | None]) -> Staff:
        known = self._known(username)  # a password typed into the wrong field is not written down
        if self._lately("sign_in_failed", address=address) >= MOST_FAILURES["address"] or (
            known and self._lately("sign_in_failed", who=known) >= MOST_FAILURES["who"]
        ):
            if not self._lately("sign_in_throttled", who=known, address=address):  # once, for the log only grows
                record_alone(self._engine, Entry(known, "sign_in_throttled", address=address))
            raise SignInThrottled
        staff = check()
        if staff is None:
            record_alone(self._engine, Entry(known, "sign_in_failed", address=address))
            raise SignInRefused
        return staff

    def find(self, token: str, touch: bool = True) -> Session | None:
        """Return the session of a token, or None where it is over; `touch` counts as a click."""
        table, now = sessions_table, datetime.now(UTC)
        columns = (table.c.csrf, table.c.created, table.c.last_seen)
        people = (staff_table.c.id, staff_table.c.username, staff_table.c.name, staff_table.c.role)
        query = sa.select(*columns, *people).join(staff_table, staff_table.c.id == table.c.staff_id)
        query = query.where(table.c.token_hash == _hash(token), ~staff_table.c.disabled)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        last_seen = in_utc(row.last_seen)
        put_back = last_seen - now > _TOUCH_EVERY  # the clock; the session would last until it is where it was
        if put_back or now - last_seen > self._idle or now - in_utc(row.created) > LONGEST_SESSION:
            self._end(token, Entry(row.username, "session_expired"))
            return None
        if touch and now - last_seen > _TOUCH_EVERY:
            with self._engine.begin() as connection:
                connection.execute(table.update().where(table.c.token_hash == _hash(token)).values(last_seen=now))
        return Session(Staff(row.id, row.username, row.name, row.role), row.csrf)

    def sign_out(self, token: str, staff: Staff, address: str) -> None:
        """End a session."""
        self._end(token, Entry(staff.username, "signed_out", address=address))

    def _begin(self, staff: Staff, address: str) -> str:
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        row = {"token_hash": _hash(token), "staff_id": staff.id, "csrf": secrets.token_urlsafe(32)}
        with self._engine.begin() as connection:
            connection.execute(sessions_table.insert().values(**row, created=now, last_seen=now))
            record(connection, Entry(staff.username, "signed_in", address=address))
        return token

    def _end(self, token: str, entry: Entry) -> None:
        with self._engine.begin() as connection:
            gone = connection.execute(sessions_table.delete().where(sessions_table.c.token_hash == _hash(token)))
            if gone.rowcount:
                record(connection, entry)

    def _known(self, username: str) -> str:
        query = sa.select(staff_table.c.username).where(staff_table.c.username == username)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or ""

    def _lately(self, action: str, **about: str) -> int:
        """Return how often something happened lately; counted in the audit log, so that all workers count together."""
        table, now = audit_table, datetime.now(UTC)
        since, until = now - THROTTLE_WINDOW, now + THROTTLE_WINDOW  # a clock put back leaves some in the time to come
        query = sa.select(sa.func.count()).where(table.c.at.between(since, until), table.c.action == action)
        query = query.where(*(table.c[column] == value for column, value in about.items()))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
