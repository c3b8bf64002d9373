"""Every address of the site. Each room brings its own; this file only says where they begin."""

from __future__ import annotations

import importlib.util

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from dripstand.live import views as live_views
from dripstand.people.access import anyone_signed_in, public
from dripstand.server import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", public(health.healthz), name="healthz"),
    # Who may watch which topic is asked in the view; here only that somebody is signed in.
    path("live", anyone_signed_in(live_views.live), name="live"),
    *(
        path("", include(f"dripstand.{room}.urls"))
        for room in settings.ROOMS
        if importlib.util.find_spec(f"dripstand.{room}") and importlib.util.find_spec(f"dripstand.{room}.urls")
    ),
]

handler400 = "dripstand.server.errors.bad_request"
handler403 = "dripstand.server.errors.refused"
handler404 = "dripstand.server.errors.not_found"
handler500 = "dripstand.server.errors.broken"
