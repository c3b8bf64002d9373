"""The patient's tablet, the journal, and the staff's page of both."""

from __future__ import annotations

from django.urls import path

from dripstand.calm.views import journal, screen, tablet

app_name = "calm"

urlpatterns = [
    path("me/calm/", screen.screen, name="screen"),
    path("me/calm/state.json", screen.state, name="state"),
    path("me/calm/call.json", screen.call, name="call"),
    path("me/calm/stream", screen.stream, name="stream"),
    path("me/calm/recording/<uuid:recording_id>/", screen.recording, name="recording"),
    path("me/calm/worker.js", screen.worker, name="worker"),
    path("me/journal/", journal.journal, name="journal"),
    path("me/journal/<uuid:entry_id>/share/", journal.share, name="share"),
    path("me/journal/<uuid:entry_id>/sound/", journal.sound, name="sound"),
    path("session/<uuid:session_id>/tablet/", tablet.tablet, name="tablet"),
    path("session/<uuid:session_id>/journal/", tablet.shared, name="shared"),
    path("session/<uuid:session_id>/journal/<uuid:entry_id>/sound/", tablet.heard, name="heard"),
]
