from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "dripstand.server"
    label = "server"
