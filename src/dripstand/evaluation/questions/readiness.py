"""What has to be in place around the treatment (protocol.md 1.2, 1.5)."""

from __future__ import annotations

from dripstand.evaluation.questions.question import Kind, Question, Section, yes_no

READINESS = Section(
    "readiness",
    "In place",
    (
        yes_no("capacity", "Does the patient have the capacity to consent?"),
        yes_no(
            "informed", "Told: off-label use, no driving until tomorrow, misuse, bladder, unknown long-term effects?"
        ),
        yes_no("medical_clearance", "Has an anaesthetist or the responsible physician reviewed the medical part?"),
        yes_no("emergency_contact", "Is an emergency contact on record?"),
        yes_no("escort_possible", "Can somebody take the patient home each time?"),
        Question("evaluation_note", "Note for whoever decides", Kind.TEXT, required=False),
    ),
)
