"""Filters that say roles, competencies and changes in words."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from dripstand.people import pages
from dripstand.people.actors import Actor, Competency, Role
from dripstand.people.models import Sex
from dripstand.people.queries import StaffChangeDetails
from dripstand.people.words import COMPETENCY_WORDS, ROLE_WORDS

register = template.Library()


@register.filter
def roles(held: Iterable[Role]) -> str:
    """The roles with commas, in the order of their definition."""
    return ", ".join(str(ROLE_WORDS[role]) for role in Role if role in held)


@register.filter
def competencies(held: Iterable[Competency]) -> list[str]:
    """What somebody is able to do, in the order of the definition."""
    return [str(COMPETENCY_WORDS[one]) for one in Competency if one in held]


@register.filter
def is_a(actor: Actor, role: str) -> bool:
    return actor.is_a(Role(role))


@register.filter
def opens_for(href: str, actor: Actor | None) -> bool:
    """Whether a link is worth showing to this person (people/pages.py)."""
    return pages.opens_for(href, actor)


@register.filter
def sex(code: str) -> str:
    return str(Sex(code).label)


def _listed(values: object) -> str:
    words = {**{role.value: text for role, text in ROLE_WORDS.items()}}
    words |= {one.value: text for one, text in COMPETENCY_WORDS.items()}
    named = [str(words.get(value, value)) for value in values] if isinstance(values, list) else []
    return ", ".join(named) or _("none")


@register.filter
def change(one: StaffChangeDetails) -> str:
    """One change to a member of staff in a sentence."""
    if one.what == "roles":
        return _("Roles: %(before)s, now %(after)s.") % {"before": _listed(one.before), "after": _listed(one.after)}
    if one.what == "competencies":
        return _("Competencies: %(before)s, now %(after)s.") % {
            "before": _listed(one.before),
            "after": _listed(one.after),
        }
    if one.what == "active":
        return _("May sign in again.") if one.after else _("Access ended.")
    if one.what == "password":
        return _("New password.")
    return _("Added to the staff.")
