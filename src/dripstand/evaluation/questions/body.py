"""The body: what makes ketamine dangerous for this person (protocol.md 1.3)."""

from __future__ import annotations

from dripstand.evaluation.questions.question import Kind, Question, Section, yes_no

EVENT_WHEN = {
    "never": "never",
    "within_6_weeks": "within the last 6 weeks",
    "6_weeks_to_6_months": "6 weeks to 6 months ago",
    "longer_ago": "longer ago",
}

BODY = Section(
    "body",
    "The body",
    (
        yes_no(
            "aneurysm",
            "An aneurysm (aorta, head, limbs) or an arteriovenous malformation?",
            help="Known or suspected, repaired or not.",
        ),
        yes_no("intracerebral_haemorrhage", "Ever a bleeding in the brain?"),
        yes_no("ketamine_allergy", "Ever an allergic reaction to ketamine or esketamine?"),
        yes_no(
            "pressure_rise_hazard",
            "Would a marked rise of blood pressure be a serious hazard?",
            help="The clinician's judgement, whatever the reason.",
        ),
        yes_no("hypertension_uncontrolled", "High blood pressure that is not under control?"),
        yes_no("heart_failure_decompensated", "Heart failure that is decompensated now?"),
        yes_no("angina_unstable", "Unstable angina?"),
        Question("infarction_or_stroke", "A heart attack or stroke?", Kind.CHOICE, EVENT_WHEN),
        yes_no("arrhythmia", "A significant disturbance of the heart's rhythm?"),
        yes_no("raised_pressure", "Raised pressure in the head or in an eye (glaucoma)?"),
        yes_no("brain_injury", "A brain injury that still gives symptoms?"),
        yes_no("liver_disease", "A disease of the liver?"),
        yes_no("cystitis", "Interstitial or ulcerative cystitis, or urinary symptoms without a known cause?"),
        yes_no("hyperthyroidism", "An overactive thyroid that is not under control?"),
        yes_no("porphyria", "Porphyria?"),
        yes_no("lung_disease", "A severe disease of the lungs or of breathing?"),
        yes_no("sleep_apnoea", "Severe sleep apnoea that is not treated?"),
        yes_no("pregnant", "Pregnant, or could be?"),
        yes_no("breast_feeding", "Breast-feeding?"),
        yes_no(
            "pregnancy_excluded",
            "Is pregnancy impossible (sterilised, hysterectomy, after the menopause)?",
            help="Yes leaves out the pregnancy test.",
            required=False,
        ),
        Question(
            "asa_class",
            "ASA physical status, as an anaesthetist or the examining physician assigned it",
            Kind.CHOICE,
            {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"},
        ),
        Question("examination", "Findings of the physical examination", Kind.TEXT, required=False),
    ),
)
