"""The protocol pages: every number with its source, drafts edited within bounds, signatures at one screen or at two."""

from __future__ import annotations

import html
from decimal import Decimal

import pytest
from django.test import Client

from dripstand.protocol import queries, services
from dripstand.protocol.choices import QUESTIONS, choices_made
from dripstand.protocol.defaults import default_template
from dripstand.protocol.numbers import numbers
from dripstand.protocol.words import number_words
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_REYES,
    ON_CALL_WEBB,
    PASSWORD,
    PRESCRIBER_VANCE,
    signed_template,
    stored,
)

pytestmark = pytest.mark.django_db


def _client(username: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def _drafting() -> tuple[Client, str]:
    stored(MEDICAL_LEAD_ABARA), stored(NURSE_REYES), stored(FRONT_DESK_SORO)
    client = _client("s.abara")
    answer = client.post("/protocol/draft/")
    assert answer.status_code == 302
    return client, answer.headers["Location"]


def test_a_clinic_without_a_protocol_reads_what_that_means_and_what_to_do() -> None:
    stored(MEDICAL_LEAD_ABARA)
    text = _client("s.abara").get("/protocol/").content.decode()
    assert "Until then no session can be opened" in text and "Begin a new version" in text


@pytest.mark.hazard("H53")
def test_every_number_stands_on_the_page_with_its_source_and_mark() -> None:
    client, address = _drafting()
    text = html.unescape(client.get(address).content.decode())
    template = default_template()
    for number in numbers(template):
        assert number_words(number.name, template) in text, number.name
        assert template.sources[number.name].text in text, number.name
    assert text.count("(unverified: the clinic must confirm)") == sum(
        mark == "unverified"
        for mark in (
            *(template.sources[number.name].mark for number in numbers(template)),
            *(choice.mark for choice in choices_made(template)),
        )
    )


def test_the_conflicts_are_shown_as_choices_made() -> None:
    client, address = _drafting()
    text = client.get(address).content.decode()
    assert "Where sources disagree, and what is chosen" in text
    for word in (
        "Ideal weight",
        "Yip 2022",
        "Oxford: 1 h",
        "Osmind",
        "KetECT",
        "C-SSRS",
        "remission",
        "Emory, 684 infusions, and Yale",
    ):
        assert word in text, word


@pytest.mark.hazard("H53")
def test_a_number_past_its_bounds_is_refused_beside_its_field_and_what_was_typed_is_kept() -> None:
    client, address = _drafting()
    form = {
        number.name: str(number.value) for number in numbers(default_template()) if number.name.startswith("staffing.")
    }
    name = "staffing.most_infusing_chairs_per_observer_count"
    answer = client.post(f"{address}numbers/staffing/", {**form, name: "9", "reason": "We are few this month."})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "9 is outside 1 to 4" in text and 'value="9"' in text
    answer = client.post(f"{address}numbers/staffing/", {**form, name: "3", "reason": "We are few this month."})
    assert answer.status_code == 302
    text = client.get(address).content.decode()
    assert "Outside the usual range: a second clinician must sign." in text
    assert "We are few this month. (Dr. S. Abara)" in text


def test_the_medical_lead_signs_and_a_nurse_signs_at_the_same_screen() -> None:
    client, address = _drafting()
    seen = queries.versions()[0].body_sha256
    own = {"own-seen_sha256": seen, "own-read": "on", "own-own_password": PASSWORD, "own-reason_alone": ""}
    assert client.post(f"{address}sign/", {**own, "own-own_password": "not hers"}).status_code == 400
    assert queries.versions()[0].signatures == ()
    assert client.post(f"{address}sign/", own).status_code == 302
    assert queries.current_version() is None
    second = {"second-seen_sha256": seen, "second-read": "on", "second-username": "M.Reyes"}
    wrong = client.post(f"{address}co-sign/", {**second, "second-password": "not hers"})
    assert wrong.status_code == 400 and "do not belong together" in wrong.content.decode()
    assert client.post(f"{address}co-sign/", {**second, "second-password": PASSWORD}).status_code == 302
    current = queries.current_version()
    assert current is not None and current.template.signed_by == ("Dr. S. Abara", "M. Reyes")
    assert "Dr. S. Abara" in client.get("/account/").content.decode(), "the sign-in that is open stays the lead's"


def test_the_front_desk_cannot_be_the_second_clinician() -> None:
    client, address = _drafting()
    seen = queries.versions()[0].body_sha256
    client.post(f"{address}sign/", {"own-seen_sha256": seen, "own-read": "on", "own-own_password": PASSWORD})
    second = {"second-seen_sha256": seen, "second-read": "on", "second-username": "a.soro"}
    answer = client.post(f"{address}co-sign/", {**second, "second-password": PASSWORD})
    assert answer.status_code == 400 and "This is for" in answer.content.decode()
    assert queries.current_version() is None


def test_nobody_signs_without_saying_that_they_have_read_it() -> None:
    client, address = _drafting()
    seen = queries.versions()[0].body_sha256
    assert client.post(f"{address}sign/", {"own-seen_sha256": seen}).status_code == 400
    assert queries.versions()[0].signatures == ()


def test_a_signed_version_offers_no_field_to_change_it() -> None:
    template_id = signed_template()
    stored(PRESCRIBER_VANCE)
    client = _client("t.vance")
    text = client.get(f"/protocol/{template_id}/").content.decode()
    assert "It stays as it is" in text
    assert "numbers/dose" not in text and "Sign this version" not in text
    refused = client.post(f"/protocol/{template_id}/numbers/staffing/", {"reason": "One more chair for each."})
    assert refused.status_code == 400


def test_a_draft_says_what_it_would_change_and_one_that_was_overtaken_offers_no_signature_and_the_way_on() -> None:
    first = signed_template()
    lead = stored(MEDICAL_LEAD_ABARA)
    one, other = (services.draft(lead, now=NOW, based_on=first) for _ in range(2))
    for draft, name, value in ((one, "dose.refuse_mg_per_kg", "1.2"), (other, "evaluation.labs_valid_d", "60")):
        changes = {name: Decimal(value)}
        services.change_numbers(lead, draft, changes=changes, reason="As we agreed in March.", now=NOW)
    client = _client("s.abara")
    text = client.get(f"/protocol/{other}/").content.decode()
    assert "otherwise than version 1, which is in force" in text
    assert "<td>90 d</td><td><strong>60 d</strong></td>" in text
    assert "Sign as Dr. S. Abara" in text and "cannot be signed" not in text
    seen = queries.version(one).body_sha256
    for signer in (lead, stored(NURSE_REYES)):
        services.sign(signer, one, seen_sha256=seen, now=NOW)
    text = client.get(f"/protocol/{other}/").content.decode()
    assert "This draft cannot be signed: version 2 came into force after it was begun" in text
    assert "<td>1.2 mg/kg</td><td><strong>1.5 mg/kg</strong></td>" in text, "what it would take back"
    assert "Sign as Dr. S. Abara" not in text and 'action="/protocol/draft/"' in text
    assert "otherwise than version" not in client.get(f"/protocol/{one}/").content.decode(), "it is the one in force"


def test_who_is_on_call_reads_the_protocol_and_changes_nothing() -> None:
    template_id = signed_template()
    stored(ON_CALL_WEBB)
    client = _client("l.webb")
    assert client.get(f"/protocol/{template_id}/").status_code == 200
    assert client.post("/protocol/draft/").status_code == 403


def test_an_unknown_version_or_group_is_not_there() -> None:
    client, address = _drafting()
    assert client.get("/protocol/00000000-0000-4000-8000-00000000ffff/").status_code == 404
    assert client.get(f"{address}numbers/nothing/").status_code == 404


def test_a_choice_is_changed_with_a_reason_that_becomes_its_source() -> None:
    client, address = _drafting()
    text = html.unescape(client.get(f"{address}choices/").content.decode())
    for question in QUESTIONS:
        for answer in question.answers.values():
            assert str(answer.words) in text and answer.source in text
    chosen = {one.name: getattr(default_template().choices, one.name).value for one in QUESTIONS}
    refused = client.post(f"{address}choices/", {**chosen, "bipolar": "excluded", "reason": "ok"})
    assert refused.status_code == 400 and "Say why" in refused.content.decode()
    assert (
        client.post(f"{address}choices/", {**chosen, "bipolar": "perhaps", "reason": "ten letters"}).status_code == 400
    )
    reason = "Nobody here treats bipolar patients yet."
    assert client.post(f"{address}choices/", {**chosen, "bipolar": "excluded", "reason": reason}).status_code == 302
    text = html.unescape(client.get(address).content.decode())
    assert "Not treated here." in text
    assert f"{reason} (Dr. S. Abara)" in text
    nothing = client.post(f"{address}choices/", {**chosen, "bipolar": "excluded", "reason": reason})
    assert nothing.status_code == 400 and "Nothing was changed" in nothing.content.decode()


@pytest.mark.hazard("H53")
def test_a_pattern_with_unusual_days_needs_the_second_signature_and_a_mistyped_one_is_refused() -> None:
    client, address = _drafting()
    page = f"{address}patterns/six_in_three_weeks/"
    for typed, words in (("0, 3, x", "Whole numbers"), ("1, 3", "Days count from 0"), ("0, 3, 3", "Days count from 0")):
        refused = client.post(page, {"days": typed, "reason": "We open on Tuesdays only."})
        assert refused.status_code == 400 and words in refused.content.decode(), typed
        assert f'value="{typed}"' in refused.content.decode()
    answer = client.post(page, {"days": "0, 1, 7", "reason": "We open on Tuesdays and Wednesdays."})
    assert answer.status_code == 302
    version = queries.versions()[0]
    assert version.template.course.patterns[0].day_offsets == (0, 1, 7)
    text = html.unescape(client.get(address).content.decode())
    assert "Two infusions are 1 day apart" in text
    alone = {
        "own-seen_sha256": version.body_sha256, "own-read": "on", "own-own_password": PASSWORD,
        "own-reason_alone": "I am the only one here.",
    }  # fmt: skip
    assert client.post(f"{address}sign/", alone).status_code == 400
    assert client.get(f"{address}patterns/none/").status_code == 404


def test_what_somebody_signed_or_brought_into_force_takes_no_other_choice_and_no_other_days() -> None:
    client, address = _drafting()
    chosen = {one.name: getattr(default_template().choices, one.name).value for one in QUESTIONS}
    seen = queries.versions()[0].body_sha256
    client.post(f"{address}sign/", {"own-seen_sha256": seen, "own-read": "on", "own-own_password": PASSWORD})
    for page, form in (
        ("choices/", {**chosen, "bipolar": "excluded"}),
        ("patterns/six_in_three_weeks/", {"days": "0, 4"}),
    ):
        refused = client.post(f"{address}{page}", {**form, "reason": "Somebody has signed already."})
        assert refused.status_code == 400 and "has signed this draft" in refused.content.decode()
