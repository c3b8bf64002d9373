from django.apps import AppConfig


class GuideConfig(AppConfig):
    name = "dripstand.guide"
    label = "guide"

    def ready(self) -> None:
        from dripstand.guide import escort_messages, follow_up_messages
        from dripstand.guide.next_day_messages import EVERY, KIND, send_what_is_due
        from dripstand.jobs.kinds import handle_jobs

        handle_jobs(KIND, send_what_is_due, attempts_at_most=1, every=EVERY)
        handle_jobs(
            escort_messages.KIND, escort_messages.tell_who_waits, attempts_at_most=1, every=escort_messages.EVERY
        )
        handle_jobs(
            follow_up_messages.KIND,
            follow_up_messages.send_what_is_due,
            attempts_at_most=1,
            every=follow_up_messages.EVERY,
        )
