from datetime import timedelta

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "dripstand.records"
    label = "records"

    def ready(self) -> None:
        from dripstand.jobs.kinds import Lane, handle_jobs
        from dripstand.records.kept import keep_what_is_wanting

        handle_jobs("records.keep-summaries", keep_what_is_wanting, lane=Lane.LONG, every=timedelta(minutes=1))
