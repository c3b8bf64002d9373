"""Forms about the premises and the first-run set-up."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as lazy

from dripstand.people.forms import PASSWORD_HELP, PlainForm, password, text
from dripstand.premises.models import EscortIdentity, FirstSound
from dripstand.premises.services import NewPerson, NewRoom, Reached

ROOMS_COUNT = 4  # the rest are added on the rooms page


@cache
def _zones() -> list[tuple[str, str]]:
    """Read once: the names of all zones are looked for on the disk, file by file."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def zone_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=lazy("Time zone"), choices=_zones, help_text=lazy("All screens show its times."))


class ClinicForm(PlainForm):
    clinic_name = text(lazy("Name of the clinic"), most=120, autocomplete="organization")
    zone = zone_field()
    phone = text(
        lazy("Telephone for patients"),
        most=40,
        required=False,
        help_text=lazy("On their pages, as the number to call at any hour: one that is answered day and night."),
    )
    patient_emergency_phone = text(
        lazy("Emergency number for patients"),
        most=40,
        required=False,
        help_text=lazy("What they dial in danger, from their own telephone, such as 911 or 112."),
    )
    emergency_phone = text(
        lazy("What the staff dial for help"),
        most=40,
        required=False,
        help_text=lazy("From a telephone of the clinic; it stands on the sheets for a failure of the power."),
    )
    door_name = text(
        lazy("Name on doors and messages"),
        most=60,
        required=False,
        help_text=lazy("Before anybody has said who they are. It must not say what is treated; empty says nothing."),
    )
    first_sound = forms.ChoiceField(
        label=lazy("A patient's tablet plays first"),
        choices=FirstSound.choices,
        required=False,
        help_text=lazy("Unless the patient wished for something else. The nurse changes it at the chair."),
    )

    escort_identity = forms.ChoiceField(
        label=lazy("Asked of whoever takes a patient home"),
        choices=EscortIdentity.choices,
        initial=EscortIdentity.SEEN.value,
        required=False,
        help_text=lazy("At the door. The hand-over is not charted without it."),
    )

    def reached(self) -> Reached:
        given = self.cleaned_data
        return Reached(
            phone=given["phone"],
            patient_emergency_phone=given["patient_emergency_phone"],
            emergency_phone=given["emergency_phone"],
            door_name=given["door_name"],
            first_sound=given["first_sound"] or FirstSound.RAIN.value,
            escort_identity=given["escort_identity"] or EscortIdentity.SEEN.value,
        )


class SetUpForm(ClinicForm):
    """Everything that an empty installation needs. lead_is_administrator: one person is both."""

    code = text(lazy("One-time code"), most=40, help_text=lazy("Printed where `dripstand serve` runs."))
    administrator_full_name = text(lazy("Name as it is charted"), most=120, autocomplete="name")
    administrator_username = text(lazy("Sign-in name"), most=40, autocomplete="username")
    administrator_password = password(lazy("Password"), new=True, help_text=PASSWORD_HELP)
    lead_is_administrator = forms.BooleanField(label=lazy("The administrator is the medical lead too"), required=False)
    medical_lead_full_name = text(lazy("Name as it is charted"), most=120, required=False)
    medical_lead_username = text(lazy("Sign-in name"), most=40, required=False)
    medical_lead_password = password(lazy("First password"), new=True, help_text=PASSWORD_HELP)
    rooms = forms.CharField(required=False, widget=forms.HiddenInput)  # carries what is wrong with the rooms

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["medical_lead_password"].required = False
        if not self.is_bound:
            self.initial.setdefault("zone", settings.TIME_ZONE)
        for number in range(1, ROOMS_COUNT + 1):
            self.fields[f"room_{number}_name"] = text(lazy("Room"), most=60, required=False)
            self.fields[f"room_{number}_chairs"] = text(
                lazy("Its chairs"), most=300, required=False, help_text=lazy("Names with commas between them.")
            )

    def room_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"room_{number}_name"], self[f"room_{number}_chairs"]) for number in range(1, ROOMS_COUNT + 1)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("lead_is_administrator"):
            for name in ("full_name", "username", "password"):
                if not given.get(f"medical_lead_{name}"):
                    self.add_error(f"medical_lead_{name}", lazy("This is needed, or tick that one person is both."))
        return given

    def new_rooms(self) -> tuple[NewRoom, ...]:
        """The rooms that have a name; more than one chair makes a room a shared one."""
        found: list[NewRoom] = []
        for number in range(1, ROOMS_COUNT + 1):
            name = self.cleaned_data[f"room_{number}_name"]
            chairs = tuple(one.strip() for one in self.cleaned_data[f"room_{number}_chairs"].split(",") if one.strip())
            if name or chairs:
                found.append(NewRoom(name, is_shared=len(chairs) > 1, chair_names=chairs))
        return tuple(found)

    def person(self, which: str) -> NewPerson:
        given = self.cleaned_data
        return NewPerson(given[f"{which}_full_name"], given[f"{which}_username"], given[f"{which}_password"])


class RoomForm(PlainForm):
    room_name = text(lazy("Name of the room"), most=60)
    is_shared = forms.BooleanField(label=lazy("Several chairs: others may hear and see"), required=False)


class ChairForm(PlainForm):
    chair_name = text(lazy("Name of the chair"), most=60)
    room_id = forms.ChoiceField(label=lazy("Room"), choices=())
    is_bed = forms.BooleanField(label=lazy("It is a bed"), required=False)

    def __init__(self, *args: Any, rooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["room_id"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = rooms
