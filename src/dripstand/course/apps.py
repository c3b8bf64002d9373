from datetime import timedelta

from django.apps import AppConfig


class CourseConfig(AppConfig):
    name = "dripstand.course"
    label = "course"

    def ready(self) -> None:
        from dripstand.course import clinic_solving, solving
        from dripstand.course.sending import send_what_is_due
        from dripstand.jobs.kinds import Lane, handle_jobs

        handle_jobs(solving.KIND, solving.work_on, lane=Lane.LONG, attempts_at_most=2)
        handle_jobs(clinic_solving.WHOLE_KIND, clinic_solving.search_fortnight, lane=Lane.LONG, attempts_at_most=2)
        handle_jobs(clinic_solving.REPAIR_KIND, clinic_solving.repair_calendar, lane=Lane.LONG, attempts_at_most=2)
        handle_jobs("course.reminders", send_what_is_due, attempts_at_most=1, every=timedelta(minutes=5))
