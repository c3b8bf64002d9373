"""How the side effects of a visit are called on the page of its course."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EFFECT_WORDS: dict[str, str | Promise] = {
    "nausea": _("nausea"),
    "vomiting": _("vomiting"),
    "headache": _("headache"),
    "dizziness": _("dizziness"),
    "blurred_vision": _("blurred vision"),
    "anxiety": _("anxious"),
    "dissociation": _("dissociation"),
    "sedation": _("sedation"),
    "urinary": _("urinary"),
    "craving": _("craving"),
    "chest_pain": _("chest pain"),
    "other": _("other"),
}
GRADE_WORDS: dict[str, str | Promise] = {"mild": _("mild"), "moderate": _("moderate"), "severe": _("severe")}
