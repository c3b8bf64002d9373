"""A template comes into force by signatures, and what was signed stays: in the services and in the database itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from dripstand.people.access import Forbidden
from dripstand.people.actors import Actor
from dripstand.people.errors import Unacceptable
from dripstand.people.models import StaffMember
from dripstand.protocol import queries, services
from dripstand.protocol.canonical import sha256_of, text_of
from dripstand.protocol.defaults import default_template
from dripstand.protocol.differences import differences
from dripstand.protocol.models import TemplateSignature, TemplateVersion
from dripstand.protocol.numbers import numbers, with_numbers
from dripstand.protocol.template import BipolarChoice, Mark
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    signed_template,
    stored,
)

pytestmark = pytest.mark.django_db


def _draft() -> tuple[str, str]:
    template_id = services.draft(stored(MEDICAL_LEAD_ABARA), now=NOW)
    return template_id, queries.version(template_id).body_sha256


def test_a_clinic_that_has_signed_nothing_has_no_protocol_in_force() -> None:
    _draft()
    assert queries.current_template() is None


def test_the_medical_lead_and_a_second_clinician_bring_a_version_into_force() -> None:
    template_id, seen = _draft()
    assert services.sign(stored(MEDICAL_LEAD_ABARA), template_id, seen_sha256=seen, now=NOW) is False
    assert queries.current_template() is None
    assert services.sign(stored(NURSE_REYES), template_id, seen_sha256=seen, now=NOW) is True
    template = queries.current_template()
    assert template is not None
    assert template.template_id == template_id
    assert template.signed_by == ("Dr. S. Abara", "M. Reyes")


def test_the_second_clinician_may_sign_first() -> None:
    template_id, seen = _draft()
    assert services.sign(stored(PRESCRIBER_VANCE), template_id, seen_sha256=seen, now=NOW) is False
    assert services.sign(stored(MEDICAL_LEAD_ABARA), template_id, seen_sha256=seen, now=NOW) is True


def test_nobody_signs_twice() -> None:
    template_id, seen = _draft()
    lead = stored(MEDICAL_LEAD_ABARA)
    services.sign(lead, template_id, seen_sha256=seen, now=NOW)
    with pytest.raises(Unacceptable, match="somebody else"):
        services.sign(lead, template_id, seen_sha256=seen, now=NOW)


def test_two_clinicians_without_the_medical_lead_bring_nothing_into_force() -> None:
    template_id, seen = _draft()
    services.sign(stored(PRESCRIBER_VANCE), template_id, seen_sha256=seen, now=NOW)
    with pytest.raises(Unacceptable, match="medical lead"):
        services.sign(stored(NURSE_REYES), template_id, seen_sha256=seen, now=NOW)
    assert queries.current_template() is None


def test_the_front_desk_cannot_sign() -> None:
    template_id, seen = _draft()
    with pytest.raises(Forbidden):
        services.sign(stored(FRONT_DESK_SORO), template_id, seen_sha256=seen, now=NOW)


def test_the_medical_lead_alone_signs_with_a_stated_reason() -> None:
    template_id, seen = _draft()
    lead = stored(MEDICAL_LEAD_ABARA)
    with pytest.raises(Unacceptable, match="why"):
        services.sign(lead, template_id, seen_sha256=seen, now=NOW, reason_alone="ok")
    assert services.sign(
        lead, template_id, seen_sha256=seen, now=NOW, reason_alone="The only clinician of this practice."
    )


@pytest.mark.hazard("H53")
@pytest.mark.parametrize("second", [NURSE_REYES, PRESCRIBER_VANCE])
def test_nobody_signs_alone_where_a_second_clinician_works(second: Actor) -> None:
    template_id, seen = _draft()
    lead, other = stored(MEDICAL_LEAD_ABARA), stored(second)
    stored(FRONT_DESK_SORO)
    facts = {"seen_sha256": seen, "now": NOW, "reason_alone": "I am in a hurry and they are busy."}
    with pytest.raises(Unacceptable, match=other.name):
        services.sign(lead, template_id, **facts)
    assert queries.current_template() is None
    StaffMember.objects.filter(pk=other.staff_id).update(is_active=False)
    assert services.sign(lead, template_id, **facts) is True, "they have left; the front desk is no clinician"


def test_a_prescriber_cannot_sign_alone_whatever_the_reason() -> None:
    template_id, seen = _draft()
    with pytest.raises(Unacceptable, match="Only the medical lead"):
        services.sign(
            stored(PRESCRIBER_VANCE), template_id, seen_sha256=seen, now=NOW, reason_alone="The lead is on leave."
        )


@pytest.mark.hazard("H53")
def test_a_number_outside_its_usual_range_needs_the_second_signature() -> None:
    template_id, _ = _draft()
    lead = stored(MEDICAL_LEAD_ABARA)
    services.change_numbers(
        lead,
        template_id,
        changes={"dose.refuse_mg_per_kg": Decimal("2.0")},
        reason="Our pain service gives more.",
        now=NOW,
    )
    seen = queries.version(template_id).body_sha256
    with pytest.raises(Unacceptable, match="second clinician"):
        services.sign(lead, template_id, seen_sha256=seen, now=NOW, reason_alone="The only clinician here today.")
    assert services.sign(lead, template_id, seen_sha256=seen, now=NOW) is False
    assert services.sign(stored(NURSE_REYES), template_id, seen_sha256=seen, now=NOW) is True


@pytest.mark.hazard("H53")
def test_a_number_past_its_absolute_bound_is_refused_and_nothing_is_changed() -> None:
    template_id, seen = _draft()
    with pytest.raises(Unacceptable) as refused:
        services.change_numbers(
            stored(MEDICAL_LEAD_ABARA),
            template_id,
            changes={"dose.refuse_mg_per_kg": Decimal("20"), "bag.use_by_h": Decimal("12")},
            reason="Two numbers at once, one of them wrong.",
            now=NOW,
        )
    assert set(refused.value.words) == {"dose.refuse_mg_per_kg"}
    assert queries.version(template_id).body_sha256 == seen


def test_half_a_chair_is_refused() -> None:
    template_id, _ = _draft()
    with pytest.raises(Unacceptable, match="whole"):
        services.change_numbers(
            stored(MEDICAL_LEAD_ABARA),
            template_id,
            changes={"staffing.most_infusing_chairs_per_observer_count": Decimal("1.5")},
            reason="One and a half chairs a nurse.",
            now=NOW,
        )


def test_a_changed_number_carries_the_clinics_reason_as_its_source() -> None:
    template_id, _ = _draft()
    services.change_numbers(
        stored(PRESCRIBER_VANCE),
        template_id,
        changes={"minimum_observation_min": Decimal("90")},
        reason="The bus goes every ninety minutes.",
        now=NOW,
    )
    template = queries.template(template_id)
    source = template.sources["minimum_observation_min"]
    assert template.minimum_observation_min == 90
    assert source.mark is Mark.CLINIC
    assert "bus goes" in source.text and "Dr. T. Vance" in source.text
    assert template.sources["dose.refuse_mg_per_kg"].mark is Mark.UNVERIFIED, "the others keep theirs"


def test_a_draft_that_moved_under_the_reader_is_not_signed() -> None:
    template_id, seen = _draft()
    services.change_numbers(
        stored(PRESCRIBER_VANCE),
        template_id,
        changes={"minimum_observation_min": Decimal("90")},
        reason="The bus goes every ninety minutes.",
        now=NOW,
    )
    with pytest.raises(Unacceptable, match="changed since"):
        services.sign(stored(MEDICAL_LEAD_ABARA), template_id, seen_sha256=seen, now=NOW)


def test_a_draft_with_a_signature_is_no_longer_changed() -> None:
    template_id, seen = _draft()
    services.sign(stored(MEDICAL_LEAD_ABARA), template_id, seen_sha256=seen, now=NOW)
    with pytest.raises(Unacceptable, match="signed"):
        services.change_numbers(
            stored(MEDICAL_LEAD_ABARA),
            template_id,
            changes={"minimum_observation_min": Decimal("90")},
            reason="The bus goes every ninety minutes.",
            now=NOW,
        )


@pytest.mark.hazard("H51")
def test_a_new_version_leaves_the_one_that_a_session_names_as_it_was() -> None:
    first = signed_template()
    before = queries.template(first)
    lead = stored(MEDICAL_LEAD_ABARA)
    second = services.draft(lead, now=NOW, based_on=first)
    services.change_numbers(
        lead,
        second,
        changes={"minimum_observation_min": Decimal("120")},
        reason="The second version stays longer.",
        now=NOW + timedelta(minutes=1),
    )
    seen = queries.version(second).body_sha256
    services.sign(lead, second, seen_sha256=seen, now=NOW)
    services.sign(stored(NURSE_REYES), second, seen_sha256=seen, now=NOW)
    current = queries.current_template()
    assert current is not None
    assert (current.template_id, current.version, current.minimum_observation_min) == (second, 2, 120)
    assert queries.template(first) == before
    assert before.minimum_observation_min == 60


def test_an_older_draft_cannot_overtake_a_newer_signed_version() -> None:
    older, seen = _draft()
    signed_template()
    with pytest.raises(Unacceptable, match="newer"):
        services.sign(stored(MEDICAL_LEAD_ABARA), older, seen_sha256=seen, now=NOW)


def _changed(template_id: str, **numbers: str) -> str:
    """The draft with these numbers, "__" for the dot of a name; answers the hash of what is signed then."""
    changes = {name.replace("__", "."): Decimal(value) for name, value in numbers.items()}
    services.change_numbers(
        stored(MEDICAL_LEAD_ABARA), template_id, changes=changes, reason="As we agreed in March.", now=NOW
    )
    return queries.version(template_id).body_sha256


@pytest.mark.hazard("H51")
def test_of_two_drafts_begun_side_by_side_the_second_does_not_take_back_what_the_first_changed() -> None:
    first, lead, nurse = signed_template(), stored(MEDICAL_LEAD_ABARA), stored(NURSE_REYES)
    one, other = (services.draft(lead, now=NOW, based_on=first) for _ in range(2))
    seen, seen_other = _changed(one, dose__refuse_mg_per_kg="1.2"), _changed(other, evaluation__labs_valid_d="60")
    services.sign(lead, other, seen_sha256=seen_other, now=NOW)
    services.sign(lead, one, seen_sha256=seen, now=NOW)
    assert services.sign(nurse, one, seen_sha256=seen, now=NOW) is True
    with pytest.raises(Unacceptable, match="Version 2 came into force after this draft was begun"):
        services.sign(nurse, other, seen_sha256=seen_other, now=NOW)
    onward = services.draft(lead, now=NOW)
    seen = _changed(onward, evaluation__labs_valid_d="60")
    services.sign(lead, onward, seen_sha256=seen, now=NOW)
    assert services.sign(nurse, onward, seen_sha256=seen, now=NOW) is True
    current = queries.current_template()
    assert current is not None
    assert (current.dose.refuse_mg_per_kg, current.evaluation.labs_valid_d) == (Decimal("1.2"), 60)


def test_every_leaf_of_a_version_that_differs_from_the_one_in_force_is_named() -> None:
    old = default_template()
    assert differences(old, old) == ()
    moved = {one.name: one.value + 1 for one in numbers(old)}
    assert set(moved) <= {one.name for one in differences(with_numbers(old, moved), old)}
    pattern = replace(old.course.patterns[0], day_offsets=(0, 4, 8))
    other = replace(
        old,
        gates=replace(old.gates, required_checks=old.gates.required_checks[:-1]),
        course=replace(old.course, patterns=(pattern, *old.course.patterns[1:])),
        choices=replace(old.choices, bipolar=BipolarChoice.EXCLUDED),
        bag=replace(old.bag, drops_per_ml=(20,)),
        pain=None,
    )
    told = {one.name: one for one in differences(other, old)}
    assert told["course.patterns.six_in_three_weeks.day_offsets"].now == "0, 4, 8"
    assert told["bag.drops_per_ml"].was == "10, 15, 20, 60"
    assert "call tried" in told["gates.required_checks"].was and "call tried" not in told["gates.required_checks"].now
    assert told["choices.bipolar"].words.endswith("?")
    assert told["pain.refuse_mg_per_kg"].now == "none" and told["pain.refuse_mg_per_kg"].was == "1.5 mg/kg"


def _version(template_id: str) -> QuerySet[TemplateVersion]:
    return TemplateVersion.objects.filter(pk=template_id)


@pytest.mark.hazard("H51")
def test_the_database_itself_refuses_to_change_or_remove_a_signed_version() -> None:
    template_id = signed_template()
    for change in ({"name": "Another"}, {"body": "{}"}, {"signed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            _version(template_id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        _version(template_id)._raw_delete("default")


@pytest.mark.hazard("H51")
def test_the_database_itself_keeps_a_signature_and_the_body_under_it() -> None:
    template_id, seen = _draft()
    services.sign(stored(MEDICAL_LEAD_ABARA), template_id, seen_sha256=seen, now=NOW)
    signatures = TemplateSignature.objects.filter(template_id=template_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        signatures.update(signer_name="Somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        signatures._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        _version(template_id).update(body="{}")


def test_a_draft_without_signatures_may_still_change() -> None:
    template_id, _ = _draft()
    assert _version(template_id).update(changed_at=NOW + timedelta(hours=1)) == 1


def test_a_draft_made_from_a_version_without_a_block_for_pain_has_one_to_confirm() -> None:
    lead = stored(MEDICAL_LEAD_ABARA)
    first = signed_template()
    body = json.loads(TemplateVersion.objects.get(pk=first).body)
    del body["pain"]
    older = text_of(body)
    row = TemplateVersion.objects.create(
        name="older", version=99, body=older, body_sha256=sha256_of(older), drafted_by_id=lead.staff_id,
        drafted_at=NOW, changed_at=NOW,
    )  # fmt: skip
    assert queries.template(str(row.pk)).pain is None
    assert queries.template(services.draft(lead, now=NOW, based_on=str(row.pk))).pain is not None


def test_the_days_of_a_pattern_against_pain_are_changed_in_a_draft() -> None:
    lead = stored(MEDICAL_LEAD_ABARA)
    template_id = services.draft(lead, now=NOW)
    services.change_pattern(
        lead, template_id, key="pain_ten_days", day_offsets=(0, 1, 2, 3, 4), reason="our chairs allow five", now=NOW
    )
    found = queries.template(template_id)
    assert found.pain is not None and found.pain.patterns[1].day_offsets == (0, 1, 2, 3, 4)
    assert found.sources["pain.patterns.pain_ten_days"].text.startswith("Set by the clinic")
    with pytest.raises(Unacceptable):
        services.change_pattern(
            lead, template_id, key="pain_ten_days", day_offsets=(0, 0), reason="our chairs allow five", now=NOW
        )
