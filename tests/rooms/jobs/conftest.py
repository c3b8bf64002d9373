"""Each test registers its own kinds of job."""

from __future__ import annotations

import pytest

from dripstand.jobs import kinds


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test registers its own; the product's do not run beside them."""
    monkeypatch.setattr(kinds, "_KINDS", {})
