from datetime import timedelta

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "dripstand.jobs"
    label = "jobs"

    def ready(self) -> None:
        from dripstand.jobs.kinds import handle_jobs
        from dripstand.jobs.queries import may_watch_job
        from dripstand.jobs.tidying import tidy
        from dripstand.live.topics import allow_topics

        handle_jobs("jobs.tidy", tidy, every=timedelta(days=1))
        allow_topics("job", may_watch_job)
