"""The addresses of outcomes."""

from __future__ import annotations

from django.urls import path

from dripstand.outcomes.views import course_page, escalations, questionnaires, response_page, screening, texts

app_name = "outcomes"

urlpatterns = [
    path("course/<uuid:course_id>/", course_page.course_page, name="course"),
    path("course/<uuid:course_id>/decide/", course_page.decide, name="decide"),
    path("course/<uuid:course_id>/response/", response_page.response_page, name="response"),
    path("outcomes/", questionnaires.overview, name="overview"),
    path("outcomes/patients/<uuid:patient_id>/", questionnaires.of_patient, name="patient"),
    path("outcomes/forms/<uuid:questionnaire_id>/", questionnaires.form, name="form"),
    path("outcomes/forms/<uuid:questionnaire_id>/skip/", questionnaires.skip, name="skip"),
    path("outcomes/forms/<uuid:questionnaire_id>/sign/", questionnaires.sign, name="sign"),
    path("outcomes/forms/<uuid:questionnaire_id>/correct/", questionnaires.correct, name="correct"),
    path("outcomes/escalations/", escalations.escalations, name="escalations"),
    path("outcomes/escalations/<uuid:escalation_id>/", escalations.escalation, name="escalation"),
    path("outcomes/escalations/<uuid:escalation_id>/take/", escalations.take, name="take"),
    path("outcomes/screen/<uuid:session_id>/", screening.screen, name="screen"),
    path("outcomes/texts/", texts.texts, name="texts"),
]
