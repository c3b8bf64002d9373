"""How purposes and refusals of links are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from dripstand.people.links.purposes import Purpose, Refused

PURPOSE_WORDS: dict[Purpose, str | Promise] = {
    Purpose.GUIDE: lazy("Guide"),
    Purpose.QUESTIONNAIRES: lazy("Today's questions"),
    Purpose.ESCORT: lazy("Taking somebody home"),
    Purpose.CALM: lazy("Calm screen"),
    Purpose.JOURNAL: lazy("Journal"),
    Purpose.APPOINTMENT: lazy("Appointment"),
    Purpose.NEXT_DAY: lazy("The day after"),
    Purpose.FOLLOW_UP: lazy("The weeks after a course"),
    Purpose.ACCOUNT: lazy("A password of one's own"),
    Purpose.HOME: lazy("Signing in with an own password"),
}

REFUSED_WORDS: dict[Refused, str | Promise] = {
    Refused.ALTERED: lazy("This link is not whole. Open it again from the message, or type all of it."),
    Refused.UNKNOWN: lazy("This link is not whole. Open it again from the message, or type all of it."),
    Refused.EXPIRED: lazy("The time of this link is over. Ask the clinic for a new one."),
    Refused.WITHDRAWN: lazy("The clinic has taken this link back. Ask for a new one."),
    Refused.USED_UP: lazy("This is done already. Thank you. There is nothing more to do here."),
    Refused.WRONG_BIRTH_DATE: lazy("This is not the date of birth that we know. Try again."),
    Refused.WRONG_PASSWORD: lazy("This name and password do not belong together. Try again."),
    Refused.TOO_MANY_TRIES: lazy("There were too many tries. Wait a quarter of an hour, or call the clinic."),
    Refused.GUESSED_SHUT: lazy("There were too many wrong tries. This link is closed. Ask the clinic for a new one."),
    Refused.NO_VISIT: lazy("This page is closed. Open it with your link, or ask the clinic for a new one."),
    Refused.OTHER_VISIT: lazy(
        "These pages were opened anew on this device since, perhaps for somebody else. What you sent was not kept. "
        "Open your own link again."
    ),
}

REFUSED_STAFF_WORDS: dict[Refused, str | Promise] = {
    Refused.ALTERED: lazy("altered"),
    Refused.UNKNOWN: lazy("unknown"),
    Refused.EXPIRED: lazy("after its time"),
    Refused.WITHDRAWN: lazy("after it was taken back"),
    Refused.USED_UP: lazy("after it was used up"),
    Refused.WRONG_BIRTH_DATE: lazy("wrong date of birth"),
    Refused.WRONG_PASSWORD: lazy("wrong password"),
    Refused.TOO_MANY_TRIES: lazy("too many tries"),
    Refused.GUESSED_SHUT: lazy("closed after wrong tries"),
    Refused.OTHER_VISIT: lazy("a page of another visit"),
    Refused.NO_VISIT: lazy("a page asked for without its link"),
}
