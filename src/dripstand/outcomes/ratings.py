"""The mania self-rating as the evaluation reads it: each finished ASRM, and each correction of one, is a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from dripstand.evaluation.ratings import Rated
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.instruments.asrm import ASRM
from dripstand.outcomes.queries import finished_of


def mania_ratings_of(patient_id: str) -> tuple[Rated, ...]:
    """What the evaluation registers. A form with too many open items has no total and is no rating."""
    return tuple(rated for form in finished_of(patient_id, ASRM.id) for rated in _rated(form))


def _rated(form: Filled) -> Iterator[Rated]:
    assert form.end is not None and form.handed_in_at is not None
    first = replace(form, given=tuple(one for one in form.given if not one.reason))
    for version in (first, form) if form.is_corrected else (form,):
        total = version.score.total_score
        if total is None:
            continue
        recorded_at = max((one.recorded_at for one in version.given), default=form.end.at)
        yield Rated(
            rating_id=f"{form.questionnaire_id}/{version.answers_sha256[:16]}",
            test="asrm",
            value=str(Decimal(total.numerator) / Decimal(total.denominator)),
            taken_at=form.handed_in_at,
            recorded_at=max(recorded_at, form.end.at),
            by=version.given[-1].by_name if version.given else form.end.by_name,
        )
