"""H51: the clinic signs another protocol at every minute of a visit, and nothing of the visit moves."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dripstand.infusion import queries as infusion
from dripstand.infusion.due import due_checks
from dripstand.people.models import StaffMember
from dripstand.protocol import queries, services
from dripstand.protocol.bounds import bound_of, findings
from dripstand.protocol.choices import QUESTIONS, with_choices
from dripstand.protocol.defaults import default_template
from dripstand.protocol.models import TemplateVersion
from dripstand.protocol.numbers import numbers, with_numbers
from dripstand.server import watch
from tests.people import MEDICAL_LEAD_ABARA, NURSE_REYES, stored
from tests.rooms.infusion import stored_visits
from tests.rooms.infusion.stored_visits import StoredVisit

HELD_BY_ORDER = ("lowest_value", "highest_value")


def _everything_at(end: str) -> dict[str, Decimal]:
    """Each number at one end of its usual range: so far from the defaults as one signature allows.

    Without those of the evaluation: they are asked when its decision is signed, which is no part of the visit.
    """
    moved = {}
    for number in numbers(default_template()):
        bound = bound_of(number.name)
        assert bound is not None
        if not number.name.endswith(HELD_BY_ORDER) and number.group != "evaluation":
            value = getattr(bound, end)
            moved[number.name] = value.to_integral_value() if number.whole else value
    return moved


OTHERWISE = [{one.name: list(one.answers)[which].value for one in QUESTIONS} for which in (0, 1)]


def test_the_edits_change_nearly_every_number_and_can_be_signed() -> None:
    for end in ("usual_low", "usual_high"):
        after = with_numbers(default_template(), _everything_at(end))
        assert [one for one in findings(after) if one.refuses] == []
        before = {one.name: one.value for one in numbers(default_template())}
        assert sum(one.value != before[one.name] for one in numbers(after)) > len(before) / 3
    assert with_choices(default_template(), OTHERWISE[0]) != with_choices(default_template(), OTHERWISE[1])


class Editor:
    """Signs one version after another, each unlike the one before.

    The first two through the services; from then on the rows that those leave are written again, which is quick.
    """

    def __init__(self) -> None:
        self.lead, self.second = stored(MEDICAL_LEAD_ABARA), stored(NURSE_REYES)
        self.count = 0
        self.signed: list[TemplateVersion] = []

    def edit(self, now: datetime) -> None:
        if len(self.signed) < 2:
            self._through_the_services(now)
        else:
            like = self.signed[self.count % 2]
            newest = TemplateVersion.objects.order_by("-version").values_list("version", flat=True)[0]
            TemplateVersion.objects.create(
                name=like.name,
                version=newest + 1,
                body=like.body,
                body_sha256=like.body_sha256,
                drafted_by_id=like.drafted_by_id,
                drafted_at=now,
                changed_at=now,
                signed_at=now,
            )
        self.count += 1

    def _through_the_services(self, now: datetime) -> None:
        end = ("usual_low", "usual_high")[self.count % 2]
        template_id = services.draft(self.lead, now=now)
        reason = "Another protocol each minute."
        services.change_numbers(self.lead, template_id, changes=_everything_at(end), reason=reason, now=now)
        if self.count % 2:
            services.choose(self.lead, template_id, changes=OTHERWISE[1], reason=reason, now=now)
        seen = queries.version(template_id).body_sha256
        services.sign(self.lead, template_id, seen_sha256=seen, now=now)
        assert services.sign(self.second, template_id, seen_sha256=seen, now=now)
        current = queries.current_template()
        assert current is not None
        assert current.template_id == template_id
        self.signed.append(TemplateVersion.objects.get(pk=template_id))


def _seen_of(visit: StoredVisit) -> dict[str, Any]:
    """Everything of a visit that a limit of its protocol decides."""
    queries._signed_by_id.clear()  # asked of the table again, not out of memory
    chart, template = visit.chart, infusion.template(visit.session_id)
    return {
        "template": template,
        "due": due_checks(chart, template, visit.now),
        "alarms": watch.watched(visit.now),
        "horizon": infusion.horizon(chart, visit.now),
        "log": infusion.log(visit.session_id),
    }


@pytest.mark.hazard("H51")
@pytest.mark.django_db
def test_another_protocol_at_every_minute_of_a_visit_moves_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    editors: list[Editor] = []

    def wait(visit: StoredVisit, minutes: float) -> StoredVisit:
        editor = editors[0] if editors else Editor()
        editors[:] = [editor]
        whole = int(minutes)
        for _ in range(whole):
            visit.now += timedelta(minutes=1)
            before = _seen_of(visit)
            editor.edit(visit.now)
            assert _seen_of(visit) == before
        visit.now += timedelta(minutes=minutes - whole)
        return visit

    monkeypatch.setattr(StoredVisit, "wait", wait)
    visit = stored_visits.left(minutes_ago=160.0)
    assert editors[0].count > 90, "from the arrival to the way home"
    opened = visit.chart.opened.template_id
    versions = [str(row) for row in TemplateVersion.objects.order_by("version").values_list("pk", flat=True)]
    assert opened == versions[0], "the first version of all, which it was opened under"
    current = queries.current_version()
    assert current is not None
    assert (current.template_id, len(versions)) == (versions[-1], editors[0].count + 1)

    # And on paper and on screen: the note names the version that the visit ran under.
    client = Client()
    reader = StaffMember.objects.get(username="m.reyes")
    client.force_login(reader, "django.contrib.auth.backends.ModelBackend")
    note = client.get(f"/session/{visit.session_id}/note/").content.decode()
    assert re.search(r"version\s+1\b", note)
