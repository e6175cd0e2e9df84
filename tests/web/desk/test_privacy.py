"""What is read and typed at the front desk: on no log, and in no address."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa

from tests.intake.examples import add
from tests.web.desk.conftest import Desk

CANARY = "zanzibarcanary"


def test_nothing_of_a_patient_is_logged(sam: Desk, engine: sa.engine.Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    intake = add(engine, contact_name=f"{CANARY} Smith", said={"pain_site": f"my hip, says {CANARY}"})
    path = f"/intakes/{intake}"
    assert CANARY in sam.get(path).text
    assert CANARY in sam.post("", search=CANARY).text
    assert sam.post(f"{path}/note", version="1", text=f"note {CANARY}").status_code == 200
    refused = sam.post(f"{path}/decide", version="99", outcome_new="urgent", text=f"because {CANARY}")
    assert refused.status_code == 409
    assert sam.post("/assisted", heard=f"my hip hurts, says {CANARY}").status_code == 200

    assert caplog.records
    assert CANARY not in caplog.text
