"""The addresses of the premises."""

from __future__ import annotations

from django.urls import path

from dripstand.premises import views

app_name = "premises"

urlpatterns = [
    path("setup/", views.setup, name="setup"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/clinic/", views.change_clinic, name="change_clinic"),
    path("rooms/add-room/", views.add_room, name="add_room"),
    path("rooms/add-chair/", views.add_chair, name="add_chair"),
    path("rooms/chair/<uuid:chair_id>/in-use/", views.set_chair_in_use, name="set_chair_in_use"),
    path("rooms/chair/<uuid:chair_id>/bed/", views.set_bed, name="set_bed"),
    path("rooms/<uuid:room_id>/shared/", views.set_shared, name="set_shared"),
]
