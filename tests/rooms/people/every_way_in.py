"""Every address and every service of the product, with what each declares. Shared by the tests and the written matrix.

`python -m tests.rooms.people.every_way_in` writes docs/reference/roles.md anew.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "roles.md"

_AN_ID = "00000000-0000-4000-8000-00000000abcd"
_EXAMPLE_OF = {"UUIDConverter": _AN_ID, "IntConverter": 1, "SlugConverter": "dose", "StringConverter": "example"}


@dataclass(frozen=True)
class Address:
    """One address: its pattern, an example of it, and the view behind it."""

    pattern: str
    example: str
    view: Callable[..., Any]

    @property
    def declaration(self) -> Any:
        return getattr(self.view, "declaration", None)


def every_address() -> tuple[Address, ...]:
    """Everything that the resolver knows."""
    from django.urls import URLPattern, get_resolver

    def walk(patterns: Any, before: str, example: str) -> Iterator[Address]:
        for one in patterns:
            route = str(one.pattern)
            filled = route
            for name, converter in one.pattern.converters.items():
                kind = type(converter).__name__
                value = str(_EXAMPLE_OF[kind])
                for written in (f"<{kind.removesuffix('Converter').lower()}:{name}>", f"<str:{name}>", f"<{name}>"):
                    filled = filled.replace(written.replace("string:", "str:"), value)
            if isinstance(one, URLPattern):
                yield Address(f"/{before}{route}", f"/{example}{filled}", one.callback)
            else:
                yield from walk(one.url_patterns, before + route, example + filled)

    return tuple(walk(get_resolver().url_patterns, "", ""))


def every_service() -> dict[str, Callable[..., Any]]:
    """Every public function of every installed room's services, by the name under which it is called."""
    from django.apps import apps

    found: dict[str, Callable[..., Any]] = {}
    for room in apps.get_app_configs():
        module = f"{room.name}.services"
        if not room.name.startswith("dripstand.") or importlib.util.find_spec(module) is None:
            continue
        services = importlib.import_module(module)
        named = set(getattr(services, "__all__", ()))
        for name, function in inspect.getmembers(services, inspect.isfunction):
            own = function.__module__ == module
            if not name.startswith("_") and (own or name in named):
                found[f"{module.removeprefix('dripstand.')}.{name}"] = function
    return found


def _row(first: str, declaration: Any) -> str:
    from dripstand.people.actors import Role

    if getattr(declaration, "purpose", None):
        cells = [f"whoever came by a link: {declaration.purpose.value}"] + [""] * (len(Role) - 1)
    elif declaration.public:
        cells = ["everybody"] + [""] * (len(Role) - 1)
    elif declaration.reason:
        cells = [declaration.reason] + [""] * (len(Role) - 1)
    else:
        cells = ["yes" if declaration.anyone or role in declaration.roles else "" for role in Role]
    return f"| {first} | {' | '.join(cells)} |"


def matrix() -> str:
    """docs/reference/roles.md as it should be."""
    from dripstand.people.actors import Competency, Role
    from dripstand.people.words import COMPETENCY_WORDS, ROLE_HELP, ROLE_WORDS

    head = f"| | {' | '.join(str(ROLE_WORDS[role]) for role in Role)} |\n|---|{'---|' * len(Role)}"
    addresses = sorted(
        {(one.pattern, one.declaration.name): one for one in every_address() if one.declaration}.values(),
        key=lambda one: one.pattern,
    )
    services = {name: one.declaration for name, one in every_service().items() if hasattr(one, "declaration")}
    lines = [
        "# Who may do what",
        "",
        "Written from the declarations beside each view and service (`people/access.py`) by",
        "`python -m tests.rooms.people.every_way_in`; a test compares this page with them, calls every address and",
        "every service as every role that is not named, and expects to be refused. A page that is not for a role",
        "answers with who it is for. One person may hold several roles; the wall is a screen and holds no other.",
        "",
        "## Roles",
        "",
        *(f"- **{ROLE_WORDS[role]}**: {ROLE_HELP[role]}" for role in Role),
        "",
        "## Competencies",
        "",
        "Set for each person by the medical lead or an administrator; never assumed from a role. Which entry of the",
        "chart needs which of them is the table of `infusion/permissions.py`.",
        "",
        *(f"- {COMPETENCY_WORDS[one]}" for one in Competency),
        "",
        "## Addresses",
        "",
        "Whoever came by a link: a patient, or who takes them home, by a link of that purpose; no member of staff.",
        "Everybody: without a sign-in. A page may show more to one role than to another; what changes anything is one",
        "of the services below.",
        "",
        head,
        *(_row(f"`{one.pattern}`", one.declaration) for one in addresses),
        "",
        "## Services",
        "",
        "Where a row holds a sentence, no person calls the service directly, or a table of its own decides.",
        "",
        head,
        *(_row(f"`{name}`", declaration) for name, declaration in sorted(services.items())),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    import tempfile

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dripstand.server.settings")
    os.environ.setdefault("DRIPSTAND_SECRET_KEY", "only for reading declarations, nothing is signed with it ever")
    os.environ.setdefault("DRIPSTAND_DATA", tempfile.mkdtemp())
    import django

    django.setup()
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(matrix(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
