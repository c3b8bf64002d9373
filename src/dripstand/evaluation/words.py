"""Evaluations in words: outcomes, classes, kinds, and what a signature says."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from dripstand.evaluation.assessment import GapKind
from dripstand.evaluation.entries import ConsentKind, OnTheDay, Outcome, TrialKind, TrialOutcome
from dripstand.evaluation.history import Why as Judgement
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.rules import RuleClass
from dripstand.evaluation.standing import ChangeKind, Why
from dripstand.evaluation.workup import State
from dripstand.protocol.template import Mark

Words = str | Promise

INDICATION_WORDS: dict[Indication, Words] = {
    Indication.MAJOR_DEPRESSION: lazy("major depression"),
    Indication.BIPOLAR_DEPRESSION: lazy("bipolar depression"),
    Indication.CHRONIC_PAIN: lazy("chronic pain"),
}
OUTCOME_WORDS: dict[Outcome, Words] = {
    Outcome.ELIGIBLE: lazy("eligible"),
    Outcome.NOT_ELIGIBLE: lazy("not eligible"),
    Outcome.DEFERRED: lazy("deferred"),
}
CLASS_WORDS: dict[RuleClass, Words] = {
    RuleClass.DO_NOT_TREAT: lazy("do not treat"),
    RuleClass.HOLD: lazy("hold until reviewed"),
    RuleClass.WARN: lazy("warning"),
}
MARK_WORDS: dict[Mark, Words] = {
    Mark.VERIFIED: lazy("source seen"),
    Mark.SECONDARY: lazy("seen in a summary only"),
    Mark.UNVERIFIED: lazy("unverified: the clinic must confirm"),
    Mark.COMPUTED: lazy("computed"),
    Mark.CLINIC: lazy("the clinic's own"),
}
TRIAL_KIND_WORDS: dict[TrialKind, Words] = {
    TrialKind.MEDICINE: lazy("medicine"),
    TrialKind.AUGMENTATION: lazy("added to a medicine"),
    TrialKind.ECT: lazy("ECT"),
    TrialKind.BRAIN_STIMULATION: lazy("other brain stimulation"),
    TrialKind.PSYCHOTHERAPY: lazy("psychotherapy"),
}
TRIAL_OUTCOME_WORDS: dict[TrialOutcome, Words] = {
    TrialOutcome.NO_BENEFIT: lazy("no benefit"),
    TrialOutcome.TOO_LITTLE: lazy("helped too little"),
    TrialOutcome.HELPED: lazy("helped"),
    TrialOutcome.NOT_TOLERATED: lazy("not tolerated"),
    TrialOutcome.NOT_KNOWN: lazy("not known"),
}
ON_THE_DAY_WORDS: dict[OnTheDay, Words] = {
    OnTheDay.TAKEN: lazy("also on the day of an infusion"),
    OnTheDay.LEFT_OUT: lazy("left out on the day of an infusion"),
    OnTheDay.NOT_KNOWN: lazy("not decided yet"),
}
CONSENT_WORDS: dict[ConsentKind, Words] = {
    ConsentKind.TREATMENT: lazy("consent to treatment"),
    ConsentKind.RESEARCH: lazy("consent to research"),
}

WHY_WORDS: dict[Why, Words] = {
    Why.NEVER_SIGNED: lazy("not decided yet"),
    Why.NOT_ELIGIBLE: lazy("not eligible"),
    Why.DEFERRED: lazy("deferred"),
    Why.WITHDRAWN: lazy("taken back"),
    Why.EXPIRED: lazy("expired"),
    Why.LAPSED: lazy("lapsed"),
    Why.NO_CONSENT: lazy("not signed"),
    Why.CONSENT_WITHDRAWN: lazy("taken back"),
    Why.CONSENT_EXPIRED: lazy("out of date"),
    Why.CONSENT_TEXT_CHANGED: lazy("to be signed again: the text has changed"),
    Why.CONSENT_TO_ASK_AGAIN: lazy("to be asked again: a hard infusion was talked through"),
}
CHANGE_WORDS: dict[ChangeKind, Words] = {
    ChangeKind.MEDICINE_ADDED: lazy("medicine added"),
    ChangeKind.MEDICINE_STOPPED: lazy("medicine stopped"),
    ChangeKind.MEDICINE_STRUCK: lazy("medicine struck as a mistake"),
    ChangeKind.ANSWER_CHANGED: lazy("answer changed"),
    ChangeKind.HISTORY_CHANGED: lazy("treatment history changed"),
    ChangeKind.RESULT_OUTSIDE: lazy("result outside its range"),
    ChangeKind.RESULT_STRUCK: lazy("result struck as a mistake"),
    ChangeKind.ALLERGIES_CHANGED: lazy("allergies changed"),
    ChangeKind.PATIENT_CHANGED: lazy("patient’s record changed"),
    ChangeKind.RULE_FIRED: lazy("rule fires now"),
    ChangeKind.TEST_OUT_OF_DATE: lazy("test out of date"),
}
GAP_WORDS: dict[GapKind, Words] = {
    GapKind.QUESTION_OPEN: lazy("not asked yet"),
    GapKind.QUESTION_NOT_KNOWN: lazy("answered: not known"),
    GapKind.TEST_MISSING: lazy("test missing"),
    GapKind.TEST_OUT_OF_DATE: lazy("test out of date"),
    GapKind.MEDICINES_NOT_REVIEWED: lazy("the list of medicines was not gone through"),
    GapKind.ALLERGIES_NOT_REVIEWED: lazy("the allergies were not asked"),
}
STATE_WORDS: dict[State, Words] = {
    State.GOOD: lazy("good"),
    State.OUTSIDE: lazy("outside its range"),
    State.MISSING: lazy("missing"),
    State.OUT_OF_DATE: lazy("out of date"),
    State.NOT_WANTED: lazy("not wanted"),
}
JUDGED_WORDS: dict[Judgement, Words] = {
    Judgement.FAILED: lazy("adequate, and failed"),
    Judgement.HELPED: lazy("helped"),
    Judgement.NOT_TOLERATED: lazy("not tolerated: no failed trial"),
    Judgement.OUTCOME_NOT_KNOWN: lazy("outcome not known: not counted"),
    Judgement.NOT_AN_ANTIDEPRESSANT: lazy("no antidepressant medicine: not counted"),
    Judgement.NOT_LISTED: lazy("not listed: cannot be judged"),
    Judgement.NO_LOWEST_DOSE: lazy("no source for its lowest dose: cannot be judged"),
    Judgement.DOSE_NOT_KNOWN: lazy("dose not known: not counted"),
    Judgement.DOSE_TOO_LOW: lazy("dose too low"),
    Judgement.TIME_NOT_KNOWN: lazy("time not known: not counted"),
    Judgement.TOO_SHORT: lazy("too short"),
}


def meaning_of(outcome: Outcome, indication: Indication, name: str, last_day: date) -> str:
    """What a decision's signature says. last_day: on the clinic's calendar."""
    what = {
        Outcome.ELIGIBLE: _("I have looked at this evaluation. %(name)s may be treated with ketamine for %(what)s."),
        Outcome.NOT_ELIGIBLE: _("I have looked at this evaluation. %(name)s is not to be treated for %(what)s."),
        Outcome.DEFERRED: _("I have looked at this evaluation. Whether %(name)s is treated for %(what)s is deferred."),
    }[outcome]
    said = what % {"name": name, "what": INDICATION_WORDS[indication]}
    return said + " " + _("This holds until %(day)s or until something changes.") % {"day": last_day.isoformat()}
