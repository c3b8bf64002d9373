"""How roles and competencies are called on screens."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.people.actors import Competency, Role

ROLE_WORDS: dict[Role, str | Promise] = {
    Role.FRONT_DESK: gettext_lazy("front desk"),
    Role.NURSE: gettext_lazy("nurse"),
    Role.PRESCRIBER: gettext_lazy("prescriber"),
    Role.MEDICAL_LEAD: gettext_lazy("medical lead"),
    Role.ADMINISTRATOR: gettext_lazy("administrator"),
    Role.ON_CALL: gettext_lazy("on-call"),
    Role.WALL: gettext_lazy("wall"),
}

ROLE_HELP: dict[Role, str | Promise] = {
    Role.FRONT_DESK: gettext_lazy("Registers patients and sees who is expected."),
    Role.NURSE: gettext_lazy("Prepares, observes and charts infusions."),
    Role.PRESCRIBER: gettext_lazy("Orders, amends and overrides, and signs."),
    Role.MEDICAL_LEAD: gettext_lazy("Signs the protocol and sets competencies."),
    Role.ADMINISTRATOR: gettext_lazy("Adds staff, rooms, chairs and devices."),
    Role.ON_CALL: gettext_lazy("Reads charts from elsewhere when asked for advice."),
    Role.WALL: gettext_lazy("A screen on a wall: the board without surnames and clinical words."),
}

COMPETENCY_WORDS: dict[Competency, str | Promise] = {
    Competency.PREPARE_BAG: gettext_lazy("prepare the bag"),
    Competency.SECOND_CHECK: gettext_lazy("check a bag as the second person"),
    Competency.PLACE_LINE: gettext_lazy("place and remove the line"),
    Competency.START_INFUSION: gettext_lazy("start an infusion"),
    Competency.RAISE_RATE: gettext_lazy("raise the rate"),
    Competency.GIVE_FLUSH: gettext_lazy("give a flush"),
    Competency.TAKE_TELEPHONE_ORDER: gettext_lazy("take a telephone order"),
    Competency.GIVE_MEDICINE: gettext_lazy("give other medicines"),
    Competency.OBSERVE: gettext_lazy("observe an infusing chair"),
}


def role_names(roles: Iterable[Role]) -> str:
    """The roles in the order of their definition, as "nurse, prescriber or medical lead"."""
    asked = set(roles)
    return get_text_list([str(ROLE_WORDS[role]) for role in Role if role in asked], _("or"))
