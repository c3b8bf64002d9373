"""What a slot of the schedule, and a form, were asked for: in the words of the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dripstand.outcomes.filled import Filled
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.instruments.instrument import Rater
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Due, Standing
from dripstand.outcomes.words import OCCASION_WORDS, STANDING_WORDS

TO_DO = (Standing.DUE, Standing.MISSED)
ON_NO_VISIT = frozenset({Occasion.DAY_AFTER, Occasion.END_OF_COURSE, Occasion.WEEKLY, Occasion.MONTHLY})


@dataclass(frozen=True, slots=True)
class DueShown:
    """One slot of the schedule as lists show it, in words made here: a template takes three times as long over them.

    said: how it stands, and by when or from when on. called: the whole of it, for a button that is read aloud.
    """

    due: Due
    name: str
    occasion: str
    said: str
    is_rated: bool

    @property
    def called(self) -> str:
        return f"{self.name}, {self.occasion}"

    @property
    def may_begin(self) -> bool:
        return self.due.standing in TO_DO

    @property
    def may_be_at_home(self) -> bool:
        """Whether it falls on a day without a visit, so that staff may ask it by telephone."""
        return self.due.occasion in ON_NO_VISIT and not self.is_rated


def shown_due(slots: Iterable[Due], zone: ZoneInfo) -> list[DueShown]:
    return [
        DueShown(
            each,
            instrument(each.instrument_id).name,
            _occasion_words(each),
            _standing_words(each, zone),
            instrument(each.instrument_id).rater is Rater.CLINICIAN,
        )
        for each in slots
    ]


def _standing_words(each: Due, zone: ZoneInfo) -> str:
    found = [str(STANDING_WORDS[each.standing])]
    if each.standing is Standing.DUE:
        found.append(_("by %(at)s") % {"at": date_format(each.due_at.astimezone(zone), "D j M H:i")})
    elif each.standing is Standing.NOT_YET:
        found.append(_("opens %(at)s") % {"at": date_format(each.opens_at.astimezone(zone), "D j M H:i")})
    if each.is_optional:
        found.append(_("may be left out"))
    return ", ".join(found)


def _occasion_words(each: Due) -> str:
    number = each.name.rpartition("-")[2]
    words = str(OCCASION_WORDS[each.occasion])
    if each.occasion is Occasion.BASELINE and number.isdigit():
        words = _("baseline again, before infusion %(n)s") % {"n": number}
    if each.occasion is Occasion.DAY_AFTER:
        words = _("a day after infusion %(n)s") % {"n": number}
    elif each.occasion is Occasion.BEFORE_INFUSION:
        words = _("before infusion %(n)s") % {"n": number}
    elif each.occasion in (Occasion.WEEKLY, Occasion.MONTHLY):
        words = f"{words}, {number}"
    return in_series(words, each.series_number)


def in_series(words: str, series_number: int) -> str:
    """The same words for the first series, which most courses have alone; a later one is named."""
    return words if series_number < 2 else _("%(words)s (series %(n)d)") % {"words": words, "n": series_number}


def occasion_words(form: Filled) -> str:
    """What a form was for, in words."""
    number = form.occasion_name.rpartition("-")[2]
    words = str(OCCASION_WORDS.get(form.occasion, form.occasion))
    if form.occasion is Occasion.BASELINE and number.isdigit():
        words = _("baseline again, before infusion %(n)s") % {"n": number}
    elif form.occasion is Occasion.DAY_AFTER and number.isdigit():
        words = _("a day after infusion %(n)s") % {"n": number}
    elif form.occasion is Occasion.BEFORE_INFUSION and number.isdigit():
        words = _("before infusion %(n)s") % {"n": number}
    elif form.occasion is Occasion.DURING_INFUSION and number.isdigit():
        words = _("during infusion %(n)s") % {"n": number}
    return in_series(words, form.series_number)
