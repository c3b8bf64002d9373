"""Forms of outcomes: they read what was typed; the rules are the services'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dripstand.outcomes.checkpoints import Decision
from dripstand.outcomes.disposition import Outcome
from dripstand.outcomes.filled import TOTAL, Filled
from dripstand.outcomes.instruments.instrument import Instrument, Item, Wording, choice_words
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.scoring import highest_entered_score
from dripstand.outcomes.suicidality import Place
from dripstand.outcomes.words import DECISION_WORDS, OCCASION_WORDS, OUTCOME_WORDS, PLACE_WORDS
from dripstand.people.forms import PlainForm, password, text
from dripstand.premises.queries import clinic_zone


def long_text(label: Any, *, most: int, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class DecisionForm(PlainForm):
    """What follows at a checkpoint."""

    after_infusion = forms.IntegerField(widget=forms.HiddenInput)
    series_number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(each.value, DECISION_WORDS[each]) for each in Decision],
        widget=forms.RadioSelect,
    )
    reason = text(_("Why"), most=500)
    own_password = password(_("Your password"))


class DispositionForm(PlainForm):
    """How an escalation is closed."""

    finding = long_text(_("What was found"), most=2000, help_text=_("Thoughts, plan, intent, means, who is with them."))
    outcome = forms.ChoiceField(
        label=_("What follows"),
        choices=[(each.value, OUTCOME_WORDS[each]) for each in Outcome],
        widget=forms.RadioSelect,
    )
    spoke_with_patient = forms.BooleanField(label=_("I have spoken with the patient"), required=False)
    own_password = password(_("Your password"))


class RatingForm(PlainForm):
    """The rater's signature. seen_sha256: of the answers that the screen showed."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    own_password = password(_("Your password"))


class BeginForm(PlainForm):
    """Begin a questionnaire outside the schedule.

    infusions: of the course, id to words; one may be named, and has to be for what was asked while the drug acted.
    """

    instrument_id = forms.ChoiceField(label=_("Scale"))
    occasion = forms.ChoiceField(
        label=_("Occasion"),
        choices=[
            ("", _("choose")),  # none by itself: a form would count for what nobody meant
            *(
                (each.value, OCCASION_WORDS[each])
                for each in Occasion
                if each is not Occasion.BEFORE_LEAVING  # begun from the visit's own page
            ),
        ],
    )
    infusion_id = forms.ChoiceField(label=_("Of which infusion"), required=False)
    place = forms.ChoiceField(
        label=_("Where the patient is"),
        choices=[(Place.CLINIC.value, PLACE_WORDS[Place.CLINIC]), (Place.HOME.value, _("at home, by telephone"))],
        required=False,
    )

    def __init__(
        self, *args: Any, instruments: Mapping[str, str], infusions: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        of_infusion = self.fields["infusion_id"]
        assert isinstance(of_infusion, forms.ChoiceField)
        of_infusion.choices = [("", _("of none"))] + list((infusions or {}).items())
        field = self.fields["instrument_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(instruments.items())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("occasion") == Occasion.DURING_INFUSION and not given.get("infusion_id"):
            self.add_error("infusion_id", _("Say during which infusion."))
        if given.get("occasion") == Occasion.DURING_INFUSION and given.get("place") == Place.HOME:
            self.add_error("place", _("Nobody is at home during an infusion."))
        return given


class SkipForm(PlainForm):
    reason = text(_("Why it is left out"), most=300)


class CorrectForm(PlainForm):
    reason = text(_("Why a finished form is corrected"), most=300)


class CrisisForm(PlainForm):
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("de", "Deutsch"), ("es", "Español")])
    text = long_text(
        _("Text"),
        most=600,
        help_text=_(
            "Whom to call, day and night, in one or two sentences. {phone} and {emergency} stand for the clinic's "
            "telephone and the emergency number."
        ),
    )


class WordingForm(PlainForm):
    text = forms.CharField(
        label=_("The file's text"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("JSON with the keys of docs/reference/instruments.md. Everything that is wrong is said at once."),
    )


class ClinicTime(forms.DateTimeField):
    """A day and time by the clock of the clinic's wall."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "autocomplete": "off"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(clinic_zone()):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        with timezone.override(clinic_zone()):
            return super().to_python(value)


NOT_ANSWERED = ""


class AnswersForm(PlainForm):
    """A whole questionnaire as staff enter it: each item with its words where they may be carried, and the total.

    stated_intent: somebody heard an intent. Items that stay open are kept as open. filled_at: when the paper that is
    typed in was filled; nothing where it is answered now.
    """

    filled_at = ClinicTime(
        label=_("Filled in on"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("A day and time.")},
        help_text=_("For a paper: when it was filled in. Left empty: now."),
    )

    stated_intent = forms.BooleanField(
        label=_("The patient stated an intent, aloud or in the margin"),
        required=False,
        help_text=_("Ticked, either button finishes the form and pages the on-call at once."),
    )

    def __init__(self, *args: Any, kind: Instrument, form: Filled, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        wording = kind.wordings.get(form.language) or kind.wordings.get("en")
        given = form.newest_values
        papers = [each.answered_at for each in form.given if each.answered_at < each.recorded_at]
        self.initial.setdefault("filled_at", max(papers, default=None))
        for item in kind.items:
            self.fields[f"item-{item.name}"] = self._item(item, wording, given.get(item.name))
        if kind.has_total:
            self.fields[f"item-{TOTAL}"] = forms.IntegerField(
                label=_("Sum of the items") if kind.total_is_mean else _("Total"),
                required=False,
                min_value=0,
                max_value=highest_entered_score(kind),
                initial=given.get(TOTAL),
                help_text=_("Read from a paper. It has to fit the items and counts where some are open."),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @staticmethod
    def _item(item: Item, wording: Wording | None, value: int | None) -> forms.ChoiceField:
        choices = wording.choices_of(item.name) if wording else {}
        shown = [
            (str(number), choice_words(number, choices.get(number, "")))
            for number in range(item.lowest_score, item.highest_score + 1)
        ]
        label = wording.items[item.name] if wording else _("Item %(name)s") % {"name": item.name}
        return forms.ChoiceField(
            label=f"{item.name}. {label}" if wording and item.name.isdigit() else label,
            choices=[*shown, (NOT_ANSWERED, _("open"))],
            required=False,
            initial=NOT_ANSWERED if value is None else str(value),
            widget=forms.RadioSelect,
        )

    def answered(self) -> dict[str, int | None]:
        """What was typed, by item; None where it is open."""
        found: dict[str, int | None] = {}
        for name, value in self.cleaned_data.items():
            if name.startswith("item-"):
                found[name.removeprefix("item-")] = None if value in (NOT_ANSWERED, None) else int(value)
        return found

    def rows(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("item-") and name != f"item-{TOTAL}"]

    def total(self) -> forms.BoundField | None:
        return self[f"item-{TOTAL}"] if f"item-{TOTAL}" in self.fields else None
