"""Who is at which chair, once it is known who comes when: proposed by name, never beyond what one person may watch.

The plan itself is made with counts: at each instant enough people are there, so somebody can always watch. A name is
proposed only for somebody who is there for the whole of a visit and has a hand free for all of it; where nobody is (two
shifts meet in the middle of it) the visit stays without a name, as one that a person books without naming anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from dripstand.course.scheduling.candidates import SHARE, shares
from dripstand.course.scheduling.problem import Clinic, Present, Visit

STEPS_AT_MOST = 20_000


def name_watchers(clinic: Clinic, visits: Sequence[Visit], standing: Sequence[Visit]) -> dict[str, str]:
    """For each of the visits who is proposed to be at the chair, "" for nobody by name.

    standing: what is booked beside them, with who is named there. Who is named for a visit already stays, where they
    can; then somebody who is named for the same patient is preferred, then whoever has least to do on that day. Where
    no rota is kept nobody is proposed, and who is named stays.
    """
    if clinic.presence is None:
        return {one.visit_id: one.watcher_id for one in visits}
    usual: dict[str, set[str]] = defaultdict(set)
    for one in standing:
        if one.watcher_id:
            usual[one.patient_id].add(one.watcher_id)
    by_day: dict[date, list[Visit]] = defaultdict(list)
    for one in visits:
        by_day[one.start.day].append(one)
    found: dict[str, str] = {}
    for day, today in sorted(by_day.items()):
        present = [one for one in clinic.presence if one.day == day]
        beside = [one for one in standing if one.start.day == day and one.watcher_id]
        named = _Day(clinic, present, beside, usual).named(today)
        for one in today:
            found[one.visit_id] = named.get(one.visit_id, "")
            if found[one.visit_id]:
                usual[one.patient_id].add(found[one.visit_id])
    return found


def cannot_watch(clinic: Clinic, visit: Visit, others: Sequence[Visit]) -> bool:
    """Who is named for this visit is not there for all of it, or would watch more than one person may."""
    if not visit.watcher_id or clinic.presence is None:
        return False
    present = [one for one in clinic.presence if one.day == visit.start.day]
    beside = [
        one for one in others if one.start.day == visit.start.day and one.watcher_id and one.visit_id != visit.visit_id
    ]
    day = _Day(clinic, present, beside, {})
    return visit.watcher_id not in day.there(visit) or not day.has_a_hand_free(visit.watcher_id, visit)


class _Day:
    """One day's visits and who watches them."""

    def __init__(
        self, clinic: Clinic, present: Sequence[Present], beside: Sequence[Visit], usual: Mapping[str, Collection[str]]
    ) -> None:
        self._clinic = clinic
        self._present = present
        self._usual = usual
        self._watched: dict[str, list[Visit]] = defaultdict(list)
        for one in beside:
            self._watched[one.watcher_id].append(one)
        self._steps = 0

    def there(self, visit: Visit) -> tuple[str, ...]:
        """Who is in the clinic for the whole of a visit, in one span."""
        found = {
            one.staff_id
            for one in self._present
            if one.from_min <= visit.start.minute and visit.leaves_min <= one.until_min
        }
        return tuple(sorted(found))

    def has_a_hand_free(self, staff_id: str, visit: Visit) -> bool:
        """Whether they would never watch more than one person may, at any instant of the visit."""
        spans = [
            (one.start.minute + begin, one.start.minute + until, needed)
            for one in (visit, *self._watched[staff_id])
            for begin, until, needed in shares(one.stay, self._clinic)
        ]
        instants = {begin for begin, _, _ in spans if visit.start.minute <= begin < visit.leaves_min}
        return all(sum(needed for begin, until, needed in spans if begin <= at < until) <= SHARE for at in instants)

    def named(self, visits: Sequence[Visit]) -> dict[str, str]:
        """Everybody who can have a name has one, if that was found in STEPS_AT_MOST; else as many as come first."""
        order = sorted((one for one in visits if self.there(one)), key=lambda one: (one.start, one.visit_id))
        found: dict[str, str] = {}
        self._steps = 0
        if self._name(order, 0, found):
            return found
        found.clear()
        for one in order:
            free = [who for who in self._ranked(one) if self.has_a_hand_free(who, one)]
            if free:
                found[one.visit_id] = free[0]
                self._watched[free[0]].append(one)
        return found

    def _name(self, order: Sequence[Visit], place: int, found: dict[str, str]) -> bool:
        if place == len(order):
            return True
        one = order[place]
        for who in self._ranked(one):
            self._steps += 1
            if self._steps > STEPS_AT_MOST:
                return False
            if not self.has_a_hand_free(who, one):
                continue
            found[one.visit_id] = who
            self._watched[who].append(one)
            if self._name(order, place + 1, found):
                return True
            self._watched[who].pop()
            del found[one.visit_id]
        return False

    def _ranked(self, visit: Visit) -> list[str]:
        usual = self._usual.get(visit.patient_id, ())
        return sorted(
            self.there(visit), key=lambda who: (who != visit.watcher_id, who not in usual, len(self._watched[who]), who)
        )
