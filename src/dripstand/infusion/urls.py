"""The addresses of an infusion: the board, one session's screens, and what their scripts ask for."""

from __future__ import annotations

from django.urls import path

from dripstand.infusion.views import (
    alarm_load,
    bag,
    bag_check,
    board,
    chair,
    chart_entry,
    evacuation,
    hard_day,
    incidents,
    leaving,
    log,
    order,
    paper,
    preparation,
    screens,
    state,
    today,
    told,
)

app_name = "infusion"

urlpatterns = [
    path("", board.board, name="board"),
    path("board.json", board.board_state, name="board_state"),
    path("alarms/", alarm_load.alarms, name="alarm_load"),
    path("locked/", board.locked, name="locked"),
    path("locked.json", board.locked_state, name="locked_state"),
    path("screens/alive.json", screens.alive, name="alive"),
    path("screens/sound-test.json", screens.sound_test, name="sound_test"),
    path("session/<uuid:session_id>/", chair.chair, name="chair"),
    path("session/<uuid:session_id>/told/", told.told, name="told"),
    path("session/<uuid:session_id>/state.json", state.chair_state, name="state"),
    path("session/<uuid:session_id>/curves.json", state.curves, name="curves"),
    path("session/<uuid:session_id>/what-if.json", state.what_if, name="what_if"),
    path("session/<uuid:session_id>/chart-entry/", chart_entry.chart_entry, name="chart_entry"),
    path("evacuation/", evacuation.evacuation, name="evacuation"),
    path("hard-day/", hard_day.said, name="hard_day"),
    path("incidents/", incidents.incidents, name="incidents"),
    # the desk
    path("today/", today.today, name="today"),
    path("today/open/", today.open_session, name="open_session"),
    path("today/open/<uuid:infusion_id>/", today.open_planned, name="open_planned"),
    path("session/<uuid:session_id>/prepare/", preparation.prepare, name="prepare"),
    path("session/<uuid:session_id>/order/", order.order, name="order"),
    path("session/<uuid:session_id>/bag/", bag.bag, name="bag"),
    path("session/<uuid:session_id>/bag/check/", bag_check.bag_check, name="bag_check"),
    path("session/<uuid:session_id>/bag/label/", bag.bag_label, name="bag_label"),
    path("session/<uuid:session_id>/leaving/", leaving.leaving, name="leaving"),
    path("session/<uuid:session_id>/paper/", paper.paper, name="paper"),
    path("session/<uuid:session_id>/chart/", log.log, name="log"),
]
