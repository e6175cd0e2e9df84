"""How much the tests with random input try: little and always the same each day, more and other things on demand.

`NEEDLEPOINT_TEST_TIMES=10` tries ten times as much, `NEEDLEPOINT_TEST_SEED=7` tries other things.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("NEEDLEPOINT_TEST_TIMES") or 1)
SEED = os.environ.get("NEEDLEPOINT_TEST_SEED") or None
_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def examples(number: int, **others: int) -> settings:
    """Return settings for so many examples on an ordinary day."""
    return settings(
        max_examples=number * TIMES,
        derandomize=SEED is None,
        deadline=None,
        suppress_health_check=_SLOW,
        print_blob=True,
        **others,
    )
