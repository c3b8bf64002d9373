"""What a reminder says, in the languages of patients, and when it is due.

Mail is read on locked screens and by others. Unless the patient has allowed it, nothing in a message says what the
appointment is for, not even the clinic's name, which often does; a test scans every message in every language. The
sentences are Dripstand's own and stand here as data, so that a clinic can read all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum


class Kind(StrEnum):
    """AHEAD: three days before: medicines and escort. EVE: the day before: fasting with its hours, and the
    escort; medicines too where the earlier message never left."""

    AHEAD = "ahead"
    EVE = "eve"


DAYS_BEFORE: Mapping[Kind, int] = {Kind.AHEAD: 3, Kind.EVE: 1}
AT = time(10)
"""Reminders leave at ten o'clock of the clinic's clock."""

LANGUAGES = ("en", "de", "es")


def due_at(kind: Kind, starts_at: datetime, zone: tzinfo) -> datetime:
    """When a reminder of this kind is due, as an instant."""
    local = starts_at.astimezone(zone)
    day = local.date() - timedelta(days=DAYS_BEFORE[kind])
    return datetime.combine(day, AT, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class About:
    """What a message speaks of. Times are of the clinic's clock. link: the page on which the patient answers.
    door_name: how the clinic is called where it may not be named, "" where it has no such name."""

    starts_at: datetime
    food_until: datetime
    drink_until: datetime
    home_from: datetime
    escort_name: str
    clinic_name: str
    link: str
    door_name: str = ""


WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
        *("August", "September", "Oktober", "November", "Dezember"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
DAY: Mapping[str, str] = {
    "en": "{weekday} {day} {month}",
    "de": "{weekday}, {day}. {month}",
    "es": "{weekday} {day} de {month}",
}

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Your appointment on {day}",
        "when": "Your appointment is on {day} at {time}.",
        "where": "It is at {clinic}, for your ketamine infusion.",
        "door": "It is at {door}.",
        "fasting": "Please eat nothing after {food}, and drink nothing but water until {drink}. After that, nothing.",
        "medicines": "Please take your medicines as you agreed with us, and bring a list of all you take. "
        "If anything has changed, call us before you come.",
        "escort": "You cannot drive that day. Somebody has to take you home, from about {home} on.",
        "escort_named": "We have noted that {escort} takes you home.",
        "answer": "Please tell us whether you are coming: {link}",
        "birth": "The page asks for your date of birth. You need no account.",
        "nobody": "Nobody reads answers to this e-mail. In an emergency call your local emergency number.",
    },
    "de": {
        "subject": "Ihr Termin am {day}",
        "when": "Ihr Termin ist am {day} um {time} Uhr.",
        "where": "Er ist bei {clinic}, für Ihre Ketamin-Infusion.",
        "door": "Er ist hier: {door}.",
        "fasting": "Bitte essen Sie nach {food} Uhr nichts mehr, und trinken Sie bis {drink} Uhr nur noch Wasser. "
        "Danach nichts mehr.",
        "medicines": "Bitte nehmen Sie Ihre Medikamente so, wie wir es besprochen haben, und bringen Sie eine Liste "
        "von allem mit, was Sie nehmen. Hat sich etwas geändert, rufen Sie uns vorher an.",
        "escort": "Sie dürfen an dem Tag nicht Auto fahren. Jemand muss Sie nach Hause bringen, ab etwa {home} Uhr.",
        "escort_named": "Wir haben notiert, dass {escort} Sie nach Hause bringt.",
        "answer": "Bitte sagen Sie uns, ob Sie kommen: {link}",
        "birth": "Die Seite fragt nach Ihrem Geburtsdatum. Sie brauchen kein Konto.",
        "nobody": "Antworten auf diese E-Mail liest niemand. Im Notfall rufen Sie den örtlichen Notruf.",
    },
    "es": {
        "subject": "Su cita del {day}",
        "when": "Su cita es el {day} a las {time}.",
        "where": "Es en {clinic}, para su infusión de ketamina.",
        "door": "Es en {door}.",
        "fasting": "Por favor, no coma nada después de las {food} y beba solo agua hasta las {drink}. Después, nada.",
        "medicines": "Por favor, tome sus medicamentos como acordamos y traiga una lista de todo lo que toma. "
        "Si algo ha cambiado, llámenos antes de venir.",
        "escort": "Ese día no puede conducir. Alguien tiene que llevarle a casa, a partir de las {home} más o menos.",
        "escort_named": "Hemos anotado que {escort} le lleva a casa.",
        "answer": "Por favor, díganos si viene: {link}",
        "birth": "La página pide su fecha de nacimiento. No necesita una cuenta.",
        "nobody": "Nadie lee las respuestas a este correo. En una emergencia llame al número local de emergencias.",
    },
}


def message(
    kind: Kind, about: About, language: str, *, may_name_treatment: bool, with_medicines: bool = False
) -> tuple[str, str]:
    """Subject and text. A language that is not there is English.

    with_medicines: the eve's message speaks of medicines as well, for whoever the earlier one never reached.
    """
    spoken = language if language in TEXTS else "en"
    said = TEXTS[spoken]
    words = {
        "day": DAY[spoken].format(
            weekday=WEEKDAYS[spoken][about.starts_at.weekday()],
            day=about.starts_at.day,
            month=MONTHS[spoken][about.starts_at.month - 1],
        ),
        "time": f"{about.starts_at:%H:%M}",
        "food": f"{about.food_until:%H:%M}",
        "drink": f"{about.drink_until:%H:%M}",
        "home": f"{about.home_from:%H:%M}",
        "escort": about.escort_name,
        "clinic": about.clinic_name,
        "link": about.link,
        "door": about.door_name,
    }
    lines = ["when"]
    if may_name_treatment and about.clinic_name:
        lines.append("where")
    elif about.door_name:
        lines.append("door")
    if kind is Kind.EVE:
        lines.append("fasting")
    if kind is Kind.AHEAD or with_medicines:
        lines.append("medicines")
    lines.append("escort")
    if about.escort_name:
        lines.append("escort_named")
    lines += ["answer", "birth", "nobody"]
    return said["subject"].format(**words), "\n\n".join(said[line].format(**words) for line in lines)
