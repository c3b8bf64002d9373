"""No sign-in remembers a "current patient": two tabs of one person would share it (H02)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dripstand"
MAY_BE_KEPT = {"SIGNED_IN_AT", "LOCKED_AT", "PIN", "WRONG_PINS"}
"""What a sign-in may remember, by the name of its key: when it began, and how its screen is locked and unlocked."""

STORES = {"update", "setdefault", "__setitem__", "aset", "aupdate", "asetdefault"}


def _kept(code: ast.AST) -> Iterator[str]:
    """The key of everything that a piece of code keeps in a sign-in."""
    for node in ast.walk(code):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_session(node.value):
            yield ast.unparse(node.slice)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in STORES
            and _is_session(node.func.value)
        ):
            yield ast.unparse(node.args[0]) if node.args else "everything"


def _is_session(node: ast.AST) -> bool:
    """`session` or `request.session`, but not a session of an infusion, which nobody stores into by key."""
    return (isinstance(node, ast.Name) and node.id == "session") or (
        isinstance(node, ast.Attribute) and node.attr == "session"
    )


@pytest.mark.hazard("H02")
def test_no_code_keeps_a_patient_in_the_sign_in() -> None:
    found = {
        (str(path.relative_to(SOURCE)), key)
        for path in SOURCE.rglob("*.py")
        for key in _kept(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {(path, key) for path, key in found if key not in MAY_BE_KEPT} == set()


def test_the_search_sees_what_it_looks_for() -> None:
    code = "request.session['patient_id'] = 1\nsession.update(patient=2)\nsession.aset('patient', 3)"
    assert sorted(_kept(ast.parse(code))) == ["'patient'", "'patient_id'", "everything"]
