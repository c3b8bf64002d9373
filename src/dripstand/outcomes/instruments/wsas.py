"""WSAS, the Work and Social Adjustment Scale: five items of 0 to 8, 0 to 40; no text is carried."""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Band,
    Instrument,
    Licence,
    Rater,
    RecallWindow,
    Words,
    numbered,
    unverified,
    verified,
)

WSAS = Instrument(
    id="wsas",
    version="1",
    name="WSAS",
    rater=Rater.PATIENT,
    recall=RecallWindow(0, "as things are now", unverified("The sheet names no window: general knowledge")),
    items=numbered(5, 8),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Published and widely given out; Dr Isaac Marks keeps the copyright. Ask before loading a text.",
        verified("mhscales.com; CamCOPS docs/source/tasks/wsas.rst"),
    ),
    source=verified("Mundt 2002, doi 10.1192/bjp.180.5.461, as mhscales.com and the NHS Data Dictionary give it"),
    bands=(
        Band(0, "subclinical"),
        Band(10, "significant functional impairment"),
        Band(21, "moderately severe or worse"),
    ),
    bands_source=verified("Mundt 2002, as quoted: below 10, 10 to 20, above 20 (greenspacehealth.com)"),
)
