from django.apps import AppConfig


class ProtocolConfig(AppConfig):
    name = "dripstand.protocol"
    label = "protocol"
