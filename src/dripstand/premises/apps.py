from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "dripstand.premises"
    label = "premises"
