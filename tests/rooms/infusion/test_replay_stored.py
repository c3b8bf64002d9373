"""A log that a database kept folds to the bytes of the log that was put in: on SQLite and on PostgreSQL (bar 4)."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from dripstand.infusion import models, store
from tests.people import NOW, signed_template, wren_halloway
from tests.rules.infusion.replaying import drawn_log, text_of

COUNT = 5_000 if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else 40


@pytest.mark.django_db
@pytest.mark.hazard("H50")
def test_what_a_database_kept_folds_to_the_same_state_and_note() -> None:
    patient_id, template_id = wren_halloway(), signed_template()
    for seed in range(COUNT):
        log = drawn_log(seed)
        models.Session.objects.create(
            id=log[0].session_id,
            patient_id=patient_id,
            template_id=template_id,
            expected_at=NOW,
            opened_at=NOW,
            phase="expected",
        )
        for entry in log:
            store.append([entry])
        kept = store.load(log[0].session_id)
        assert kept == log
        assert text_of(kept) == text_of(log), seed


@pytest.mark.django_db
def test_a_time_that_the_database_would_round_is_found_out() -> None:
    """The control run: one microsecond less in one entry is another text."""
    log = drawn_log(7)
    rounded = (*log[:-1], replace(log[-1], occurred_at=log[-1].occurred_at - timedelta(microseconds=1)))
    assert text_of(rounded) != text_of(log)
