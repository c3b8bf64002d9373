"""A patient of a served house, evaluated beside it: `python -m tests.journeys.evaluating FOLDER RECORD`.

The journeys that are about something else need somebody who may be treated; the demo's own services make them so.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def evaluate_in(folder: Path, record_number: str) -> None:
    """Evaluates, decides and consents for one patient in the database of a running house."""
    os.environ["DRIPSTAND_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "dripstand.server.settings"
    import django

    django.setup()
    from dripstand.people.queries import patients
    from dripstand.protocol.queries import current_template
    from dripstand.server.demo.cast import STAFF
    from dripstand.server.demo.clinic import DemoClinic, staff_of
    from dripstand.server.demo.evaluated import evaluate

    template, (patient,) = current_template(), patients(record_number)
    assert template is not None
    clinic = DemoClinic({one.username: staff_of(one.username) for one in STAFF}, (), template.template_id)
    evaluate(clinic, record_number, patient.patient_id, datetime.now(UTC))


if __name__ == "__main__":
    evaluate_in(Path(sys.argv[1]), sys.argv[2])
