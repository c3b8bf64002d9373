"""Addresses of the devices' page."""

from __future__ import annotations

from django.urls import path

from dripstand.monitoring import views

app_name = "monitoring"

urlpatterns = [
    path("devices/", views.devices, name="devices"),
    path("devices/register/", views.register, name="register"),
    path("devices/<uuid:device_id>/bind/", views.bind, name="bind"),
    path("devices/<uuid:device_id>/release/", views.release, name="release"),
]
