"""How the plain words of this room are called on screens, in the language of the page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dripstand.outcomes.checkpoints import Asks, Decision
from dripstand.outcomes.disposition import Outcome
from dripstand.outcomes.forecast import Withheld
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Standing
from dripstand.outcomes.suicidality import Place, Step

Words = str | Promise

OCCASION_WORDS: dict[str, Words] = {
    Occasion.BASELINE: _("baseline"),
    Occasion.BEFORE_INFUSION: _("before infusion"),
    Occasion.DURING_INFUSION: _("during infusion"),
    Occasion.DAY_AFTER: _("a day after"),
    Occasion.BEFORE_LEAVING: _("before leaving"),
    Occasion.END_OF_COURSE: _("end of course"),
    Occasion.WEEKLY: _("weekly"),
    Occasion.MONTHLY: _("monthly"),
}
STANDING_WORDS: dict[Standing, Words] = {
    Standing.NOT_YET: _("not yet"),
    Standing.DUE: _("due now"),
    Standing.DONE: _("done"),
    Standing.PARTIAL: _("done in part"),
    Standing.LATE: _("done late"),
    Standing.SKIPPED: _("left out"),
    Standing.MISSED: _("missed"),
}
PLACE_WORDS: dict[Place, Words] = {Place.CLINIC: _("in the clinic"), Place.HOME: _("at home")}
STEP_WORDS: dict[Step, Words] = {
    Step.CRISIS_TEXT: _("The crisis text is shown to the patient at once."),
    Step.OBSERVE_ONE_TO_ONE: _("Observe one to one until the patient has been evaluated."),
    Step.PAGE_ON_CALL: _("The on-call is paged at once."),
    Step.REVIEW_SAME_VISIT: _("A clinician speaks with the patient in this visit."),
    Step.CALL_WITHIN_24_H: _("Call the patient within 24 hours."),
    Step.ASK_THE_ITEM: _("Ask the question that was left out."),
    Step.SHOW_AS_KNOWN: _("Known at this level: seen and signed for before."),
}
OUTCOME_WORDS: dict[Outcome, Words] = {
    Outcome.CONTINUES: _("Treatment goes on as planned"),
    Outcome.SAFETY_PLAN: _("A safety plan was made or renewed"),
    Outcome.PRESCRIBER: _("Handed to a prescriber"),
    Outcome.EMERGENCY: _("Emergency services or admission"),
}
ASKS_WORDS: dict[Asks, Words] = {
    Asks.INFORMATION: _("For information"),
    Asks.DECISION: _("Continue, change or stop?"),
    Asks.REVIEW: _("Review the course"),
}
DECISION_WORDS: dict[Decision, Words] = {
    Decision.CONTINUE: _("Continue as planned"),
    Decision.CHANGE: _("Change the dose or the plan"),
    Decision.STOP: _("Stop the course"),
    Decision.REVIEWED: _("Reviewed"),
}
WITHHELD_WORDS: dict[Withheld, Words] = {
    Withheld.RATING_NOT_SIGNED: _(
        "A clinician's rating of this course is begun or not signed yet. Sign it first, or leave it out: the forecast "
        "must not steer the rating."
    ),
    Withheld.NO_STUDY: _("No study speaks for this scale and indication, so nothing is forecast."),
    Withheld.PAIN: _(
        "No study that was found gives a share of people whose chronic pain responds to a course such as this one, and "
        "what was found in depression says nothing of pain. So nothing is forecast."
    ),
    Withheld.COURSE_OVER: _("The course is over: what was reached stands in the curve."),
    Withheld.TOO_FEW_PLANNED: _(
        "The studies are of four to eight infusions. This course plans fewer, so nothing is forecast of its end."
    ),
    Withheld.NOT_AN_OUTCOME: _("Only response and remission are forecast."),
}
INDICATION_WORDS: dict[str, Words] = {
    "major_depression": _("major depression"),
    "bipolar_depression": _("bipolar depression"),
    "chronic_pain": _("chronic pain"),
}
