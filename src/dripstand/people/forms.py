"""Forms about people: they read what was typed; the rules are the services'."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as lazy

from dripstand.people.actors import Actor, Competency, Role
from dripstand.people.links.purposes import HANDED_OUT, Purpose
from dripstand.people.links.visits import home_of
from dripstand.people.links.words import PURPOSE_WORDS
from dripstand.people.models import Sex
from dripstand.people.on_call import OnCallPerson
from dripstand.people.words import COMPETENCY_WORDS, ROLE_HELP, ROLE_WORDS


class PlainForm(forms.Form):
    """No asterisks and no colons; the browser's own bubbles are off, so that errors are words beside the field."""

    use_required_attribute = False
    label_suffix = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = lazy("This is needed.")


def text(
    label: Any, *, most: int, required: bool = True, help_text: Any = "", autocomplete: str = "off"
) -> forms.CharField:
    """One line."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
    )


def password(label: Any, *, new: bool = False, help_text: Any = "") -> forms.CharField:
    """A password, pasted or typed, exactly as given."""
    return forms.CharField(
        label=label,
        max_length=256,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"}),
    )


PASSWORD_HELP = lazy("12 letters or more; a few words that belong together only for you. No rules beyond that.")


class SignInForm(PlainForm):
    username = text(lazy("Sign-in name"), most=80, autocomplete="username")
    password = password(lazy("Password"))


class PasswordForm(PlainForm):
    old_password = password(lazy("Password until now"))
    new_password = password(lazy("New password"), new=True, help_text=PASSWORD_HELP)


class NewPasswordForm(PlainForm):
    new_password = password(lazy("New password"), new=True, help_text=PASSWORD_HELP)


class RolesForm(PlainForm):
    roles = forms.MultipleChoiceField(
        label=lazy("Roles"),
        choices=[(role.value, ROLE_WORDS[role]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    help_of = {role.value: ROLE_HELP[role] for role in Role}

    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.cleaned_data.get("roles", ()))


class CompetenciesForm(PlainForm):
    competencies = forms.MultipleChoiceField(
        label=lazy("Competencies"),
        choices=[(one.value, COMPETENCY_WORDS[one]) for one in Competency],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def chosen(self) -> frozenset[Competency]:
        return frozenset(Competency(value) for value in self.cleaned_data.get("competencies", ()))


class StaffForm(RolesForm):
    full_name = text(lazy("Name as it is charted"), most=120)
    username = text(lazy("Sign-in name"), most=40, help_text=lazy("Small letters, digits, dots, dashes."))
    password = password(lazy("First password"), new=True, help_text=PASSWORD_HELP)
    field_order = ("full_name", "username", "password", "roles")


class FindForm(PlainForm):
    words = text(
        lazy("Find a patient"),
        most=120,
        required=False,
        help_text=lazy("Name, record number, or birth date as 1984-05-17."),
    )


class PatientForm(PlainForm):
    """What is asked when a patient is registered. patient_id makes a form sent twice register once."""

    patient_id = forms.UUIDField(widget=forms.HiddenInput)
    record_number = text(lazy("Record number"), most=40)
    name = text(lazy("Name"), most=120)
    preferred_name = text(lazy("Called"), most=60, required=False, help_text=lazy("The name to call aloud."))
    birth_date = forms.DateField(
        label=lazy("Birth date"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": lazy("A day as 1984-05-17.")},
    )
    sex = forms.ChoiceField(
        label=lazy("Sex"),
        choices=Sex.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=lazy("As the formulas for ideal weight need it. Not stated: they are refused, never guessed."),
    )
    height_cm = forms.DecimalField(
        label=lazy("Height, cm"),
        required=False,
        max_digits=5,
        decimal_places=1,
        help_text=lazy("Empty where it is not known."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": lazy("A number of centimetres, such as 168.")},
    )
    allergies = forms.CharField(
        label=lazy("Allergies"),
        required=False,
        max_length=4000,
        help_text=lazy("One on each line, with what happened: latex: rash."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    none_known = forms.BooleanField(label=lazy("Asked: no known allergies"), required=False)
    phone = text(lazy("Telephone"), most=40, required=False)
    notes = text(lazy("Note"), most=500, required=False)

    def facts(self) -> dict[str, Any]:
        """What the services take, without the id."""
        given = dict(self.cleaned_data)
        del given["patient_id"]
        given["allergies"] = tuple(given["allergies"].splitlines())
        return given

    @classmethod
    def empty(cls) -> PatientForm:
        return cls(initial={"patient_id": uuid.uuid4()})


class AmendForm(PatientForm):
    seen_version_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = text(lazy("Why it is changed"), most=300, help_text=lazy("What was known before is kept."))


ON_CALL_PLACES_COUNT = 5


class OnCallForm(PlainForm):
    """The on-call list: a person and an e-mail address for each place. A place without a person is left out."""

    def __init__(self, *args: Any, people: Iterable[Actor], order: Sequence[OnCallPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "-"), *((one.staff_id, one.name) for one in people)]
        for number in range(1, ON_CALL_PLACES_COUNT + 1):
            there = order[number - 1] if len(order) >= number else None
            self.fields[f"person_{number}"] = forms.ChoiceField(
                label=lazy("Person"), choices=choices, required=False, initial=there.staff_id if there else ""
            )
            self.fields[f"email_{number}"] = forms.CharField(
                label=lazy("E-mail"),
                max_length=200,
                required=False,
                initial=there.email if there else "",
                widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            )

    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """Each place with its two fields."""
        return [
            (number, self[f"person_{number}"], self[f"email_{number}"]) for number in range(1, ON_CALL_PLACES_COUNT + 1)
        ]

    def order(self) -> tuple[OnCallPerson, ...]:
        given = self.cleaned_data
        return tuple(
            OnCallPerson(given[f"person_{number}"], "", given[f"email_{number}"].strip())
            for number in range(1, ON_CALL_PLACES_COUNT + 1)
            if given[f"person_{number}"]
        )


class LinkForm(PlainForm):
    """A link to hand out: for what this installation has pages for."""

    purpose = forms.ChoiceField(label=lazy("For"), choices=[])
    language = forms.ChoiceField(
        label=lazy("Language"), choices=[("en", "English"), ("de", "Deutsch"), ("es", "Español")], initial="en"
    )
    name = text(lazy("Who takes the patient home"), most=120, required=False, help_text=lazy("Only for their link."))
    email = text(
        lazy("E-mail address"),
        most=200,
        required=False,
        help_text=lazy("Empty: the code is shown here, to be photographed or opened on the clinic's tablet."),
    )
    may_name_treatment = forms.BooleanField(
        label=lazy("The e-mail may name this clinic, which says what it treats: the patient has agreed"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["purpose"])
        field.choices = [(one.value, PURPOSE_WORDS[one]) for one in HANDED_OUT if _has_pages(one)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("purpose") == Purpose.ESCORT and not given.get("name", "").strip():
            self.add_error("name", lazy("Say who takes the patient home: a link of nobody's name names nobody."))
        return given


def _has_pages(purpose: Purpose) -> bool:
    try:
        resolve(home_of(purpose))
    except Resolver404:
        return False
    return True
