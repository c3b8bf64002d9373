from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "dripstand.outcomes"
    label = "outcomes"

    def ready(self) -> None:
        from dripstand.evaluation.ratings import read_ratings_from
        from dripstand.jobs.kinds import handle_jobs
        from dripstand.outcomes.escalating import OVERDUE_JOB, page_what_is_overdue
        from dripstand.outcomes.ratings import mania_ratings_of

        handle_jobs(OVERDUE_JOB, page_what_is_overdue)
        read_ratings_from("outcomes", mania_ratings_of)
