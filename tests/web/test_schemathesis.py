"""Calls made up from the OpenAPI description, allowed and forbidden ones, are answered as it says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.thoroughness import SEED, TIMES
from tests.web.patient import CONVERSATIONS
from tests.widget.serving import ChatServer

# Unknown and forbidden look alike here: both are 404.
NOT_OURS = "missing_required_header,ignored_auth"
# No description can tell which choices were offered, nor that half a character is none.
CONFIG = """
[[operations]]
include-method = "POST"
include-path = "{messages}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]
checks.negative_data_rejection.expected-statuses = ["400", "404", "413", "422"]
"""


@pytest.fixture(scope="module")
def server(assistant: Any, database_url: str) -> Iterator[ChatServer]:
    """Return a running server."""
    with ChatServer(assistant, database_url, ()) as running:
        yield running


@pytest.mark.parametrize("with_token", [True, False], ids=["in a conversation", "without a token"])
def test_calls_are_answered_as_described(server: ChatServer, tmp_path: Path, with_token: bool) -> None:
    config, options = CONFIG.format(messages=CONVERSATIONS + "/{conversation_id}/messages"), ["--max-examples"]
    options.append(str(10 * TIMES))
    if with_token:
        begun = httpx.post(f"{server.address}{CONVERSATIONS[1:]}", json={}, trust_env=False).json()
        config = f'[parameters]\n"path.conversation_id" = "{begun["conversation_id"]}"\n' + config
        options += ["--header", f"Authorization: Bearer {begun['token']}"]
        options += ["--exclude-method", "DELETE", "--exclude-path-regex", "events$"]  # the one ends the talk, one never
    (tmp_path / "schemathesis.toml").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [
            Path(sys.executable).with_name("st"), "run", f"{server.address}api/v1/openapi.json", *options,
            "--phases", "coverage,fuzzing", "--seed", SEED or "1", "--exclude-checks", NOT_OURS, "--no-color",
            "--request-timeout", "20", "--max-response-time", "20", "--continue-on-failure",
        ],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
