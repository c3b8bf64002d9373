"""For each address that takes a form: the form that is tapped, and what a person types into it first.

A new address that takes a form fails tests/journeys/test_sent_again.py until it stands here, or in REPEATED.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

PASSWORD = "{password}"
WORDS = "Said plainly, for the form that is sent again."
_SOON = (date.today() + timedelta(days=5)).isoformat()
_A_DAY_PAST = (date.today() - timedelta(days=1)).isoformat()
"""A day whose every hour is over in any zone west of this machine's: the clinic's today may be a day behind it."""

Typed = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Tap:
    """has: hidden fields and what they hold, to tell the forms of one address apart. typed: name and what is typed.

    on: part of the address of the page where the form is, which is there only after an earlier tap of the list.
    """

    has: Mapping[str, str] = field(default_factory=dict)
    typed: Typed = field(default_factory=dict)
    on: str = ""


REPEATED: Mapping[str, str] = {
    "people:sign_in": "each sign-in is one of its own; it charts nothing",
    "people:own_sign_in": "each sign-in is one of its own; it charts nothing",
    "people:sign_out": "who is out is out",
    "people:lock": "a locked screen is locked; a button of an old page must lock it again",
    "people:unlock": "opens what is open",
    "people:leave_link": "who has left has left",
    "people:language": "a choice of this browser's",
    "people:link": "a link opens as often as its purpose allows; each visit of it is one of its own",
    "people:patients": "it only looks for somebody",
    "course:courses": "it only looks for somebody; what it opens is course:plan's",
    "premises:setup": "closed as soon as somebody works here (test_first_run.py)",
    "infusion:alive": "a sign of life, each counts",
    "infusion:sound_test": "a person's word about a sound; said twice it says the same",
}
"""Addresses that take a form and may be sent again as often as one likes, with the reason."""

_GUARD = "tests/rooms/people/test_sent_forms.py::test_a_tap_that_came_again_is_sent_where_the_first_was_sent_and_told"
ELSEWHERE: Mapping[str, str] = {
    "calm:call": "tests/rooms/infusion/test_calling.py"
    "::test_the_same_touch_sent_three_times_is_charted_once_and_schedules_one_page",
    "infusion:order": "tests/rooms/infusion/test_order_pages.py::test_signing_twice_with_the_same_form_signs_one_order",
    "infusion:paper": "tests/rooms/records/test_downtime.py::test_what_is_entered_back_is_the_same_chart_plus_marks",
    "infusion:open_planned": _GUARD,
    "course:fortnight": _GUARD,
    "course:repair": _GUARD,
    "people:own_account": _GUARD,
    "people:own_password": _GUARD,
    "course:appointment": _GUARD,
    "infusion:incidents": _GUARD,
    "outcomes:sign": _GUARD,
    "outcomes:decide": _GUARD,
    "outcomes:screen": "tests/rooms/outcomes/test_the_visit_stays_open.py"
    "::test_the_screen_is_begun_from_the_leaving_page_once_however_often_it_is_tapped",
}
"""Addresses whose form the showcase does not show, or that takes more than one page to fill in: the test that sends it
again and again. Those of _GUARD hold no number of their own: what settles them is the guard before every such view."""

TAPS: Mapping[str, Tap] = {
    "infusion:chart_entry": Tap({"kind": "side_effect_noted"}, {"effect": "nausea", "severity": "mild"}),
    "calm:tablet": Tap({"act": "pair"}),
    "course:clinic": Tap({"what": "absence"}, {"first_on": _SOON, "last_on": _SOON}),
    "course:feeds": Tap(),
    "course:take_back_feed": Tap(on="/calendar/feeds/"),
    "course:place": Tap(),
    "course:plan": Tap({"what": "titrate"}, {"dose_mg_per_kg": "0.6", "reason": WORDS}),
    "course:day": Tap(typed={"note": WORDS}),
    "course:proposal": Tap({"what": "ask"}),
    "evaluation:consent": Tap(
        typed={"agreed": ["0", "1", "2", "3", "4"], "signed_as": "Wren Halloway", "own_password": PASSWORD}
    ),
    "evaluation:withdraw_consent": Tap(typed={"told": WORDS}),
    "evaluation:evaluation": Tap({"step": "withdraw"}, {"reason": WORDS}),
    "evaluation:history": Tap(
        {"step": "add"}, {"name": "bupropion", "dose_mg_per_day": "300", "lasted_weeks": "8", "outcome": "too_little"}
    ),
    "evaluation:medicines": Tap(typed={"reason": WORDS}),
    "evaluation:report": Tap(
        typed={"alt-value": "23", "alt-low": "7", "alt-high": "40", "taken_at": f"{_A_DAY_PAST}T00:05"}
    ),
    "evaluation:result": Tap(
        typed={"value": "31", "unit": "U/L", "low": "0", "high": "40", "taken_at": f"{_A_DAY_PAST}T00:05"}
    ),
    "evaluation:section": Tap(),
    "evaluation:texts": Tap(typed={"title": "Consent, second text", "own_password": PASSWORD}),
    "guide:crisis_line": Tap(),
    "guide:edit": Tap(typed={"what": "keep", "title": "Der Raum, noch einmal"}),
    "guide:review": Tap(),
    "guide:patient_side": Tap({"what": "escort"}, {"name": "Ida Example", "relation": "sister", "phone": "555 0100"}),
    "guide:ask": Tap(typed={"words": WORDS}),
    "guide:questions": Tap(),
    "guide:next_day": Tap(),
    "guide:follow_up": Tap(),
    "guide:escort": Tap(typed={"can_come": "yes", "knows_no_driving": "yes"}),
    "infusion:open_session": Tap(typed={"expected_on": _SOON, "expected_time": "10:00"}),
    "infusion:prepare": Tap({"kind": "patient_arrived"}),
    "infusion:bag": Tap(
        typed={
            "step": "chart", "vial": "10x20", "vial.lot": "L-77", "vial.opened_count": "1", "drawn_ml": "3.5",
            "diluent": "sodium chloride 0.9 %", "nominal_ml": "100", "line_hold_up_ml": "1.5",
            "final_volume": "replacing", "stated_start_rate_ml_per_h": "150",
        }
    ),
    "infusion:bag_check": Tap({"form": "check"}, {"drawn_ml": "3.5", "start_rate_ml_per_h": "150"}, on="/bag/check/"),
    "infusion:log": Tap({"form": "correct"}, {"correction_reason": WORDS, "step": "strike"}),
    "infusion:leaving": Tap({"kind": "criterion_assessed"}, {"met": "yes"}),
    "infusion:evacuation": Tap({}, {"step": "declare", "why": WORDS}),
    "records:note": Tap(typed={"own_password": PASSWORD}),
    "calm:journal": Tap(typed={"words": WORDS}),
    "calm:share": Tap(on="/me/journal/"),
    "monitoring:register": Tap(typed={"label": "Monitor 77", "identity": "D0E0DE0000000077", "kind": "monitor"}),
    "monitoring:release": Tap(),
    "monitoring:bind": Tap(on="/devices/"),
    "people:see_page": Tap(),
    "outcomes:take": Tap(),
    "outcomes:escalation": Tap(typed={"finding": WORDS, "spoke_with_patient": "on", "own_password": PASSWORD}),
    "outcomes:correct": Tap(typed={"item": "1", "value": "2", "reason": WORDS}),
    "outcomes:patient": Tap(),
    "outcomes:form": Tap(typed={f"item-{n}": "1" for n in range(1, 9)}),
    "outcomes:skip": Tap(typed={"reason": WORDS}),
    "outcomes:texts": Tap(typed={"text": "In a crisis call 555 0199, at any hour."}),
    "people:account": Tap(typed={"pin": "483159"}),
    "people:add_staff": Tap(
        typed={"full_name": "N. Twice", "username": "n.twice", "password": "a-long-word-77-for-n", "roles": ["nurse"]}
    ),
    "people:amend_patient": Tap(typed={"phone": "555 0177", "reason": WORDS}),
    "people:links": Tap(),
    "people:withdraw_link": Tap(on="/links/"),
    "people:on_call_list": Tap(typed={f"person_{n}": "" for n in range(3, 6)}),
    "people:register_patient": Tap(
        typed={"name": "Twice Example", "birth_date": "1980-02-03", "record_number": "T-0077", "none_known": "on"}
    ),
    "premises:add_chair": Tap(typed={"chair_name": "Chair 77"}),
    "premises:add_room": Tap(typed={"room_name": "Room 77"}),
    "premises:change_clinic": Tap(),
    "premises:set_chair_in_use": Tap(),
    "premises:set_bed": Tap(),
    "premises:set_shared": Tap(),
    "protocol:draft": Tap(),
    "protocol:numbers": Tap(typed={"dose.warn_mg_per_kg": "0.7", "reason": WORDS}),
    "protocol:pattern": Tap(typed={"days": "0, 3, 7, 10, 14, 18", "reason": WORDS}),
    "protocol:choices": Tap(typed={"remission": "phq9_below_5", "reason": WORDS}),
    "protocol:co_sign": Tap(typed={"second-username": "t.vance", "second-password": PASSWORD, "second-read": "on"}),
    "protocol:sign": Tap(typed={"own-read": "on", "own-own_password": PASSWORD}),
    "people:set_competencies": Tap(),
    "people:set_roles": Tap(),
    "people:set_password": Tap(typed={"new_password": "another-long-word-78"}),
    "people:deactivate": Tap(),
    "people:reactivate": Tap(on="/staff/"),
}  # fmt: skip
"""In the order in which they are tapped: what somebody needs later on is not taken from them before."""
