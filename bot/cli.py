"""The `needlepoint` command: parse arguments, call, print. Each sub-command imports what it needs, for Rasa is slow."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bot.desk_commands import front_desk_commands
from bot.settings import ROOT, Server, SettingsError, UsageError, clinic, load_server

MODELS = ROOT / "models"
MODEL = MODELS / "needlepoint.tar.gz"
ENCODER = MODELS / "encoder"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return the exit status: 0, or 2 with one sentence where something must be put right."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy loads; more threads make small matrices slower
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], None] = options.run
        run(options)
    except (UsageError, SettingsError, *_known_errors()) as error:
        print(f"needlepoint: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has had enough
        sys.stderr.close()
        return 0
    return 0


def _known_errors() -> tuple[type[Exception], ...]:
    from bot.intake.database import DatabaseUnusable
    from bot.runtime.manifest import ModelRefused
    from bot.triage.checking import ProtocolError

    return ProtocolError, DatabaseUnusable, ModelRefused


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="needlepoint", description="Conversational triage for dry-needling clinics")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], None], help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(run=run)
        return sub

    command("serve", _serve, "serve the chat API and the demo page")
    command("chat", _chat, "talk in the terminal")
    command("encoder", _encoder, "make the sentence encoder's files from the published weights")
    command("train", _train, "train the model")
    evaluate = command("evaluate", _evaluate, "measure the model on the held-out sets and write docs/scorecard.md")
    evaluate.add_argument("--alone", action="store_true", help="do not train Rasa's default pipeline anew")
    command("rules", _rules, "print the decision table as Markdown, for a clinician to read and sign")
    command("migrate", _migrate, "bring the database's tables up to date; `serve` does so by itself")
    command("intakes", _intakes, "print what patients passed to the front desk, a JSON object per line")
    triage = command("triage", _triage, "decide on answers given as JSON, without a conversation")
    triage.add_argument("--answers", required=True, metavar="FILE|-", help="a JSON object; - is standard input")
    front_desk_commands(command)
    return parser


def _serve(_options: argparse.Namespace) -> None:
    from bot.runtime.manifest import check_archive, check_inputs
    from bot.web.guard import notices, refuse_unsafe
    from bot.web.serving import serve

    settings = _checked()
    if not MODEL.exists():
        raise UsageError(f"there is no trained model at {MODEL.relative_to(ROOT)}; run `make train`")
    refuse_unsafe(settings, clinic(), os.environ)
    check_archive(MODEL, settings.model_sha256)
    check_inputs(MODEL, ROOT)
    _check_port(settings)
    for notice in notices(settings, os.environ):
        print(notice, file=sys.stderr, flush=True)
    serve(settings, clinic(), MODEL)


def _checked() -> Server:
    """Check every file and setting before anything slow begins."""
    from bot.triage.loading import load_protocol

    load_protocol(policy=clinic().policy)
    return load_server()


def _check_port(settings: Server) -> None:
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where, hint = f"port {settings.port} on {settings.host}", f"try `make run PORT={settings.port % 65535 + 1}`"
            raise UsageError(f"{where} cannot be used ({error.strerror}); {hint}") from None


def _chat(_options: argparse.Namespace) -> None:
    _checked()
    if not MODEL.exists():
        raise UsageError(f"there is no trained model at {MODEL.relative_to(ROOT)}; run `make train`")
    from bot.runtime.terminal import chat

    chat(MODEL)


def _encoder(_options: argparse.Namespace) -> None:
    from bot.nlu.sentence_encoder import EncoderUnusable, build_encoder

    try:
        build_encoder(ENCODER)
    except EncoderUnusable as error:  # no reason to stop: the model can be trained without
        print(f"The sentence encoder cannot be made, so less will be understood: {error}", file=sys.stderr)


def _train(_options: argparse.Namespace) -> None:
    _checked()
    from bot.runtime.training import TrainingFailed, train

    print("Training the model (a minute or two) ...", flush=True)
    try:
        print(f"Trained: {train(ROOT, MODELS).relative_to(ROOT)}")
    except TrainingFailed as error:
        raise UsageError(str(error)) from None


def _evaluate(options: argparse.Namespace) -> None:
    _checked()
    if not MODEL.exists():
        raise UsageError(f"there is no trained model at {MODEL.relative_to(ROOT)}; run `make train`")
    from bot.evaluation.evaluate import evaluate

    for figure in evaluate(MODEL, ROOT, alone=options.alone):
        print(f"{figure.share:5.1f} %  {figure.headline.name} ({figure.count} of {figure.of})")


def _rules(_options: argparse.Namespace) -> None:
    from bot.triage.loading import load_protocol
    from bot.triage.printing import rules_as_markdown

    print(rules_as_markdown(load_protocol(policy=clinic().policy)))


def _migrate(_options: argparse.Namespace) -> None:
    from bot.intake.database import open_database

    open_database(load_server().database_url)
    print("The database is up to date.")


def _intakes(_options: argparse.Namespace) -> None:
    from dataclasses import asdict

    from bot.intake.repository import IntakeRepository

    for intake in IntakeRepository(load_server().database_url).all():
        print(json.dumps(asdict(intake), default=str))


def _triage(options: argparse.Namespace) -> None:
    from bot.triage.answers import AnswersError, read_answers
    from bot.triage.engine import decide, missing_facts
    from bot.triage.loading import load_protocol

    protocol = load_protocol(policy=clinic().policy)
    try:
        text = sys.stdin.read() if options.answers == "-" else Path(options.answers).read_text(encoding="utf-8")
        answers = read_answers(text, protocol)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{options.answers}: cannot be read: {error}") from None
    except AnswersError as error:
        raise UsageError(f"{options.answers}: {error}") from None
    verdict = decide(answers, protocol).as_dict()
    print(json.dumps(verdict | {"missing": list(missing_facts(answers, protocol))}, indent=2))


if __name__ == "__main__":
    sys.exit(main())
