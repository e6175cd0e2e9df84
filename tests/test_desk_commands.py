"""The front desk's commands: accounts, exports, purging."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from bot import cli
from bot.intake.database import open_database
from tests.intake.examples import add

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty database that the command uses."""
    url = f"sqlite:///{tmp_path}/desk.db"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def run(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """Run the command and return what it printed."""
    assert cli.main(list(arguments)) == status
    printed = capsys.readouterr()
    return printed.err if status else printed.out


def test_an_account_comes_changes_and_goes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD}\n"))
    run(capsys, "staff", "add", "sam", "--name", "Sam Reyes", "--role", "admin", "--password-stdin")
    assert "otpauth://totp/" in run(capsys, "staff", "reset", "sam", "--totp", "--password-stdin")
    run(capsys, "staff", "disable", "sam")
    assert run(capsys, "staff", "list") == "sam\tadmin\tdisabled\tSam Reyes\n"


@pytest.mark.parametrize(("arguments", "reason"), [
    (("add",), "say which username"), (("add", "Sam Reyes", "--password-stdin"), "use 2 to 40 of"),
    (("disable", "nobody"), "there is no account 'nobody'"), (("add", "sam", "--password-stdin"), "12 to 128"),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], reason: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert reason in run(capsys, "staff", *arguments, status=2)


def test_two_passwords_that_differ_change_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([PASSWORD, PASSWORD + "x"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    assert "differ" in run(capsys, "staff", "add", "sam", status=2)
    assert run(capsys, "staff", "list") == ""


def test_export_and_purge(capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str) -> None:
    add(open_database(url))
    assert next(csv.DictReader(io.StringIO(run(capsys, "export", "--format", "csv"))))["reference"] == "AAAA-2222"
    file = tmp_path / "out.json"
    run(capsys, "export", "--format", "fhir", "--since", "2020-01-01", "--output", str(file))
    assert json.loads(file.read_text(encoding="utf-8"))["resourceType"] == "Bundle"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "0 intakes" in run(capsys, "purge")
