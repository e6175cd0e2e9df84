"""Times the stages of a turn; a stage within another one counts for itself only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

from bot.metrics import STAGES

_inner: ContextVar[list[float]] = ContextVar("inner")  # seconds spent in stages within the one that runs


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time a stage of STAGES."""
    outer = _inner.get([0.0])
    inner = [0.0]
    token = _inner.set(inner)
    began = perf_counter()
    try:
        yield
    finally:
        took = perf_counter() - began
        _inner.reset(token)
        outer[0] += took
        STAGES[name].observe(max(0.0, took - inner[0]))
