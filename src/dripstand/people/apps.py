from datetime import timedelta

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "dripstand.people"
    label = "people"

    def ready(self) -> None:
        from dripstand.jobs.kinds import handle_jobs
        from dripstand.live.topics import allow_topics
        from dripstand.people.paging import JOB, SWEEP, work_off
        from dripstand.people.sent_forms import forget_old_forms
        from dripstand.people.watchers import may_watch_on_call

        allow_topics("on-call", may_watch_on_call)
        handle_jobs("people.forget-forms", forget_old_forms, every=timedelta(hours=1))
        handle_jobs(JOB, work_off)
        handle_jobs(SWEEP, work_off, every=timedelta(minutes=1))
