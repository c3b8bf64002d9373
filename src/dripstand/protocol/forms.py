"""Forms about the protocol: one field for each number, and the signatures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from dripstand.people.forms import PlainForm, password, text
from dripstand.protocol.choices import QUESTIONS, Answer
from dripstand.protocol.numbers import TemplateNumber
from dripstand.protocol.template import Choices


class NumbersForm(PlainForm):
    """The numbers of one group. Field names are the dotted names of the numbers."""

    reason = text(lazy("Why"), most=300, help_text=lazy("Stands beside each changed number as its source."))

    def __init__(self, *args: Any, numbers: list[TemplateNumber], words: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in numbers:
            unit = f", {number.unit}" if number.unit else ""
            self.fields[number.name] = forms.DecimalField(
                label=f"{words[number.name]}{unit}",
                initial=number.value,
                max_digits=9,
                decimal_places=3,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                error_messages={"invalid": lazy("A number."), "required": lazy("This is needed.")},
            )
        self.names = [number.name for number in numbers]

    def changes(self) -> dict[str, Decimal]:
        return {name: self.cleaned_data[name] for name in self.names}


class ChoicesForm(PlainForm):
    """One answer to each question on which sources disagree."""

    reason = text(lazy("Why"), most=300, help_text=lazy("Stands beside each changed choice as its source."))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in QUESTIONS:
            self.fields[one.name] = forms.ChoiceField(
                label=str(one.words),
                choices=[(key.value, answer.words) for key, answer in one.answers.items()],
                initial=getattr(choices, one.name).value,
                widget=forms.RadioSelect,
                error_messages={"required": lazy("This is needed."), "invalid_choice": lazy("One of these.")},
            )

    def rows(self) -> list[tuple[forms.BoundField, list[tuple[Any, Answer]]]]:
        """Each question with its radio buttons, and what stands behind each answer."""
        return [(self[one.name], list(zip(self[one.name], one.answers.values(), strict=True))) for one in QUESTIONS]

    def changes(self) -> dict[str, str]:
        return {one.name: self.cleaned_data[one.name] for one in QUESTIONS}


class PatternForm(PlainForm):
    """The days of one course pattern."""

    days = text(
        lazy("Days from the first infusion"),
        most=200,
        help_text=lazy("The first is 0, then each later one: 0, 3, 7, 10, 14, 17."),
    )
    reason = text(lazy("Why"), most=300, help_text=lazy("Stands beside the pattern as its source."))

    def clean_days(self) -> tuple[int, ...]:
        parts = [part.strip() for part in self.cleaned_data["days"].replace(";", ",").split(",")]
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise forms.ValidationError(lazy("Whole numbers with commas between them."))
        return tuple(int(part) for part in parts)


class SignForm(PlainForm):
    """One's own signature: the sign-in that is open and the password again. seen_sha256: of the page that was read."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label=lazy("I have read these numbers and confirm them for this clinic"))
    own_password = password(lazy("Your password"))
    reason_alone = text(
        lazy("Signing alone: why"),
        most=500,
        required=False,
        help_text=lazy("Only where there is no second clinician; the medical lead states the reason."),
    )


class CoSignForm(PlainForm):
    """A second person's signature at the same screen, under their own name and password."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    username = text(lazy("Sign-in name of the second clinician"), most=80, autocomplete="off")
    password = forms.CharField(
        label=lazy("Their password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    read = forms.BooleanField(label=lazy("I have read these numbers and confirm them for this clinic"))
