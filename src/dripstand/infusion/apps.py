from django.apps import AppConfig


class InfusionConfig(AppConfig):
    name = "dripstand.infusion"
    label = "infusion"

    def ready(self) -> None:
        from dripstand.infusion.calling import JOB, page_if_unanswered
        from dripstand.infusion.watchers import may_watch_board, may_watch_session
        from dripstand.jobs.kinds import handle_jobs
        from dripstand.live.topics import allow_topics

        handle_jobs(JOB, page_if_unanswered)
        allow_topics("session", may_watch_session)
        allow_topics("board", may_watch_board)
