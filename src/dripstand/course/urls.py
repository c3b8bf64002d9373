"""The addresses of plans, bookings and days."""

from __future__ import annotations

from django.urls import path

from dripstand.course.views import calendar, clinic, day, feeds, place, plan, proposal, searching

app_name = "course"

urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/place/<uuid:infusion_id>/", place.place, name="place"),
    path("courses/", plan.courses, name="courses"),
    path("course/<uuid:course_id>/plan/", plan.plan, name="plan"),
    path("course/<uuid:course_id>/at-the-door/", day.at_the_door, name="at_the_door"),
    path("course/<uuid:course_id>/plan/proposal/", proposal.proposal, name="proposal"),
    path("calendar/fortnight/", searching.fortnight, name="fortnight"),
    path("calendar/repair/", searching.repair, name="repair"),
    path("calendar/clinic/", clinic.clinic, name="clinic"),
    path("calendar/feeds/", feeds.manage, name="feeds"),
    path("calendar/feeds/<uuid:feed_id>/take-back/", feeds.take_back, name="take_back_feed"),
    path("calendar/feed/<str:secret>.ics", feeds.feed, name="feed"),
    path("me/appointment/", feeds.appointment, name="appointment"),
    path("day/", day.today, name="today"),
    path("day/<str:day>/", day.day, name="day"),
]
