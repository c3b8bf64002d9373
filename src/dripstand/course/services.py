"""The verbs of this room, for other rooms and screens: courses, bookings, what the chair tells, and days."""

from __future__ import annotations

from dripstand.course.bookings import Booked, Place, book, cancel, move, place_all, slip
from dripstand.course.courses import change_plan, open_course, take_step, titrate
from dripstand.course.days import (
    add_absence,
    add_shift,
    end_shift,
    record_certificate,
    remove_absence,
    sign_day,
    tell_wishes,
)
from dripstand.course.feeds import make_feed, read_feed, take_back_feed
from dripstand.course.proposals import (
    AskedMove,
    ask_for_a_proposal,
    ask_for_a_repair,
    ask_for_the_fortnight,
    take_the_best_so_far,
)
from dripstand.course.reminders import answer_reminder, send_due_reminders
from dripstand.course.sessions import (
    Ended,
    infusion_ended,
    infusion_started,
    infusions_ended,
    mark_given,
    say_whether_it_counts,
    visit_opened,
)

__all__ = [
    "AskedMove",
    "Booked",
    "Ended",
    "Place",
    "add_absence",
    "add_shift",
    "answer_reminder",
    "ask_for_a_proposal",
    "ask_for_a_repair",
    "ask_for_the_fortnight",
    "book",
    "cancel",
    "change_plan",
    "end_shift",
    "infusion_ended",
    "infusions_ended",
    "infusion_started",
    "make_feed",
    "mark_given",
    "move",
    "open_course",
    "place_all",
    "read_feed",
    "record_certificate",
    "remove_absence",
    "say_whether_it_counts",
    "send_due_reminders",
    "sign_day",
    "slip",
    "take_back_feed",
    "take_step",
    "take_the_best_so_far",
    "tell_wishes",
    "titrate",
    "visit_opened",
]
