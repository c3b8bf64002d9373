from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "dripstand.devices"
    label = "devices"
