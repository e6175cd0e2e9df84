"""Talk with the assistant in the terminal."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from pathlib import Path

from bot.runtime.loading import load_assistant
from bot.runtime.messages import Message


def chat(model: Path) -> None:
    """Talk until the end of input; nothing of the talk is kept."""
    print("Loading ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/chat.db"  # where the actions keep what is shared
        assistant = load_assistant(model, os.environ["DATABASE_URL"])
        conversation = secrets.token_urlsafe(8)
        _show(asyncio.run(assistant.start(conversation)))
        while True:
            try:
                text = input("\n> ").strip()
            except EOFError:
                return
            if text:
                _show(asyncio.run(assistant.hear(conversation, text)))


def _show(messages: list[Message]) -> None:
    for message in messages:
        print(f"\n{message.text}")
    if messages and messages[-1].quick_replies:
        print("   [" + "] [".join(reply["title"] for reply in messages[-1].quick_replies) + "]")
