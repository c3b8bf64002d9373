"""The scheduler's answers in words: which rules leave no room, what would be enough, whose booking is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from dripstand.course.scheduling import Explanation, Help, Relief, Room
from dripstand.course.scheduling.checking import clock

Words = str | Promise

RULE_WORDS: dict[str, Words] = {
    "bookings": lazy("the bookings of others"),
    "chairs": lazy("the number of chairs that suit"),
    "staff": lazy("who is there to watch a chair"),
    "closures": lazy("what is closed"),
    "hours": lazy("the opening hours"),
    "most_a_week": lazy("the most infusions in a week"),
    "most_d": lazy("the longest time between two infusions"),
    "least_d": lazy("the days between two infusions"),
    "least_h": lazy("never two infusions within 24 hours"),
    "single_room": lazy("the wish for a room of their own"),
    "bed": lazy("the need for a bed"),
    "not_before": lazy("how early the patient can come"),
    "home_by": lazy("when the patient must be home"),
    "away": lazy("days on which the patient is away"),
    "weekdays": lazy("weekdays on which the patient can come"),
    "window": lazy("the days among which the infusions shall be"),
    "order": lazy("the infusions of the same series that are booked before and after"),
}
"""What each rule of `explaining.LIFTS`, and the order, is called in the sentence that says what leaves no room."""


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def rules_words(codes: Iterable[str]) -> str:
    """The rules that together leave no room, as one listing; "" without any."""
    return _listed([str(RULE_WORDS[code]) for code in codes if code in RULE_WORDS])


def why_words(one: Explanation) -> str:
    """One sentence: how many of the infusions have no place, and which rules together leave none."""
    rules = _listed([str(RULE_WORDS[code]) for code in one.rules])
    wanted = one.missing + one.possible
    return ngettext(
        "%(missing)s of %(wanted)s infusions of %(who)s has no place. Together these leave none: %(rules)s.",
        "%(missing)s of %(wanted)s infusions of %(who)s have no place. Together these leave none: %(rules)s.",
        one.missing,
    ) % {"missing": one.missing, "wanted": wanted, "who": one.called, "rules": rules}


def relief_words(one: Relief, bookings: Sequence[str] = ()) -> str:
    """What would be enough, as something to ask for. bookings: what stands in the way, each as `booking_words`."""
    facts = dict(one.facts)
    if one.code == "closures" and "day" in facts:
        facts["day"] = _day(date.fromisoformat(facts["day"]))
        if facts.get("words"):
            return _("if it were open on %(day)s (closed: %(words)s)") % facts
        return _("if it were open on %(day)s") % facts
    if one.code == "staff" and "day" in facts:
        return _("with one more person to watch on %(day)s") % {"day": _day(date.fromisoformat(facts["day"]))}
    if one.code == "weekdays" and "weekday" in facts:
        return _("if the patient could come on %(weekday)s too") % {"weekday": WEEKDAYS[int(facts["weekday"])]}
    if one.code == "away" and "day" in facts:
        return _("if the patient could come on %(day)s") % {"day": _day(date.fromisoformat(facts["day"]))}
    if one.code == "not_before" and "minutes" in facts:
        return _("if the patient could come %(minutes)s min earlier") % facts
    if one.code == "home_by" and "minutes" in facts:
        return _("if the patient could be home %(minutes)s min later") % facts
    if one.code == "window" and "last" in facts:
        return _("with the days until %(last)s") % {"last": _day(date.fromisoformat(facts["last"]))}
    if one.code == "most_a_week" and "count" in facts:
        return _("with %(count)s infusions in a week") % facts
    if one.code == "most_d" and "days" in facts:
        return _("with up to %(days)s days between two infusions") % facts
    if one.code == "bookings" and bookings:
        return _("if another time were found for %(bookings)s") % {"bookings": _listed(list(bookings))}
    return str(_OTHERS[one.code])


_OTHERS: dict[str, Words] = {
    "bookings": lazy("if bookings of others were elsewhere"),
    "chairs": lazy("with one more chair that suits"),
    "staff": lazy("with more people to watch a chair"),
    "closures": lazy("if what is closed were open"),
    "hours": lazy("with two hours more at both ends of the day"),
    "most_a_week": lazy("with more infusions in a week"),
    "most_d": lazy("with more days between two infusions"),
    "least_d": lazy("with infusions on days that follow each other, never within 24 hours"),
    "single_room": lazy("in a room shared with others"),
    "bed": lazy("in a chair in place of a bed"),
    "not_before": lazy("if the patient could come at any hour"),
    "home_by": lazy("if the patient could be home at any hour"),
    "away": lazy("if the patient were not away"),
    "weekdays": lazy("if the patient could come on any weekday"),
    "window": lazy("with four weeks more"),
    "order": lazy("if the infusions move up: days proposed from the patient's plan do that"),
}

HELP_WORDS: dict[str, Words] = {
    "staff": lazy("one more person each day"),
    "chairs": lazy("one more chair"),
    "hours": lazy("one more hour each day"),
}


def help_words(one: Help) -> str:
    """What one change of the clinic would do for everybody."""
    return ngettext(
        "With %(change)s, %(count)s infusion would have no place.",
        "With %(change)s, %(count)s infusions would have no place.",
        one.missing,
    ) % {"change": HELP_WORDS[one.code], "count": one.missing}


def room_words(one: Room) -> str:
    """What the arithmetic of slots says; "" where it has nothing against the wish."""
    if not one.is_too_little:
        return ""
    by = _("chairs and opening hours") if one.by == "chairs" else _("people who are there to watch")
    return _(
        "%(wanted)s infusions are wanted. By %(by)s there is room for at most %(at_most)s, whoever comes when."
    ) % {
        "wanted": one.wanted,
        "by": by,
        "at_most": one.at_most,
    }


def _day(day: date) -> str:
    return date_format(day, "j M")


def booking_words(who: str, day: date, minute: int, *, is_proposed: bool = False) -> str:
    """Whose visit and when. is_proposed: it is not booked, but given to them by the same proposal."""
    facts = {"who": who, "day": _day(day), "time": clock(minute)}
    if is_proposed:
        return _("%(who)s on %(day)s at %(time)s (proposed too)") % facts
    return _("%(who)s on %(day)s at %(time)s") % facts


def together_words(reliefs: Iterable[Relief], bookings: Sequence[str] = ()) -> str:
    """Changes that are enough together and not one without the others; "" where there is no such set."""
    return _listed([relief_words(one, bookings) for one in reliefs])
