from django.apps import AppConfig


class CalmConfig(AppConfig):
    name = "dripstand.calm"
    label = "calm"
