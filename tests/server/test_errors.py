"""The pages that say that something did not work."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from dripstand.server import errors


def test_an_unknown_address_is_said_in_plain_words_with_a_reference(db: None) -> None:
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert b"Nothing here" in answer.content and b"Reference" in answer.content


def test_a_fault_logs_kind_and_place_but_not_what_somebody_entered(caplog: pytest.LogCaptureFixture) -> None:
    request = RequestFactory().post("/somewhere/")
    entered = "Maria Example weighs 71.5 kg"
    with caplog.at_level(logging.ERROR):
        try:
            raise ValueError(entered)
        except ValueError:
            page = errors.broken(request)
    logged = caplog.text
    assert page.status_code == 500
    assert "ValueError" in logged and "test_errors.py" in logged
    assert "Maria" not in logged and b"Maria" not in page.content
    reference = logged.split("reference ")[1].split(":")[0]
    assert reference.encode() in page.content


@pytest.mark.hazard("H20")
def test_a_database_that_does_not_answer_is_said_as_such_and_not_as_a_mistake_of_the_program() -> None:
    request = RequestFactory().post("/somewhere/")
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        page = errors.broken(request)
    assert page.status_code == 503 and page["Retry-After"] == "5"
    words = page.content.decode()
    assert "Not kept" in words and "send it again" in words and "locked" not in words


def test_reference_numbers_hold_no_letters_that_look_alike() -> None:
    seen = "".join(errors.reference_number() for _ in range(200))
    assert not set(seen) & set("0o1il5s2z")
