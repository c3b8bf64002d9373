from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "dripstand.live"
    label = "live"
