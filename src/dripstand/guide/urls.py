"""The addresses of the guide: the patient's by link, and the staff's."""

from __future__ import annotations

from django.urls import path

from dripstand.guide.views import asking, escort, follow_up, next_day, reading, staff

app_name = "guide"

urlpatterns = [
    path("me/guide/", reading.guide, name="guide"),
    path("me/guide/ask/", reading.ask, name="ask"),
    path("me/guide/<slug:slug>/", reading.guide_page, name="guide_page"),
    path("me/questions/", asking.questions, name="questions"),
    path("me/next-day/", next_day.next_day, name="next_day"),
    path("me/follow-up/", follow_up.follow_up, name="follow_up"),
    path("me/escort/", escort.escort, name="escort"),
    path("guide/", staff.pages, name="pages"),
    path("guide/crisis-line/", staff.crisis_line, name="crisis_line"),
    path("guide/<slug:slug>/<str:language>/", staff.edit, name="edit"),
    path("guide/<slug:slug>/<str:language>/review/", staff.review, name="review"),
    path("session/<uuid:session_id>/patient-side/", staff.patient_side, name="patient_side"),
]
