"""The words of this room: what breaks, where a course stands, what was done. All of it for staff.

A break has one sentence, and where there is one, the way forward. Parameters are filled in after translation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from dripstand.course.judging import Break
from dripstand.course.last_start import LastStart
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.readiness import Certificates, Item
from dripstand.course.states import State, Step
from dripstand.evaluation.standing import Obstacle, Why
from dripstand.evaluation.words import WHY_WORDS
from dripstand.people.actors import Role
from dripstand.people.words import role_names

Words = str | Promise

BREAKS: Mapping[str, Words] = {
    "in_the_past": lazy("%(when)s has passed."),
    "off_the_grid": lazy("Bookings begin on full five minutes."),
    "chair_out_of_use": lazy("This chair is not in use."),
    "chair_taken": lazy("%(chair)s is taken by %(who)s, %(when)s."),
    "patient_elsewhere": lazy("The patient is booked at that time already: %(when)s, %(chair)s."),
    "within_24_h": lazy(
        "Only %(hours)s hours from the infusion of %(when)s. Two infusions of one person are never closer than "
        "%(limit)s hours."
    ),
    "out_of_order": lazy(
        "Infusion %(number)s would stand on the wrong side of infusion %(other)s, %(when)s. Move that one first."
    ),
    "no_such_step": lazy("The course is not where this can be done."),
    "step_not_yours": lazy("This is for %(roles)s."),
    "reason_missing": lazy("Say why. It stays with what was done."),
    "changed_meanwhile": lazy("Somebody changed this booking meanwhile. Look again."),
    "course_not_under_way": lazy("Nothing is booked while the course is not under way."),
    "course_already_open": lazy("This patient is in a course already."),
    "not_planned": lazy("Infusion %(number)s is not only planned any more."),
    "not_held": lazy("This booking is over or was given back."),
    "nothing_to_plan": lazy("Choose a pattern."),
    "too_many_infusions": lazy("A series has from 1 to %(limit)s infusions."),
    "too_many_a_year": lazy(
        "%(given)s infusions against pain were given in the last year; %(count)s more pass the %(limit)s of the "
        "clinic's protocol. Tick that it is meant, and say why."
    ),
    "plan_passes_a_year": lazy(
        "%(given)s infusions against pain were given in the last year; with %(count)s to come they pass the %(limit)s "
        "of the clinic's protocol. Tick that it is meant. Nothing was changed."
    ),
    "series_too_soon": lazy(
        "The last infusion against pain is %(days)s days before; the clinic's protocol leaves %(limit)s from one "
        "series to the next. Tick that it is meant, and say why."
    ),
    "soon_after_series": lazy(
        "Only %(days)s days from the infusion against pain of %(when)s. The clinic's protocol leaves %(limit)s from "
        "one series to the next."
    ),
    "dose_not_positive": lazy("Type a dose and minutes above nought."),
    "dose_too_fine": lazy("%(dose)s mg/kg is finer than is kept. Type at most %(digits)s digits after the point."),
    "planned_dose_too_high": lazy(
        "%(dose)s mg/kg is above the %(limit)s mg/kg beyond which the clinic's protocol refuses an order. Is the point "
        "in its place? Nothing was planned."
    ),
    "planned_dose_too_low": lazy(
        "%(dose)s mg/kg is below the %(limit)s mg/kg of the clinic's protocol, the least that is ordered. Nothing was "
        "planned."
    ),
    "planned_minutes_too_few": lazy(
        "%(minutes)s minutes are fewer than the %(limit)s of the clinic's protocol, the least that is ordered. Nothing "
        "was planned."
    ),
    "planned_minutes_too_many": lazy(
        "%(minutes)s minutes are more than the %(limit)s of the clinic's protocol, the most that is ordered. Nothing "
        "was planned."
    ),
    "planned_rate_too_high": lazy(
        "That is %(rate)s mg/kg an hour; the clinic's protocol refuses an order above %(limit)s. Plan more minutes or "
        "a lower dose."
    ),
    "first_day_passed": lazy("%(day)s has passed. Begin on a day to come, or leave the first day open."),
    "first_day_too_far": lazy(
        "%(day)s is more than %(limit)s days ahead: is the year right? Begin nearer, or leave the first day open."
    ),
    "not_partial": lazy("Whether infusion %(number)s counts is decided already."),
    "no_such_indication": lazy("A course is for major depression, bipolar depression or chronic pain. Choose one."),
    "no_standing_decision": lazy(
        "No decision stands that this patient may be treated for %(indication)s: %(why)s. An induction begins on one "
        "that stands as eligible; a prescriber signs it in the evaluation."
    ),
    "visit_open": lazy(
        "The visit for infusion %(number)s is open, so its booking stands. It ends at the chair; where nothing ran, "
        "cancel the visit there, and the infusion wants another time."
    ),
    "clinic_closed": lazy("Closed then: %(words)s."),
    "outside_hours": lazy("Outside opening hours: from %(arrives)s to %(leaves)s, open %(opens)s to %(closes)s."),
    "too_close": lazy("Only %(days)s day from the infusion of %(when)s. Usual are at least %(limit)s."),
    "too_far": lazy("%(days)s days from the infusion of %(when)s. Inside an induction usual are at most %(limit)s."),
    "too_many_a_week": lazy(
        "%(count)s infusions in the week of %(week)s. The signed protocol says at most %(limit)s in a week from Monday."
    ),
    "baseline_again": lazy(
        "%(days)s days after the infusion of %(when)s: after %(limit)s the baseline is measured again."
    ),
    "nobody_there": lazy("Nobody who can watch is there at %(when)s."),
    "too_few_staff": lazy(
        "%(chairs)s chairs and %(staff)s to watch them at %(when)s. One person watches at most %(limit)s."
    ),
    "nurse_away": lazy("%(name)s is not there for the whole of it."),
    "nurse_full": lazy("%(name)s would watch %(chairs)s chairs. The limit is %(limit)s."),
    "weekday_not_wished": lazy("The patient cannot come on a %(weekday)s."),
    "patient_away": lazy("The patient said that they are away on %(day)s."),
    "said_cannot": lazy("Asked about %(when)s, the patient answered that they cannot come."),
    "too_early_for_patient": lazy("The patient cannot be there before %(wished)s."),
    "home_too_late": lazy("The patient wants to be home by %(wished)s and may leave at %(leaves)s at the earliest."),
    "escort_gone": lazy(
        "The escort %(name)s can come until %(until)s; the patient may leave at %(leaves)s at the earliest."
    ),
    "single_room_wished": lazy("The patient wants a room of their own; %(room)s is shared."),
    "bed_needed": lazy("The patient needs a bed; %(chair)s is a chair."),
}

WEEKDAYS: tuple[Words, ...] = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)

STATES: Mapping[State, Words] = {
    State.EVALUATION: lazy("evaluation"),
    State.INDUCTION: lazy("induction"),
    State.MAINTENANCE: lazy("maintenance"),
    State.PAUSED: lazy("paused"),
    State.ENDED: lazy("ended"),
}

STEPS: Mapping[Step, Words] = {
    Step.BEGIN_INDUCTION: lazy("Begin an induction"),
    Step.BEGIN_MAINTENANCE: lazy("Begin maintenance"),
    Step.PAUSE: lazy("Pause the course"),
    Step.RESUME: lazy("Resume the course"),
    Step.END: lazy("End the course"),
}

INFUSIONS: Mapping[InfusionState, Words] = {
    InfusionState.PLANNED: lazy("planned"),
    InfusionState.GIVEN: lazy("given"),
    InfusionState.PARTIAL: lazy("given in part: does it count?"),
    InfusionState.NOT_COUNTED: lazy("given in part, does not count"),
    InfusionState.DROPPED: lazy("dropped from the plan"),
}

BOOKINGS: Mapping[BookingState, Words] = {
    BookingState.HELD: lazy("booked"),
    BookingState.KEPT: lazy("took place"),
    BookingState.MISSED: lazy("did not take place"),
    BookingState.CANCELLED: lazy("cancelled"),
}

ENTRIES: Mapping[str, Words] = {
    "opened": lazy("course opened"),
    "step": lazy("state changed"),
    "plan_changed": lazy("plan changed"),
    "titrated": lazy("dose planned"),
    "booked": lazy("booked"),
    "moved": lazy("moved"),
    "planned": lazy("plan booked"),
    "cancelled": lazy("booking cancelled"),
    "slipped": lazy("did not take place"),
    "visit_over": lazy("visit over"),
    "partial_counted": lazy("part given, counts"),
    "partial_not_counted": lazy("part given, does not count"),
    "answered": lazy("the patient answered a reminder"),
    "marked_given": lazy("marked as given"),
}

PATTERN_WORDS: Mapping[str, Words] = {
    "six_in_three_weeks": lazy("Six in three weeks, two a week"),
    "six_in_two_weeks": lazy("Six in two weeks, three a week"),
    "four_then_review": lazy("Four in two weeks, then review"),
    "three_in_eleven_days": lazy("Three in eleven days"),
    "three_in_three_weeks": lazy("Three in three weeks, one a week"),
    "weekly_four": lazy("Weekly, four times"),
    "can_bind": lazy("Weekly a month, fortnightly two months, monthly three"),
    "pain_one": lazy("One infusion, then reassess"),
    "pain_ten_days": lazy("Ten infusions, one a day"),
}

ITEM_WORDS: Mapping[Item, Words] = {
    Item.OXYGEN: lazy("Oxygen: cylinders or outlets full, masks there"),
    Item.SUCTION: lazy("Suction: draws, catheters there"),
    Item.AIRWAY: lazy("Airways and bag-valve-mask: there, clean"),
    Item.DEFIBRILLATOR: lazy("Defibrillator: self-test passed, pads in date"),
    Item.MEDICINES: lazy("Emergency medicines: complete, in date"),
    Item.CERTIFICATES: lazy("Staff: somebody on site holds advanced life support in date"),
}

CERTIFICATE_WORDS: Mapping[Certificates, Words] = {
    Certificates.ADVANCED: lazy("advanced life support"),
    Certificates.BASIC: lazy("basic life support"),
}

INDICATION_WORDS: Mapping[str, Words] = {
    "major_depression": lazy("major depression"),
    "bipolar_depression": lazy("bipolar depression"),
    "chronic_pain": lazy("chronic pain"),
}


def sentence(one: Break) -> str:
    """What a break says."""
    params = dict(one.params)
    if one.code == "step_not_yours":
        params["roles"] = role_names(frozenset(Role(role) for role in params["roles"].split(",")))
    if one.code in ("nurse_away", "nurse_full") and not params["name"]:
        params["name"] = _("Who is named for the chair")
    if one.code == "no_standing_decision":
        params["why"] = str(WHY_WORDS[Why(params["why"])]) if params["why"] else _("it is not evaluated here")
        params["indication"] = str(INDICATION_WORDS.get(params["indication"], params["indication"]))
    if one.code == "weekday_not_wished":
        params["weekday"] = str(WEEKDAYS[int(params["weekday"])])
    if one.code == "outside_hours" and not params["opens"]:
        return _("The clinic is closed on that weekday.")
    if one.code == "chair_taken" and not params["who"]:
        params["who"] = _("another infusion of this plan")
    return str(BREAKS[one.code]) % params


def gap_words(last: LastStart, zone: tzinfo) -> list[str]:
    """Between when no start is safe, although there is time afterwards."""
    return [
        _("none between %(after)s and %(before)s: closed from %(from)s (%(what)s)")
        % {
            "after": f"{one.after.astimezone(zone):%H:%M}",
            "before": f"{one.before.astimezone(zone):%H:%M}",
            "from": f"{one.closed_from.astimezone(zone):%H:%M}",
            "what": one.words,
        }
        for one in last.gaps
    ]


OF_CONSENT = frozenset(
    {
        Why.NO_CONSENT,
        Why.CONSENT_WITHDRAWN,
        Why.CONSENT_EXPIRED,
        Why.CONSENT_TEXT_CHANGED,
        Why.CONSENT_TO_ASK_AGAIN,
    }
)


def obstacle_words(obstacles: Iterable[Obstacle]) -> str:
    """What stands before an order, for everybody who plans and receives: what, and nothing of the person's health."""
    found = []
    for one in obstacles:
        what = _("Consent to treatment") if one.why in OF_CONSENT else _("Signed decision")
        found.append(f"{what}: {WHY_WORDS[one.why]}")
    return ". ".join(found)
