"""Forms of the guide's staff side: they read what was typed; the rules are the services'."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from dripstand.people.forms import PlainForm, text


class EscortForm(PlainForm):
    """Who takes the patient home, and how their link reaches them; as the form of every other link."""

    name = text(lazy("Name"), most=120)
    relation = text(lazy("Relation"), most=60, required=False)
    phone = text(lazy("Telephone"), most=40, required=False)
    language = forms.ChoiceField(
        label=lazy("Language"), choices=[("en", "English"), ("de", "Deutsch"), ("es", "Español")], initial="en"
    )
    email = forms.EmailField(
        label=lazy("E-mail address"),
        max_length=200,
        required=False,
        help_text=lazy("Empty: the code is shown here, to be photographed or printed."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    may_name_treatment = forms.BooleanField(
        label=lazy("The e-mail may name this clinic, which says what it treats: the patient has agreed"), required=False
    )
