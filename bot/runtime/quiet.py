"""Silence Rasa's own logs: they repeat what patients typed, in debug lines and in the locals of every failure."""

from __future__ import annotations

import logging
import os
import warnings

import structlog


def silence_rasa() -> None:
    """Let nothing of Rasa's logs through; our own say which kind of error happened, never what was typed."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=True,  # each would be made anew for each line that it does not write
    )
    for name in ("rasa", "rasa_sdk", "matplotlib", "tensorflow", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore")  # of libraries that Rasa pins
