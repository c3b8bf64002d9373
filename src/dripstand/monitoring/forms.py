"""Forms about devices: they read what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from dripstand.monitoring.models import DeviceKind
from dripstand.people.forms import PlainForm, text


class RegisterForm(PlainForm):
    """A new device, as its label and its messages name it."""

    label = text(lazy("Label on the device"), most=80)
    identity = text(
        lazy("Identity in its messages"),
        most=120,
        help_text=lazy("A serial number or EUI-64. Devices that send already are listed above."),
    )
    kind = forms.ChoiceField(label=lazy("Kind"), choices=DeviceKind.choices)
    zone = text(
        lazy("Time zone of its clock"),
        most=60,
        required=False,
        help_text=lazy("Only where its times carry none, such as America/Chicago."),
    )
    home_chair_id = forms.ChoiceField(label=lazy("Fixed to a chair"), required=False)

    def __init__(self, *args: Any, chairs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["home_chair_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", lazy("No: it is on wheels")), *chairs]


class BindForm(PlainForm):
    """To which chair; and whether the monitor that is there makes room."""

    chair_id = forms.UUIDField(label=lazy("Chair"))
    in_place = forms.BooleanField(required=False)
