from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "dripstand.evaluation"
    label = "evaluation"
