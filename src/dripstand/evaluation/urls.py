"""The addresses of evaluations."""

from __future__ import annotations

from django.urls import path

from dripstand.evaluation.views import consent, evaluation, lists

app_name = "evaluation"

urlpatterns = [
    path("patients/<uuid:patient_id>/evaluation/", evaluation.evaluations, name="evaluations"),
    path("patients/<uuid:patient_id>/evaluation/<slug:indication>/", evaluation.evaluation, name="evaluation"),
    path("patients/<uuid:patient_id>/evaluation/<slug:indication>/<slug:name>/", evaluation.section, name="section"),
    path("patients/<uuid:patient_id>/medicines/", lists.medicines, name="medicines"),
    path("patients/<uuid:patient_id>/history/", lists.history, name="history"),
    path("patients/<uuid:patient_id>/tests/", lists.tests, name="tests"),
    path("patients/<uuid:patient_id>/tests/report/", lists.report, name="report"),
    path("patients/<uuid:patient_id>/tests/<slug:test>/", lists.result, name="result"),
    path("patients/<uuid:patient_id>/consent/", consent.taking_back, name="taking_back"),
    path("patients/<uuid:patient_id>/consent/<slug:kind>/", consent.sign, name="consent"),
    path("patients/<uuid:patient_id>/consent/<slug:kind>/withdraw/", consent.withdraw, name="withdraw_consent"),
    path("consent-texts/<slug:kind>/", consent.texts, name="texts"),
]
