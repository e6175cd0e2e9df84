"""The front desk's part of the `needlepoint` command: accounts, exports, purging, backups."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.settings import UsageError, clinic, load_server

if TYPE_CHECKING:
    from bot.intake.accounts import Accounts

FORMATS = ("csv", "json", "fhir")
ROLES = ("desk", "clinician", "admin")
Command = Callable[[str, Callable[[argparse.Namespace], None], str], argparse.ArgumentParser]


def front_desk_commands(command: Command) -> None:
    """Add the sub-commands."""
    staff = command("staff", _staff, "add, disable or reset an account of the front desk; list them all")
    staff.add_argument("action", choices=("add", "disable", "reset", "list"))
    staff.add_argument("username", nargs="?", help="small letters, digits, dot, hyphen")
    staff.add_argument("--name", default="", help="the name that patients and colleagues see")
    staff.add_argument("--role", choices=ROLES, default="desk")
    staff.add_argument("--totp", action="store_true", help="ask for a one-time code at sign-in, and print its address")
    staff.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    export = command("export", _export, "write intakes to standard output, or to a file that only you can read")
    export.add_argument("--format", choices=FORMATS, required=True)
    export.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="only those that came in since this day")
    export.add_argument("--output", metavar="FILE")
    command("purge", _purge, "erase talks and intakes that are older than clinic.yml allows")
    backup = command("backup", _backup, "copy SQLite's database into a folder, also while it is served from")
    backup.add_argument("folder", type=Path)
    restore = command("restore", _restore, "put such a copy where the database belongs")
    restore.add_argument("file", type=Path)


def _staff(options: argparse.Namespace) -> None:
    from bot.intake.accounts import AccountError, Accounts

    accounts = Accounts(_engine())
    if options.action == "list":
        for row in accounts.all():
            print(row["username"], row["role"], "disabled" if row["disabled"] else "can sign in", row["name"], sep="\t")
        return
    if not options.username:
        raise UsageError(f"staff {options.action}: say which username")
    try:
        _change_account(accounts, options)
    except AccountError as error:
        raise UsageError(str(error)) from None


def _change_account(accounts: Accounts, options: argparse.Namespace) -> None:
    if options.action == "disable":
        accounts.disable(options.username)
        print(f"{options.username} is disabled and signed out everywhere.")
        return
    password = _password(options.password_stdin)
    if options.action == "add":
        secret = accounts.add(options.username, options.name, options.role, password, options.totp)
    else:
        secret = accounts.reset(options.username, password, options.totp)
    print(f"{options.username} can sign in at /desk.")
    if secret:
        from bot.intake.accounts import totp_address

        print(f"For the authenticator app: {totp_address(options.username, secret, clinic().name)}")


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password (at least 12 characters, such as a few random words): ")
    if getpass.getpass("Once more: ") != password:
        raise UsageError("the two passwords differ; nothing was changed")
    return password


def _export(options: argparse.Namespace) -> None:
    from bot.intake.audit import Entry, record_alone
    from bot.web.desk.exports_page import pieces
    from bot.web.desk.state import DeskState

    desk = DeskState(_engine(), clinic())
    since = datetime.combine(options.since, time.min, clinic().office.time_zone) if options.since else None
    record_alone(desk.engine, Entry("", "exported", detail=f"{options.format}, on the command line"))
    if options.output is None:
        sys.stdout.writelines(pieces(options.format, desk, since))
        return
    try:
        with open(os.open(options.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(pieces(options.format, desk, since))
    except OSError as error:
        raise UsageError(f"{options.output}: cannot be written ({error.strerror})") from None


def _purge(_options: argparse.Namespace) -> None:
    from bot.intake.retention import purge

    done = purge(_engine(), clinic().office)
    print(f"Erased {done.talks} talks that were not passed on, and {done.intakes} intakes.")


def _backup(options: argparse.Namespace) -> None:
    from bot.intake.backup import BackupFailed, back_up

    try:
        print(back_up(_closed(), options.folder))
    except BackupFailed as error:
        raise UsageError(str(error)) from None


def _restore(options: argparse.Namespace) -> None:
    from bot.intake.backup import BackupFailed, restore

    try:
        restore(options.file, _closed())
    except BackupFailed as error:
        raise UsageError(str(error)) from None
    print("Restored. The next start brings it up to date.")


def _closed() -> sa.engine.Engine:
    """Return the database without a look at it."""
    from bot.intake.database import engine_at

    return engine_at(load_server().database_url)


def _engine() -> sa.engine.Engine:
    from bot.intake.database import open_database

    return open_database(load_server().database_url)


def _day(text: str) -> date:
    from bot.intake.moments import read_day

    try:
        return read_day(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-26") from None
