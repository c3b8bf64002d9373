"""A process that stands ready to chart one start, charts it when it is told to, and says what became of it."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from decimal import Decimal


def main() -> None:
    database, session_id, staff_id, rate_ml_per_h, now = sys.argv[1:6]
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    import django

    django.setup()
    from dripstand.infusion.events import InfusionStarted
    from dripstand.infusion.queries import chart
    from dripstand.infusion.refusals import Refusal
    from dripstand.infusion.services import submit
    from dripstand.people.queries import actor

    nurse = actor(staff_id)
    assert nurse is not None
    chart(session_id)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    answer = submit(
        session_id,
        InfusionStarted(rate_ml_per_h=Decimal(rate_ml_per_h)),
        actor=nurse,
        submission_id=f"start-{os.getpid()}",
        now=datetime.fromisoformat(now),
    )
    sys.stdout.write(",".join(answer.codes) + "\n" if isinstance(answer, Refusal) else "charted\n")


if __name__ == "__main__":
    main()
