"""The conversations take place in opening hours, whatever the clock says."""

from __future__ import annotations

import pytest

from bot.office import Office


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Office, "is_open", lambda self, moment: True)
