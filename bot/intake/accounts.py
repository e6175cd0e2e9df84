"""The accounts of staff: added, disabled and reset on the command line; passwords are kept as argon2id hashes only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.intake.audit import Entry, record
from bot.intake.desk_tables import sessions_table, staff_table
from bot.intake.passwords import LONGEST, SHORTEST, is_easy
from bot.intake.roles import RIGHTS, ROLES

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_hasher = PasswordHasher()  # RFC 9106, low memory: argon2id, 64 MiB, 3 passes


class AccountError(ValueError):
    """An account cannot be made or changed so; the message says what would be right."""


@dataclass(frozen=True)
class Staff:
    """Someone who works at the front desk."""

    id: int
    username: str
    name: str
    role: str

    def may(self, right: str) -> bool:
        """Return whether the role has a right."""
        return right in RIGHTS[self.role]


class Accounts:
    """The accounts in a database."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine

    def exist(self) -> bool:
        """Return whether anyone can sign in."""
        query = sa.select(staff_table.c.id).where(~staff_table.c.disabled).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def add(self, username: str, name: str, role: str, password: str, totp: bool = False) -> str:
        """Make an account; return the secret of its one-time codes, or "".

        Raises:
            AccountError: the name is taken or cannot be used, the role is unknown, the password is not good enough.
        """
        if not _USERNAME.fullmatch(username):
            raise AccountError(f"username {username!r}: use 2 to 40 of a-z, 0-9, dot, hyphen and underscore")
        if role not in ROLES:
            raise AccountError(f"role {role!r} is not one of {', '.join(ROLES)}")
        row = {"username": username, "name": " ".join(name.split())[:80] or username, "role": role}
        secret = pyotp.random_base32() if totp else ""
        row |= {"password_hash": _hashed(password, username), "totp_secret": secret}
        try:
            with self._engine.begin() as connection:
                connection.execute(staff_table.insert().values(**row, created=datetime.now(UTC)))
                record(connection, Entry("", "account_added", detail=f"{username}, {role}"))
        except sa.exc.IntegrityError:
            raise AccountError(f"username {username!r} is taken; reset it, or choose another") from None
        return secret

    def disable(self, username: str) -> None:
        """Let someone in no more, and end their sessions; raises AccountError where there is no such account."""
        self._change(username, "account_disabled", disabled=True)

    def reset(self, username: str, password: str, totp: bool = False) -> str:
        """Set a new password, end all sessions, let the account in again; return the new secret of the codes, or "".

        Raises:
            AccountError: there is no such account, or the password is not good enough.
        """
        secret = pyotp.random_base32() if totp else ""
        hashed = _hashed(password, username)
        self._change(username, "account_reset", password_hash=hashed, totp_secret=secret, totp_used=0, disabled=False)
        return secret

    def set_password(self, username: str, password: str) -> None:
        """Set the password that someone chose themselves, and end all sessions; raises AccountError."""
        self._change(username, "password_changed", who=username, password_hash=_hashed(password, username))

    def all(self) -> list[dict[str, Any]]:
        """Return the accounts by username, without what is secret in them."""
        table = staff_table
        columns = (table.c.username, table.c.name, table.c.role, table.c.disabled, table.c.created)
        with_codes = (table.c.totp_secret != "").label("with_codes")
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(*columns, with_codes).order_by(table.c.username))
            return [dict(row) for row in rows.mappings()]

    def check(self, username: str, password: str, code: str | None) -> Staff | None:
        """Return who it is where password and code are right; takes as long where there is no such account.

        `None` for a code asks for none, of someone who is signed in.
        """
        with self._engine.connect() as connection:
            query = sa.select(staff_table).where(staff_table.c.username == username, ~staff_table.c.disabled)
            row = connection.execute(query).mappings().first()
        if not _matches(row["password_hash"] if row else _nobody(), password) or not row:
            return None
        if code is not None and row["totp_secret"] and not self._use_code(row, code):
            return None
        return Staff(row["id"], row["username"], row["name"], row["role"])

    def _use_code(self, row: Any, code: str) -> bool:
        """Return whether the code is right, of now or of the half minute before or after, and was never used."""
        totp, table = pyotp.TOTP(row["totp_secret"]), staff_table
        now = totp.timecode(datetime.now(UTC))
        given, steps = code.replace(" ", ""), (now - 1, now, now + 1)
        step = next((step for step in steps if pyotp.utils.strings_equal(given, totp.generate_otp(step))), 0)
        unused = (table.c.id == row["id"]) & (table.c.totp_used < step)
        with self._engine.begin() as connection:  # two who come at once with the same code: one of them counts
            return connection.execute(table.update().where(unused).values(totp_used=step)).rowcount == 1

    def _change(self, username: str, action: str, who: str = "", **values: Any) -> None:
        with self._engine.begin() as connection:
            query = sa.select(staff_table.c.id).where(staff_table.c.username == username)
            staff_id = connection.execute(query).scalar()
            if staff_id is None:
                raise AccountError(f"there is no account {username!r}")
            connection.execute(staff_table.update().where(staff_table.c.id == staff_id).values(**values))
            connection.execute(sessions_table.delete().where(sessions_table.c.staff_id == staff_id))
            record(connection, Entry(who, action, detail=username))


def totp_address(username: str, secret: str, clinic_name: str) -> str:
    """Return the otpauth address that an authenticator app takes."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=clinic_name)


def _hashed(password: str, username: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"the password is too short or too long; use {SHORTEST} to {LONGEST} characters")
    if is_easy(password, username):
        raise AccountError("the password is too easy to guess; use a few random words")
    return _hasher.hash(password)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Return a hash to check against where there is no account, so that the time does not tell."""
    return _hasher.hash("nobody has this password")
