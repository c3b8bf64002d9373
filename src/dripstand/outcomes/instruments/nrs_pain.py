"""Pain as a number from 0 to 10: now, at its worst and on average in the last 24 hours. The average is the total.

A numerical rating scale belongs to nobody; the words are ours in every language (those of the BPI are not). IMMPACT
recommends it for the intensity of chronic pain: Dworkin 2008 (protocol.md 14.3). The ends are those of Farrar 2001.
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
    numbers_of,
    verified,
)
from dripstand.protocol.template import Mark, Source

NOW, WORST, AVERAGE = "now", "worst", "average"
_OURS = Source("Written for this software", Mark.CLINIC)

NRS_PAIN = Instrument(
    id="nrs-pain",
    version="1",
    name="Pain, 0 to 10",
    rater=Rater.PATIENT,
    recall=RecallWindow(1, "the last 24 hours", _OURS),
    items=(Item(NOW, 10, in_total=False), Item(WORST, 10, in_total=False), Item(AVERAGE, 10)),
    words=Words.CARRIED,
    licence=Licence("Ours: part of this software, under its licence.", _OURS),
    source=verified("0 to 10 for the intensity of pain: IMMPACT, Dworkin 2008, in Bandolier (protocol.md 14.3)"),
    wordings={
        "en": Wording(
            language="en",
            version="1",
            title="Your pain in numbers",
            stem="0 means no pain, 10 the worst possible pain.",
            items={
                NOW: "How strong is your pain now?",
                WORST: "How strong was your pain at its worst in the last 24 hours?",
                AVERAGE: "How strong was your pain on the whole in the last 24 hours?",
            },
            choices=numbers_of(10, "no pain", "worst possible pain"),
            source=_OURS,
        ),
        "de": Wording(
            language="de",
            version="1",
            title="Ihre Schmerzen in Zahlen",
            stem="0 bedeutet keine Schmerzen, 10 die stärksten Schmerzen, die es geben kann.",
            items={
                NOW: "Wie stark sind Ihre Schmerzen jetzt?",
                WORST: "Wie stark waren Ihre Schmerzen in den letzten 24 Stunden, als sie am schlimmsten waren?",
                AVERAGE: "Wie stark waren Ihre Schmerzen in den letzten 24 Stunden im Ganzen?",
            },
            choices=numbers_of(10, "keine Schmerzen", "die stärksten Schmerzen"),
            source=_OURS,
        ),
        "es": Wording(
            language="es",
            version="1",
            title="Su dolor en números",
            stem="0 significa ningún dolor, 10 el peor dolor posible.",
            items={
                NOW: "¿Cuánto le duele ahora?",
                WORST: "¿Cuánto le dolió en el peor momento de las últimas 24 horas?",
                AVERAGE: "¿Cuánto le dolió, en conjunto, en las últimas 24 horas?",
            },
            choices=numbers_of(10, "ningún dolor", "el peor dolor posible"),
            source=_OURS,
        ),
    },
)
