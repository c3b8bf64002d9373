"""The clinic's own list of side effects after an infusion: nine effects, none to severe, no total.

Ours in every language, so there is nothing to license: protocol.md 5.2 ("own checklist ... is safe to ship").
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
    unverified,
)
from dripstand.protocol.template import Mark, Source

_OURS = Source("Written for this software", Mark.CLINIC)

EFFECTS = (
    "nausea",
    "headache",
    "dizziness",
    "blurred_vision",
    "anxiety",
    "dissociation",
    "sedation",
    "urinary",
    "craving",
)

_ENGLISH = Wording(
    language="en",
    version="1",
    title="How the infusion was borne",
    stem="Since the infusion began, how much have you had of each of these?",
    items={
        "nausea": "Feeling sick or being sick",
        "headache": "Headache",
        "dizziness": "Dizziness",
        "blurred_vision": "Blurred or double vision",
        "anxiety": "Fear or unease",
        "dissociation": "Feeling cut off from your body or from what is around you",
        "sedation": "Sleepiness",
        "urinary": "Pain, burning or urgency when passing water",
        "craving": "A strong wish to have the medicine again soon",
    },
    choices={0: "None", 1: "Mild", 2: "Moderate", 3: "Severe"},
    source=_OURS,
)

_GERMAN = Wording(
    language="de",
    version="1",
    title="Wie die Infusion vertragen wurde",
    stem="Wie stark hatten Sie seit Beginn der Infusion die folgenden Beschwerden?",
    items={
        "nausea": "Übelkeit oder Erbrechen",
        "headache": "Kopfschmerzen",
        "dizziness": "Schwindel",
        "blurred_vision": "Verschwommenes Sehen oder Doppelbilder",
        "anxiety": "Angst oder Unruhe",
        "dissociation": "Gefühl, vom eigenen Körper oder von der Umgebung getrennt zu sein",
        "sedation": "Schläfrigkeit",
        "urinary": "Schmerzen, Brennen oder Drang beim Wasserlassen",
        "craving": "Starker Wunsch, das Mittel bald wieder zu bekommen",
    },
    choices={0: "Keine", 1: "Leicht", 2: "Mäßig", 3: "Stark"},
    source=_OURS,
)

_SPANISH = Wording(
    language="es",
    version="1",
    title="Cómo se ha tolerado la infusión",
    stem="Desde el comienzo de la infusión, ¿cuánto ha tenido de cada una de estas molestias?",
    items={
        "nausea": "Náuseas o vómitos",
        "headache": "Dolor de cabeza",
        "dizziness": "Mareo",
        "blurred_vision": "Visión borrosa o doble",
        "anxiety": "Miedo o inquietud",
        "dissociation": "Sensación de estar separado de su cuerpo o de lo que le rodea",
        "sedation": "Somnolencia",
        "urinary": "Dolor, ardor o urgencia al orinar",
        "craving": "Fuerte deseo de volver a recibir pronto el medicamento",
    },
    choices={0: "Nada", 1: "Leve", 2: "Moderado", 3: "Intenso"},
    source=_OURS,
)

SIDE_EFFECTS = Instrument(
    id="side-effects",
    version="1",
    name="Side effects",
    rater=Rater.PATIENT,
    recall=RecallWindow(1, "since the infusion began", _OURS),
    items=tuple(Item(effect, 3, in_total=False) for effect in EFFECTS),
    words=Words.CARRIED,
    licence=Licence("Ours: part of this software, under its licence.", _OURS),
    source=unverified("protocol.md 5.2: the effects of the clinic's own checklist"),
    wordings={"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH},
    has_total=False,
)
