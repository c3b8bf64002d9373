"""Reads of evaluations: the file, what fired, whether a decision and a consent stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dripstand.evaluation import models, store
from dripstand.evaluation.assessment import Assessment, assess
from dripstand.evaluation.entries import ConsentKind
from dripstand.evaluation.file import PatientFile, fold
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.person import Case, Person
from dripstand.evaluation.ratings import ratings_of
from dripstand.evaluation.standing import (
    Clearance,
    ConsentStanding,
    Standing,
    Why,
    clearance,
    consent_standing,
    newest_decision,
    standing,
)
from dripstand.people.errors import NotThere
from dripstand.people.queries import PatientDetails, history_of
from dripstand.people.queries import patient as patient_of
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.defaults import default_template
from dripstand.protocol.queries import current_template
from dripstand.protocol.template import EvaluationLimits, ProtocolTemplate, is_pain

__all__ = [
    "Clearance",
    "ConsentStanding",
    "NoSuchConsentText",
    "Standing",
    "TextDetails",
    "assessment",
    "case_of",
    "clearance_of",
    "consent",
    "consent_text",
    "consent_texts",
    "current_consent_text",
    "file_of",
    "indications_of",
    "limits",
    "standing_decision",
    "standing_decisions",
]


def file_of(patient_id: str, *, until: datetime | None = None) -> PatientFile:
    """The patient's evaluation. until: as it was recorded by then. Raises NoSuchPatient."""
    return fold(store.load(patient_id, until=until))


def _template() -> ProtocolTemplate:
    """The template in force; before the clinic has signed one, this software's unsigned draft (nothing can be decided
    then, but the screens show what would hold)."""
    return current_template() or default_template()


def _versions(patient: PatientDetails, file: PatientFile) -> tuple[Person, ...]:
    """What the record said after each change; read only where there is a decision that could rest on it."""
    if patient.version_number < 2 or not file.decisions:
        return ()
    return tuple(
        Person(
            birth_date=date.fromisoformat(one.body["birth_date"]),
            sex=one.body["sex"],
            allergies=tuple(one.body["allergies"]),
            at=one.recorded_at,
            by=one.staff_name,
        )
        for one in reversed(history_of(patient.patient_id))
    )


def _case(
    patient: PatientDetails,
    file: PatientFile,
    indication: Indication,
    now: datetime,
    template: ProtocolTemplate | None = None,
) -> Case:
    template = template or _template()
    return Case(
        file=file,
        indication=indication,
        birth_date=patient.birth_date,
        sex=patient.sex,
        allergies=patient.allergies,
        at=now,
        limits=template.evaluation,
        gates=template.gates,
        bipolar=template.choices.bipolar,
        versions=_versions(patient, file),
        ratings=ratings_of(patient.patient_id) if indication is Indication.BIPOLAR_DEPRESSION else (),
        zone=clinic_zone(),
        liver_tests_valid_d=template.pain.liver_tests_valid_d if template.pain and is_pain(indication) else None,
    )


def limits() -> EvaluationLimits:
    """The evaluation's numbers of the protocol in force."""
    return _template().evaluation


def case_of(patient_id: str, indication: Indication, now: datetime, *, file: PatientFile) -> Case:
    """What the rules look at for one indication, now. Raises NoSuchPatient."""
    return _case(patient_of(patient_id), file, indication, now)


def assessment(
    patient_id: str, indication: Indication, now: datetime, *, file: PatientFile | None = None
) -> Assessment:
    """What fired and what is open for one indication, now. Raises NoSuchPatient."""
    patient = patient_of(patient_id)
    case = _case(patient, file or file_of(patient_id), indication, now)
    return assess(case, allergies_reviewed=patient.allergies_reviewed)


def standing_decision(
    patient_id: str, indication: Indication, now: datetime, *, file: PatientFile | None = None
) -> Standing:
    """The newest decision and whether it stands as eligible; why not, and what changed, where it does not.

    Raises NoSuchPatient.
    """
    return standing(assessment(patient_id, indication, now, file=file))


def standing_decisions(patient_id: str, now: datetime, *, file: PatientFile | None = None) -> tuple[Standing, ...]:
    """The same for every indication that this patient was ever decided on; for all of them where for none."""
    patient, known = patient_of(patient_id), file or file_of(patient_id)
    return tuple(
        standing(assess(_case(patient, known, one, now), allergies_reviewed=patient.allergies_reviewed))
        for one in indications_of(known)
    )


def indications_of(file: PatientFile) -> tuple[Indication, ...]:
    """The indications that a decision was signed for; every one where none was."""
    return tuple(one for one in Indication if newest_decision(file, one)) or tuple(Indication)


def consent(patient_id: str, kind: ConsentKind, now: datetime, *, file: PatientFile | None = None) -> ConsentStanding:
    """Whether this consent stands. Raises NoSuchPatient."""
    return consent_standing(
        file or file_of(patient_id),
        kind,
        at=now,
        valid_d=_template().evaluation.consent_valid_d,
        least_version=_least_version(kind),
    )


def clearance_of(patient_id: str, at: datetime, *, indications: Iterable[Indication] = ()) -> Clearance:
    """Whether an infusion of this patient may be ordered, as everything was recorded at that moment.

    indications: for which of them a decision has to stand; any one suffices, and where none is named any of all.
    Raises NoSuchPatient.
    """
    file = file_of(patient_id, until=at)
    asked = frozenset(indications) or frozenset(Indication)
    found = [one for one in standing_decisions(patient_id, at, file=file) if one.indication in asked]
    if not found:
        found = [Standing(one, None, Why.NEVER_SIGNED) for one in Indication if one in asked]
    return clearance(found, consent(patient_id, ConsentKind.TREATMENT, at, file=file))


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for every patient. least_consent_version: the oldest text whose signature still counts."""

    template: ProtocolTemplate
    least_consent_version: int


def in_force() -> InForce:
    """Read once for a list of people."""
    return InForce(_template(), _least_version(ConsentKind.TREATMENT))


def cleared(
    patient: PatientDetails, file: PatientFile, indications: Iterable[Indication], at: datetime, house: InForce
) -> Clearance:
    """As `clearance_of`, with everything at hand: a decision that stands for any of these indications, and consent."""
    standings = [
        standing(assess(_case(patient, file, one, at, house.template), allergies_reviewed=patient.allergies_reviewed))
        for one in indications
    ]
    consented = consent_standing(
        file,
        ConsentKind.TREATMENT,
        at=at,
        valid_d=house.template.evaluation.consent_valid_d,
        least_version=house.least_consent_version,
    )
    return clearance(standings, consented)


# --- consent texts ----------------------------------------------------------------------------------------------------


class NoSuchConsentText(NotThere):
    """No published consent text has this id."""


@dataclass(frozen=True, slots=True)
class TextDetails:
    """One published consent text."""

    text_id: str
    kind: ConsentKind
    language: str
    version: int
    title: str
    paragraphs: tuple[str, ...]
    statements: tuple[str, ...]
    body_sha256: str
    asks_again: bool
    published_at: datetime
    publisher_name: str


def _details(row: models.ConsentText) -> TextDetails:
    return TextDetails(
        text_id=str(row.pk),
        kind=ConsentKind(row.kind),
        language=row.language,
        version=row.version,
        title=row.title,
        paragraphs=tuple(part.strip() for part in row.body.split("\n\n") if part.strip()),
        statements=tuple(row.statements),
        body_sha256=row.body_sha256,
        asks_again=row.asks_again,
        published_at=row.published_at,
        publisher_name=row.publisher_name,
    )


def consent_text(text_id: str) -> TextDetails:
    """One published text. Raises NoSuchConsentText."""
    try:
        row = models.ConsentText.objects.filter(pk=UUID(str(text_id))).first()
    except ValueError:
        row = None
    if row is None:
        raise NoSuchConsentText(text_id)
    return _details(row)


def consent_texts() -> tuple[TextDetails, ...]:
    """Every published text, by kind and language, newest version first."""
    return tuple(_details(row) for row in models.ConsentText.objects.all())


def current_consent_text(kind: ConsentKind, language: str = "en") -> TextDetails | None:
    """The newest version in this language; None where the clinic has published none."""
    row = models.ConsentText.objects.filter(kind=kind.value, language=language).order_by("-version").first()
    return _details(row) if row else None


def _least_version(kind: ConsentKind) -> int:
    """The oldest version that still holds. One version number is shared by all languages of a kind."""
    rows = models.ConsentText.objects.filter(kind=kind.value, asks_again=True)
    return rows.order_by("-version").values_list("version", flat=True).first() or 1
