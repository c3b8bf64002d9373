"""GAD-7: seven questions on anxiety over the last two weeks.

Range, window and bands: protocol.md 6.1 [V]. The words are exact: English from CamCOPS, German from the FHIR guide of
the Medizininformatik-Initiative and three copies that agree, Spanish of the United States form from copies that agree.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Band,
    Instrument,
    Licence,
    Rater,
    RecallWindow,
    Wording,
    Words,
    by_number,
    numbered,
    verified,
)

_ENGLISH = Wording(
    language="en",
    version="1",
    title="GAD-7",
    stem="Over the last 2 weeks, how often have you been bothered by the following problems?",
    items=by_number(
        "Feeling nervous, anxious or on edge",
        "Not being able to stop or control worrying",
        "Worrying too much about different things",
        "Trouble relaxing",
        "Being so restless that it is hard to sit still",
        "Becoming easily annoyed or irritable",
        "Feeling afraid as if something awful might happen",
    ),
    choices={0: "Not at all", 1: "Several days", 2: "More than half the days", 3: "Nearly every day"},
    credit=(
        "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational "
        "grant from Pfizer Inc."
    ),
    source=verified(
        "CamCOPS (University of Cambridge), extra_strings/gad7.xml; the first line as in two "
        "other copies, which have no “any of”"
    ),
)

_GERMAN = Wording(
    language="de",
    version="1",
    title="Gesundheitsfragebogen für Patienten (GAD-7)",
    stem="Wie oft fühlten Sie sich im Verlauf der letzten 2 Wochen durch die folgenden Beschwerden beeinträchtigt?",
    items=by_number(
        "Nervosität, Ängstlichkeit oder Anspannung",
        "Nicht in der Lage sein, Sorgen zu stoppen oder zu kontrollieren",
        "Übermäßige Sorgen bezüglich verschiedener Angelegenheiten",
        "Schwierigkeiten zu entspannen",
        "Rastlosigkeit, so dass Stillsitzen schwer fällt",
        "Schnelle Verärgerung oder Gereiztheit",
        "Gefühl der Angst, so als würde etwas Schlimmes passieren",
    ),
    choices={
        0: "Überhaupt nicht",
        1: "An einzelnen Tagen",
        2: "An mehr als der Hälfte der Tage",
        3: "Beinahe jeden Tag",
    },
    credit="Deutsche Version: Prof. Dr. Bernd Löwe, Universitätsklinikum Hamburg-Eppendorf",
    source=verified(
        "FHIR guide of the Medizininformatik-Initiative (module PROMs, PHQ family) and three copies; another "
        "file of that guide words item 4 otherwise"
    ),
)

_SPANISH = Wording(
    language="es",
    version="1",
    title="GAD-7",
    stem="Durante las últimas 2 semanas, ¿qué tan seguido ha tenido molestias debido a los siguientes problemas?",
    items=by_number(
        "Se ha sentido nervioso(a), ansioso(a) o con los nervios de punta",
        "No ha sido capaz de parar o controlar su preocupación",
        "Se ha preocupado demasiado por motivos diferentes",
        "Ha tenido dificultad para relajarse",
        "Se ha sentido tan inquieto(a) que no ha podido quedarse quieto(a)",
        "Se ha molestado o irritado fácilmente",
        "Ha tenido miedo de que algo terrible fuera a pasar",
    ),
    choices={0: "Ningún día", 1: "Varios días", 2: "Más de la mitad de los días", 3: "Casi todos los días"},
    source=verified(
        "The form for Spanish in the United States: two transcriptions agree letter for letter, two but for punctuation"
    ),
)

GAD_7 = Instrument(
    id="gad-7",
    version="1",
    name="GAD-7",
    rater=Rater.PATIENT,
    recall=RecallWindow(14, "the last 2 weeks", verified("protocol.md 6.1: 14 days")),
    items=numbered(7, 3),
    words=Words.CARRIED,
    licence=Licence(
        "Opened by Pfizer in 2010 together with the PHQ: no charge, no permission needed. For the German version the "
        "clinic should ask first, as for the PHQ-9.",
        verified("protocol.md 6.1 and 14.2"),
    ),
    source=verified("Range and items: protocol.md 6.1"),
    wordings={"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH},
    bands=(Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"), Band(15, "severe")),
    bands_source=verified("protocol.md 6.1: 5, 10, 15; the names are secondary"),
)
