"""The addresses of the protocol."""

from __future__ import annotations

from django.urls import path

from dripstand.protocol import views

app_name = "protocol"

urlpatterns = [
    path("protocol/", views.protocol, name="protocol"),
    path("protocol/draft/", views.draft, name="draft"),
    path("protocol/<uuid:template_id>/", views.version, name="version"),
    path("protocol/<uuid:template_id>/numbers/<slug:group>/", views.numbers_of, name="numbers"),
    path("protocol/<uuid:template_id>/choices/", views.choices_of, name="choices"),
    path("protocol/<uuid:template_id>/patterns/<slug:key>/", views.pattern_of, name="pattern"),
    path("protocol/<uuid:template_id>/sign/", views.sign, name="sign"),
    path("protocol/<uuid:template_id>/co-sign/", views.co_sign, name="co_sign"),
]
