"""The command line: what can be put right is one sentence on standard error and exit status 2, never a trace."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import cli, settings
from bot.runtime.manifest import write_manifest
from bot.triage import loading
from bot.triage.model import Protocol

ANSWERS = {"pain_site": ["hip_pain"], "referred_pain": "no", "red_flags": "none", "age": 40, "needle_phobia": "none",
           "precautions": "none", "tolerance": "no"}  # fmt: skip


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: Protocol) -> Path:
    """Put the command into a folder of its own, with the clinic's file and without a model."""
    (tmp_path / "clinic.yml").write_text(settings.CLINIC_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(cli, "MODEL", tmp_path / "models" / "needlepoint.tar.gz")
    monkeypatch.setattr(cli, "clinic", lambda: settings.load_clinic(tmp_path / "clinic.yml"))
    monkeypatch.setattr(loading, "load_protocol", lambda policy=None: protocol)
    for name in ("HOST", "PORT", "DATABASE_URL", "REDIS_URL", "NEEDLEPOINT_RATE_LIMITS"):
        monkeypatch.delenv(name, raising=False)
    for slow in ("bot.runtime.terminal", "bot.runtime.training", "bot.web.serving"):  # they import Rasa or a server
        started = SimpleNamespace(chat=_started, serve=_started, train=_started, TrainingFailed=RuntimeError)
        monkeypatch.setitem(sys.modules, slow, started)
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def trained(project: Path) -> Path:
    """Put an archive with its manifest where the model belongs."""
    model = project / "models" / "needlepoint.tar.gz"
    model.parent.mkdir()
    model.write_bytes(b"a model")
    write_manifest(model, {})
    return model


def _started(*_: object) -> None:
    raise AssertionError("this must not start")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command, and return its one sentence."""
    assert cli.main(list(arguments)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("needlepoint: ")
    assert printed.err.count("\n") == 1, printed.err
    return printed.err


# -- what works ----------------------------------------------------------------------------------------------------


def test_triage_decides_on_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    assert cli.main(["triage", "--answers", str(project / "answers.json")]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["outcome"], verdict["rule"]) == ("explain_technique", "deep_and_superficial")
    assert verdict["missing"] == []


def test_triage_tells_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"pain_site": ["hip_pain"], "age": 11}'))
    assert cli.main(["triage", "--answers", "-"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["rule"], verdict["missing"]) == ("default", ["referred_pain", "red_flags"])


def test_rules_prints_the_table(protocol: Protocol, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules"]) == 0
    assert capsys.readouterr().out.startswith(f"# Needlepoint: the decision table, ruleset {protocol.ruleset}")


def test_the_module_runs_with_the_project_as_delivered() -> None:
    command = [sys.executable, "-m", "bot", "triage", "--answers", "-"]
    run = subprocess.run(
        command,
        input='{"signs": ["stroke"]}',
        capture_output=True,
        text=True,
        cwd=settings.ROOT,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["outcome"] == "emergency"


# -- wrong arguments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param([], "the following arguments are required: COMMAND", id="no command"),
        pytest.param(["serv"], "invalid choice: 'serv'", id="unknown command"),
        pytest.param(["triage"], "the following arguments are required: --answers", id="no answers"),
        pytest.param(["triage", "--answers"], "expected one argument", id="answers without a file"),
        pytest.param(["rules", "--html"], "unrecognized arguments: --html", id="unknown option"),
    ],
)
def test_wrong_arguments(arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    usage, *_, last = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: needlepoint") and expected in last


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(None, "cannot be read", id="no such file"),
        pytest.param(b"\xff\xfe\xff", "cannot be read", id="not text"),
        pytest.param(b"hip", "not JSON", id="not JSON"),
        pytest.param(b"[]", "must be a JSON object", id="not an object"),
        pytest.param(b'{"age": 121}', "age: 121 is not", id="an age that cannot be"),
        pytest.param(b'{"ages": 12}', "unknown field ages", id="unknown field"),
    ],
)
def test_wrong_answers(
    project: Path, content: bytes | None, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "answers.json"
    if content is not None:
        path.write_bytes(content)
    error = refusal(capsys, "triage", "--answers", str(path))
    assert str(path) in error and expected in error


# -- settings, model and port --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["serve"], ["chat"], ["train"], ["rules"], ["triage", "--answers", "-"]], ids=str
)
def test_an_unknown_key_in_the_clinics_file_stops_every_command(
    project: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with (project / "clinic.yml").open("a", encoding="utf-8") as file:
        file.write("colour: blue\n")
    assert "clinic.yml: unknown key colour; allowed are address, ages, " in refusal(capsys, *command)


@pytest.mark.parametrize("content", [None, "name: [\n", "- a\n"], ids=["missing", "not YAML", "a list"])
def test_a_clinics_file_that_cannot_be_used(
    project: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "clinic.yml").unlink()
    if content is not None:
        (project / "clinic.yml").write_text(content, encoding="utf-8")
    assert "clinic.yml: " in refusal(capsys, "rules")


@pytest.mark.parametrize("command", ["serve", "chat", "train"])
def test_a_broken_protocol_stops_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(policy: object = None) -> Protocol:
        raise loading.ProtocolError("sites.yml: lacks sites")

    monkeypatch.setattr(loading, "load_protocol", broken)
    assert refusal(capsys, command) == "needlepoint: sites.yml: lacks sites\n"


@pytest.mark.parametrize("command", ["serve", "chat"])
def test_a_missing_model_is_told_with_what_to_do(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, command) == (
        "needlepoint: there is no trained model at models/needlepoint.tar.gz; run `make train`\n"
    )


@pytest.mark.parametrize(
    ("variable", "value"), [("PORT", "eighty"), ("NEEDLEPOINT_RATE_LIMITS", "no"), ("DATABASE_URL", "mysql://db")]
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert f"needlepoint: {variable}: " in refusal(capsys, "serve")


@pytest.mark.parametrize("host", ["127.0.0.1", "no such host"])
def test_an_address_that_cannot_be_used_is_told_with_another_port(
    project: Path, monkeypatch: pytest.MonkeyPatch, taken_port: int, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trained(project)
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", str(taken_port))
    error = refusal(capsys, "serve")
    assert f"port {taken_port} on {host} cannot be used" in error
    assert f"make run PORT={taken_port % 65535 + 1}" in error


@pytest.mark.parametrize("change", ["the archive", "a file that it was trained from"])
def test_a_model_that_is_not_the_one_trained_here_is_not_served(
    project: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = trained(project)
    (model if change == "the archive" else project / "config.yml").write_bytes(b"another")
    error = refusal(capsys, "serve")
    assert "run `make train`" in error
    assert ("damaged or exchanged" in error) == (change == "the archive")
