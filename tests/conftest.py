"""What tests share: the real protocol, the real reader, and the real assistant with its actions in this process."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT, clinic
from bot.triage.loading import load_protocol
from bot.triage.model import Protocol
from tests.thoroughness import SEED

MODEL = ROOT / "models" / "needlepoint.tar.gz"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Leave the tests that take minutes to the build machine, and to those who ask for them with -m endurance."""
    config.option.hypothesis_seed = SEED or config.option.hypothesis_seed
    if not config.option.markexpr and os.environ.get("CI") != "true":
        config.option.markexpr = "not endurance"


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """Return the clinical data with the clinic's policy."""
    return load_protocol(policy=clinic().policy)


@pytest.fixture(scope="session")
def reader(protocol: Protocol):
    """Return the reader of messages."""
    from bot.nlu.reader import Reader, load_cues

    return Reader(protocol, load_cues())


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a fresh database, which the actions use too."""
    url = f"sqlite:///{tmp_path_factory.mktemp('database')}/test.db"
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    yield url
    if before is None:
        del os.environ["DATABASE_URL"]
    else:
        os.environ["DATABASE_URL"] = before


@pytest.fixture(scope="session")
def assistant(database_url: str):
    """Return the real assistant: the trained model, with the actions in this process."""
    from bot.runtime.loading import load_assistant

    return load_assistant(Path(MODEL), database_url)
