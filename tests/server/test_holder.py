"""Which process holds a clinic's data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from dripstand.server.environment import DatabaseAddress
from dripstand.server.holder import holding


@pytest.fixture
def address(db: None, tmp_path: Path) -> DatabaseAddress:
    given: DatabaseAddress = settings.DATABASE_ADDRESS
    if given.engine == "sqlite":
        return replace(given, path=tmp_path / "clinic.sqlite3")
    return replace(given, name=str(connection.settings_dict["NAME"]))


def test_the_first_holds_it_and_the_second_does_not(address: DatabaseAddress) -> None:
    with holding(address) as first, holding(address) as second:
        assert first and not second


def test_it_is_free_again_afterwards(address: DatabaseAddress) -> None:
    with holding(address) as first:
        assert first
    with holding(address) as again:
        assert again


def test_a_fault_lets_it_go_too(address: DatabaseAddress) -> None:
    with pytest.raises(RuntimeError), holding(address):
        raise RuntimeError
    with holding(address) as again:
        assert again
