"""PHQ-9: nine questions on depression over the last two weeks, and one on difficulty that is not in the total.

Range, window and bands: protocol.md 6.1 [V]. The words are exact: English as on the form of phqscreeners.com, read in
CamCOPS; German as in two FHIR guides that agree; Spanish as on the United States form, read in copies that agree.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Band,
    Instrument,
    Item,
    Licence,
    Rater,
    RecallWindow,
    Wording,
    Words,
    by_number,
    numbered,
    verified,
)

DIFFICULTY = "difficulty"

_CREDIT = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant "
    "from Pfizer Inc."
)

_ENGLISH = Wording(
    language="en",
    version="1",
    title="Patient Health Questionnaire (PHQ-9)",
    stem="Over the last 2 weeks, how often have you been bothered by any of the following problems?",
    items=by_number(
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
        "Trouble falling or staying asleep, or sleeping too much",
        "Feeling tired or having little energy",
        "Poor appetite or overeating",
        "Feeling bad about yourself — or that you are a failure or have let yourself or your family down",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
        "Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or "
        "restless that you have been moving around a lot more than usual",
        "Thoughts that you would be better off dead or of hurting yourself in some way",
    )
    | {
        DIFFICULTY: "If you checked off any problems, how difficult have these problems made it for you to do your "
        "work, take care of things at home, or get along with other people?"
    },
    choices={0: "Not at all", 1: "Several days", 2: "More than half the days", 3: "Nearly every day"},
    own_choices={
        DIFFICULTY: {
            0: "Not difficult at all",
            1: "Somewhat difficult",
            2: "Very difficult",
            3: "Extremely difficult",
        }
    },
    credit=_CREDIT,
    source=verified(
        "phqscreeners.com form as transcribed by CamCOPS (University of Cambridge), extra_strings/phq9.xml"
    ),
)

_GERMAN = Wording(
    language="de",
    version="1",
    title="Gesundheitsfragebogen für Patienten (PHQ-9)",
    stem="Wie oft fühlten Sie sich im Verlauf der letzten 2 Wochen durch die folgenden Beschwerden beeinträchtigt?",
    items=by_number(
        "Wenig Interesse oder Freude an Ihren Tätigkeiten",
        "Niedergeschlagenheit, Schwermut oder Hoffnungslosigkeit",
        "Schwierigkeiten ein- oder durchzuschlafen oder vermehrter Schlaf",
        "Müdigkeit oder Gefühl, keine Energie zu haben",
        "Verminderter Appetit oder übermäßiges Bedürfnis zu essen",
        "Schlechte Meinung von sich selbst; Gefühl, ein Versager zu sein oder die Familie enttäuscht zu haben",
        "Schwierigkeiten, sich auf etwas zu konzentrieren, z.B. beim Zeitunglesen oder Fernsehen",
        "Waren Ihre Bewegungen oder Ihre Sprache so verlangsamt, dass es auch anderen auffallen würde? Oder waren Sie "
        "im Gegenteil „zappelig“ oder ruhelos und hatten dadurch einen stärkeren Bewegungsdrang als sonst?",
        "Gedanken, dass Sie lieber tot wären oder sich Leid zufügen möchten",
    )
    | {
        DIFFICULTY: "Wenn eines oder mehrere dieser Probleme bei Ihnen vorliegen, geben Sie bitte an, wie sehr diese "
        "Probleme es Ihnen erschwert haben, Ihre Arbeit zu erledigen, Ihren Haushalt zu regeln oder mit anderen "
        "Menschen zurecht zu kommen:"
    },
    choices={
        0: "Überhaupt nicht",
        1: "An einzelnen Tagen",
        2: "An mehr als der Hälfte der Tage",
        3: "Beinahe jeden Tag",
    },
    own_choices={
        DIFFICULTY: {
            0: "Überhaupt nicht erschwert",
            1: "Etwas erschwert",
            2: "Relativ stark erschwert",
            3: "Sehr stark erschwert",
        }
    },
    credit="Deutsche Version: Prof. Dr. Bernd Löwe, Universitätsklinikum Hamburg-Eppendorf",
    source=verified(
        "FHIR questionnaires of the Medizininformatik-Initiative (module PROMs) and of helict/qpath, which agree; the "
        "four answers on difficulty only in the first"
    ),
)

_SPANISH = Wording(
    language="es",
    version="1",
    title="Cuestionario sobre la salud del paciente-9 (PHQ-9)",
    stem="Durante las últimas 2 semanas, ¿qué tan seguido ha tenido molestias debido a los siguientes problemas?",
    items=by_number(
        "Poco interés o placer en hacer cosas",
        "Se ha sentido decaído(a), deprimido(a) o sin esperanzas",
        "Ha tenido dificultad para quedarse o permanecer dormido(a), o ha dormido demasiado",
        "Se ha sentido cansado(a) o con poca energía",
        "Sin apetito o ha comido en exceso",
        "Se ha sentido mal con usted mismo(a) – o que es un fracaso o que ha quedado mal con usted mismo(a) o con su "
        "familia",
        "Ha tenido dificultad para concentrarse en ciertas actividades, tales como leer el periódico o ver la "
        "televisión",
        "¿Se ha movido o hablado tan lento que otras personas podrían haberlo notado? o lo contrario – muy inquieto(a) "
        "o agitado(a) que ha estado moviéndose mucho más de lo normal",
        "Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera",
    )
    | {
        DIFFICULTY: "Si marcó cualquiera de los problemas, ¿qué tanta dificultad le han dado estos problemas para "
        "hacer su trabajo, encargarse de las tareas del hogar, o llevarse bien con otras personas?"
    },
    choices={0: "Ningún día", 1: "Varios días", 2: "Más de la mitad de los días", 3: "Casi todos los días"},
    own_choices={
        DIFFICULTY: {0: "No ha sido difícil", 1: "Un poco difícil", 2: "Muy difícil", 3: "Extremadamente difícil"}
    },
    credit=(
        "Elaborado por los doctores Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke y colegas, mediante una "
        "subvención educativa otorgada por Pfizer Inc. No se requiere permiso para reproducir, traducir, presentar o "
        "distribuir."
    ),
    source=verified(
        "The form for Spanish in the United States: a copy of the sheet and a transcription (MindLogger) agree letter "
        "for letter, others but for punctuation"
    ),
)

PHQ_9 = Instrument(
    id="phq-9",
    version="1",
    name="PHQ-9",
    rater=Rater.PATIENT,
    recall=RecallWindow(14, "the last 2 weeks", verified("protocol.md 6.1: 14 days")),
    items=(*numbered(9, 3), Item(DIFFICULTY, 3, in_total=False)),
    words=Words.CARRIED,
    licence=Licence(
        "Opened by Pfizer in 2010: no charge, no permission needed. For the German version one German catalogue seems "
        "to ask for a licence; the clinic should ask before it uses that version.",
        verified("protocol.md 6.1 and 14.2; the German catalogue [V, ambiguous]"),
    ),
    source=verified("Range and items: protocol.md 6.1"),
    wordings={"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH},
    bands=(
        Band(0, "none to minimal"),
        Band(5, "mild"),
        Band(10, "moderate"),
        Band(15, "moderately severe"),
        Band(20, "severe"),
    ),
    bands_source=verified("protocol.md 6.1: 0-4, 5-9, 10-14, 15-19, 20-27; the names are secondary"),
    suicide_item="9",
    suicide_item_source=verified("protocol.md 6.3: item 9, as Encore OS CL-26 uses it"),
)
