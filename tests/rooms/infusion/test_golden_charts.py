"""The charts of every release, put into the database and read again: the same chain and the same fold (H50)."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from dripstand.infusion import models, store
from dripstand.infusion.chart import fold
from dripstand.infusion.hashing import GENESIS, verify_chain
from tests.people import NOW, signed_template, wren_halloway
from tests.rules.infusion.test_the_log import read_golden

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H50")]


def test_a_released_chart_comes_out_of_the_database_as_it_went_in() -> None:
    log = read_golden()
    session_id = str(uuid.UUID(log[0].session_id)) if _is_uuid(log[0].session_id) else str(uuid.uuid4())
    if session_id != log[0].session_id:  # its first writer named the session otherwise than a row may be named
        log = list(store.chained([replace(entry, session_id=session_id) for entry in log], GENESIS))
    models.Session.objects.create(
        id=session_id, patient_id=wren_halloway(), template_id=signed_template(), expected_at=NOW, opened_at=NOW,
        phase="expected",
    )  # fmt: skip
    store.append(log)
    read = list(store.load(session_id))
    assert read == log
    assert verify_chain(read) is None
    assert fold(read) == fold(log)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
