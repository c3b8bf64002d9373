from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "dripstand.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        from dripstand.live.topics import allow_topics
        from dripstand.monitoring.watchers import may_watch_devices

        allow_topics("devices", may_watch_devices)
