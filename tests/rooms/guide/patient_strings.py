"""Every string that a patient or their escort may read, found in templates and code without any system tool."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[3] / "src" / "dripstand"

TEMPLATES = (
    "me.html",
    "people/link_door.html",
    "people/link_shut.html",
    "people/link_done.html",
    "people/goodbye.html",
    "people/own_sign_in.html",
    "people/own_account.html",
    "people/own_home.html",
    "people/own_password.html",
    "guide/guide.html",
    "guide/guide_page.html",
    "guide/closed.html",
    "guide/nothing_asked.html",
    "guide/crisis.html",
    "guide/question.html",
    "guide/escort.html",
    "calm/journal.html",
    "calm/screen.html",
    "course/appointment.html",
    "people/me_sent_before.html",
    "errors/patients.html",
)
MODULES = (
    "guide/views/reading.py",
    "guide/views/asking.py",
    "guide/views/next_day.py",
    "guide/views/follow_up.py",
    "guide/views/escort.py",
    "calm/views/journal.py",
    "people/views/own.py",
    "people/passwords.py",
)
FUNCTIONS = {
    "guide/queries/fitting.py": ("values_for", "sentences", "_clock"),
    "premises/telephones.py": ("numbers_for",),
    "outcomes/services.py": ("_refuse_wrong", "_refuse_correction", "finish"),
    "guide/services.py": (
        "NotNow",
        "_refuse_others",
        "_words",
        "tell_anxiety",
        "tell_wishes",
        "tell_next_day",
        "answer_as_escort",
    ),
    "guide/next_day_messages.py": ("_send",),
    "guide/follow_up_messages.py": ("_send",),
    "guide/escort_messages.py": ("_why",),
    "calm/services.py": ("write",),
    "people/checks.py": ("username_words",),
    "people/links/accounts.py": ("_own_link", "set_own_password", "change_own_password"),
    "calm/views/screen.py": ("_words",),
    "people/links/verbs.py": ("message_of",),
    "people/links/words.py": ("REFUSED_WORDS",),
}


def _in_template(name: str) -> Iterator[str]:
    from django.template.loader import get_template
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    def walk(nodes: Any) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, TranslateNode):
                yield str(node.filter_expression.var.literal or node.filter_expression.var)
            elif isinstance(node, BlockTranslateNode):
                yield node.render_token_list(node.singular)[0]
                if node.plural:
                    yield node.render_token_list(node.plural)[0]
            for attribute in getattr(node, "child_nodelists", ()):
                yield from walk(getattr(node, attribute, None) or ())

    yield from walk(get_template(name).template.nodelist)  # type: ignore[attr-defined]


def _in_sources() -> Iterator[str]:
    """What the sources of the shipped pages say in words, beside names, journals and years."""
    from dripstand.guide.pages import SOURCES

    yield from (one for each in SOURCES.values() for one in each if re.search(r"[a-z]{3,} [a-z]{2,}", one))


def _in_code(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "lazy")
        if called and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            yield ast.literal_eval(node.args[0])


def patient_strings() -> frozenset[str]:
    """All of them, as they stand in the source."""
    found: set[str] = set()
    for name in TEMPLATES:
        found.update(_in_template(name))
    found.update(_in_sources())
    for name in MODULES:
        found.update(_in_code(ast.parse((SOURCE / name).read_text(encoding="utf-8"))))
    for name, wanted in FUNCTIONS.items():
        tree = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
        for node in tree.body:
            own = getattr(node, "name", "")
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                own = node.target.id
            if own in wanted:
                found.update(_in_code(node))
    return frozenset(found)
