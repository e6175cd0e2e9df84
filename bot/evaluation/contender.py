"""Train a Rasa pipeline on labelled messages and let it label others: run as a process of its own, to be measured.

    python -m bot.evaluation.contender FOLDER

FOLDER holds config.yml, a folder nlu of examples, and texts.json; what was measured is written there as result.json.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bot.runtime.quiet import silence_rasa


def main(folder: Path) -> None:
    """Train, label and measure."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    silence_rasa()
    begun = time.perf_counter()
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu"), str(folder / "models"))
    trained = time.perf_counter() - begun
    agent = Agent.load(model)
    texts = json.loads((folder / "texts.json").read_text())
    labels = asyncio.run(_label(agent, texts))
    result: dict[str, Any] = {
        "training_seconds": trained,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "milliseconds": [label["milliseconds"] for label in labels],
        "labels": [(label["name"], label["confidence"]) for label in labels],
    }
    (folder / "result.json").write_text(json.dumps(result))


async def _label(agent: Any, texts: list[str]) -> list[dict[str, Any]]:
    await agent.parse_message("hello")
    found = []
    for text in texts:
        begun = time.perf_counter()
        intent = (await agent.parse_message(text))["intent"]
        found.append({**intent, "milliseconds": (time.perf_counter() - begun) * 1000})
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
