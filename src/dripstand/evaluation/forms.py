"""Forms of the evaluation: they read what was typed; the rules are the services'."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as lazy

from dripstand.evaluation import entries as en
from dripstand.evaluation import workup
from dripstand.evaluation.words import ON_THE_DAY_WORDS, OUTCOME_WORDS, TRIAL_KIND_WORDS, TRIAL_OUTCOME_WORDS
from dripstand.people.forms import PlainForm, password, text


def _number(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        help_text=help_text,
        max_digits=10,
        decimal_places=4,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": lazy("A number.")},
    )


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": lazy("A day as 2026-03-04.")},
    )


def _choice(label: Any, words: Any, *, initial: str | None = None) -> forms.ChoiceField:
    listed = [(one.value, said) for one, said in words.items()]
    return forms.ChoiceField(label=label, choices=listed, widget=forms.RadioSelect, initial=initial)


class MedicineForm(PlainForm):
    """One medicine. medicine_id makes a form sent twice count once."""

    medicine_id = forms.UUIDField(widget=forms.HiddenInput)
    name = text(lazy("Medicine"), most=120, help_text=lazy("The generic name where you know it."))
    dose_mg_per_day = _number(
        lazy("Dose in a day, mg"), help_text=lazy("The most in a day, also as needed. Empty where it is not known.")
    )
    as_needed = forms.BooleanField(label=lazy("As needed"), required=False)
    since_on = _day(lazy("Taken since"))
    on_the_day = _choice(lazy("On the day of an infusion"), ON_THE_DAY_WORDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["list"] = "listed-medicines"

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["medicine_id"] = str(given["medicine_id"])
        given["on_the_day"] = en.OnTheDay(given["on_the_day"])
        return given

    @classmethod
    def empty(cls) -> MedicineForm:
        return cls(initial={"medicine_id": uuid.uuid4()})


class TrialForm(PlainForm):
    trial_id = forms.UUIDField(widget=forms.HiddenInput)
    trial_kind = _choice(lazy("Kind"), TRIAL_KIND_WORDS)
    name = text(
        lazy("What"), most=120, help_text=lazy("The medicine, or what was done; of ECT also whether bilateral.")
    )
    dose_mg_per_day = _number(lazy("Highest dose in a day, mg"), help_text=lazy("Empty where it is not known."))
    lasted_weeks = _number(lazy("Weeks at that dose"), help_text=lazy("Empty where it is not known."))
    outcome = _choice(lazy("What came of it"), TRIAL_OUTCOME_WORDS)
    in_this_episode = forms.BooleanField(label=lazy("In this episode"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["list"] = "listed-medicines"

    def trial(self) -> en.TrialRecorded:
        given = self.cleaned_data
        return en.TrialRecorded(
            trial_id=str(given["trial_id"]),
            trial_kind=en.TrialKind(given["trial_kind"]),
            name=given["name"],
            outcome=en.TrialOutcome(given["outcome"]),
            dose_mg_per_day=given["dose_mg_per_day"],
            lasted_weeks=given["lasted_weeks"],
            in_this_episode=given["in_this_episode"],
        )

    @classmethod
    def empty(cls) -> TrialForm:
        return cls(initial={"trial_id": uuid.uuid4()})


class ResultForm(PlainForm):
    """One test's result. Which fields there are follows from the test."""

    result_id = forms.UUIDField(widget=forms.HiddenInput)
    value = forms.CharField(label=lazy("Result"))
    unit = text(lazy("Unit"), most=30)
    low = _number(lazy("Range on the report, from"))
    high = _number(lazy("to"))
    taken_at = forms.DateTimeField(
        label=lazy("Taken"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "autocomplete": "off"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": lazy("A day and time.")},
    )
    note = text(lazy("Note"), most=300, required=False)

    def __init__(self, test: workup.Test, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.test = test
        if test.shape is workup.Shape.FINDING:
            listed = [(one, one.replace("_", " ")) for one in test.findings]
            self.fields["value"] = forms.ChoiceField(label=lazy("Result"), choices=listed, widget=forms.RadioSelect)
        else:
            self.fields["value"].widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        if test.shape is not workup.Shape.RANGE:
            for name in ("low", "high", "unit"):
                del self.fields[name]

    def result(self) -> en.ResultRecorded:
        given = self.cleaned_data
        return en.ResultRecorded(
            result_id=str(given["result_id"]),
            test=self.test.test,
            value=given["value"].strip().replace(",", "."),
            taken_at=given["taken_at"],
            unit=given.get("unit", self.test.unit),
            low=given.get("low"),
            high=given.get("high"),
            note=given.get("note", ""),
        )

    @classmethod
    def empty(cls, test: workup.Test) -> ResultForm:
        return cls(test, initial={"result_id": uuid.uuid4()})


class ReportForm(PlainForm):
    """Several results that were taken at one time, a row for each test. What stays empty was not on the report."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    taken_at = ResultForm.base_fields["taken_at"]

    def __init__(self, tests: Sequence[workup.Test], data: Any = None) -> None:
        super().__init__(data, initial={"submission_id": uuid.uuid4()})
        self.rows = [_row(test, data) for test in tests]

    @property
    def filled(self) -> list[ResultForm]:
        """The rows in which anything was typed besides the unit that stood there."""
        return [row for row in self.rows if row.is_bound]

    def is_valid(self) -> bool:
        """Also that something was entered, and that each row in which anything was typed is whole."""
        whole = super().is_valid()
        rows = [row.is_valid() for row in self.filled]
        if not rows:
            self.add_error(None, lazy("No result was entered."))
        elif not all(rows):
            self.add_error(None, self.IN_A_ROW)
        return whole and bool(rows) and all(rows)

    def results(self) -> list[en.ResultRecorded]:
        return [row.result() for row in self.filled]

    def show(self, words: Mapping[str, str]) -> None:
        """What the service found wrong, at the row and field that it is about."""
        rows = {row.test.test: row for row in self.filled}
        for key, said in words.items():
            test, _, field = key.rpartition(".")
            row = rows.get(test) or (next(iter(rows.values())) if len(rows) == 1 else None)
            if row is None or field not in row.fields or field == "taken_at":
                self.add_error("taken_at" if field == "taken_at" else None, said)
            else:
                row.add_error(field, said)
                self.add_error(None, self.IN_A_ROW)

    IN_A_ROW = lazy("Something is missing or cannot be in a row that is marked.")


_TYPED = ("value", "low", "high")


def _row(test: workup.Test, data: Any) -> ResultForm:
    """One test of a report; bound where anything was typed in it. Its time is the report's, and its id is made anew:
    the report's own makes the whole of it count once."""
    bound = None
    if data is not None and any(data.get(f"{test.test}-{name}", "").strip() for name in _TYPED):
        bound = data.copy()
        bound[f"{test.test}-taken_at"] = data.get("taken_at", "")
        bound[f"{test.test}-result_id"] = str(uuid.uuid4())
    unit = "" if " " in test.unit else test.unit
    row = ResultForm(test, bound, prefix=test.test, initial={"unit": unit})
    del row.fields["note"]
    if test.shape is workup.Shape.FINDING:
        listed = [("", "–"), *((one, one.replace("_", " ")) for one in test.findings)]
        row.fields["value"] = forms.ChoiceField(label=lazy("Result"), choices=listed)
    for name in ("value", "unit", "low", "high"):
        if name in row.fields:
            row.fields[name].widget.attrs["aria-label"] = format_lazy("{}: {}", test.words, row.fields[name].label)
    return row


class ReasonForm(PlainForm):
    reason = text(lazy("Why"), most=500)


class DecisionForm(PlainForm):
    decision_id = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    outcome = _choice(lazy("Decision"), OUTCOME_WORDS)
    valid_for_d = forms.IntegerField(
        label=lazy("It holds for, days"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": lazy("A number of days.")},
    )
    reason = text(lazy("Reason or note"), most=500, required=False, help_text=lazy("Needed unless it is eligible."))
    own_password = password(lazy("Your password"))


class ConsentForm(PlainForm):
    """What the patient ticks and writes, and the password of whoever saw it."""

    consent_id = forms.UUIDField(widget=forms.HiddenInput)
    text_id = forms.UUIDField(widget=forms.HiddenInput)
    agreed = forms.MultipleChoiceField(label=lazy("I agree"), widget=forms.CheckboxSelectMultiple, required=False)
    signed_as = text(lazy("Your full name, as your signature"), most=120)
    own_password = password(lazy("Password of whoever saw it"))

    def __init__(self, statements: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreed = self.fields["agreed"]
        assert isinstance(agreed, forms.MultipleChoiceField)
        agreed.choices = [(str(number), words) for number, words in enumerate(statements)]


class ConsentTextForm(PlainForm):
    title = text(lazy("Title"), most=200)
    body = forms.CharField(
        label=lazy("Text"),
        help_text=lazy("An empty line between paragraphs."),
        widget=forms.Textarea(attrs={"rows": 16, "autocomplete": "off"}),
    )
    statements = forms.CharField(
        label=lazy("Sentences to tick"),
        help_text=lazy("One on each line."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    asks_again = forms.BooleanField(label=lazy("Whoever signed an earlier version is asked again"), required=False)
    own_password = password(lazy("Your password"))
