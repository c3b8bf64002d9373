"""ASQ, the Ask Suicide-Screening Questions of NIMH: four questions, and a fifth on acuity after any yes; no total.

"A free resource" (NIMH); in 727 adult inpatients sensitivity 100 %, specificity 89 % (PMC9773543): protocol.md 14.5.
The words are exact, in English and in the Spanish of NIMH; no German version is listed, so none is carried.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Instrument,
    Item,
    Licence,
    Rater,
    RecallWindow,
    Wording,
    Words,
    by_number,
    verified,
)

SCREEN_ITEMS = ("1", "2", "3", "4")
ACUITY_ITEM = "5"

_CREDIT = "asQ Suicide Risk Screening Toolkit, National Institute of Mental Health (NIMH)"

ASQ = Instrument(
    id="asq",
    version="1",
    name="ASQ",
    rater=Rater.CLINICIAN,
    recall=RecallWindow(
        21, "the past few weeks; an attempt, ever", verified("The questions themselves; a few weeks taken as three")
    ),
    items=tuple(Item(name, 1, in_total=False) for name in (*SCREEN_ITEMS, ACUITY_ITEM)),
    words=Words.CARRIED,
    licence=Licence(
        "NIMH calls it a free resource. The exact words are carried and credited; whether they may be adapted is not "
        "known, so they are not.",
        verified("protocol.md 6.1 and 14.5; nimh.nih.gov, ASQ toolkit"),
    ),
    source=verified("Four questions and one on acuity: NIMH toolkit; adults: PMC9773543 (protocol.md 14.5)"),
    wordings={
        "en": Wording(
            language="en",
            version="1",
            title="Ask Suicide-Screening Questions (asQ)",
            stem="Ask the patient:",
            instructions="Ask the patient 1 to 4. After a yes or a refusal, ask 5 as well. A refused one stays open.",
            items=by_number(
                "In the past few weeks, have you wished you were dead?",
                "In the past few weeks, have you felt that you or your family would be better off if you were dead?",
                "In the past week, have you been having thoughts about killing yourself?",
                "Have you ever tried to kill yourself?",
                "Are you having thoughts of killing yourself right now?",
            ),
            choices={0: "No", 1: "Yes"},
            credit=_CREDIT,
            source=verified("NIMH toolkit, in a scanned copy and in several transcriptions that agree"),
        ),
        "es": Wording(
            language="es",
            version="1",
            title="Preguntas de detección del riesgo de suicidio (asQ)",
            stem="Pregúntele al paciente:",
            instructions="Pregunte de la 1 a la 4. Tras un sí o sin respuesta, la 5; lo no contestado queda abierto.",
            items=by_number(
                "En las últimas semanas, ¿ha deseado estar muerto?",
                "En las últimas semanas, ¿ha sentido que usted o su familia estarían mejor si estuviera muerto?",
                "En la última semana, ¿ha estado pensando en suicidarse?",
                "¿Alguna vez ha intentado suicidarse?",
                "¿Está pensando en suicidarse en este momento?",
            ),
            choices={0: "No", 1: "Sí"},
            credit=_CREDIT,
            source=verified("The Spanish version of NIMH (2017), in two transcriptions that agree letter for letter"),
        ),
    },
    has_total=False,
)
