"""The addresses of the records room."""

from __future__ import annotations

from django.urls import path

from dripstand.records import handing_over, views

app_name = "records"

urlpatterns = [
    path("session/<uuid:session_id>/note/", views.note, name="note"),
    path("session/<uuid:session_id>/hand-over/", handing_over.hand_over_sheet, name="hand_over"),
]
