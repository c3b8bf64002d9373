"""Whether each of many people may be treated: for lists, which ask about everybody of a day at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock

from django.db.models import Count, Max

from dripstand.evaluation import models, queries, store
from dripstand.evaluation.file import PatientFile, fold
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.standing import Clearance
from dripstand.people.queries import patients_by_id

FILES_KEPT_COUNT = 500
State = tuple[int, int]
"""How many entries a file has, and the newest one's id: entries are appended and never changed."""


class _Files:
    """The folded files of those who were asked about last: a list is loaded again and again, a file seldom changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[State, PatientFile]] = OrderedDict()
        self._lock = Lock()

    def of(self, patient_ids: Iterable[str]) -> dict[str, PatientFile]:
        """The file of each, as it is now: one read for all where none has changed, two where one has."""
        asked = list(dict.fromkeys(patient_ids))
        rows = models.EntryRow.objects.filter(patient_id__in=asked).order_by()
        states = {
            str(patient_id): (count, newest)
            for patient_id, count, newest in rows.values_list("patient_id").annotate(Count("id"), Max("id"))
        }
        with self._lock:
            kept = {one: self._kept[one] for one in asked if one in self._kept}
        known = {one: file for one, (state, file) in kept.items() if state == states.get(one)}
        changed = [one for one in asked if one not in known and one in states]
        read = {one: fold(entries) for one, entries in store.load_many(changed).items()} if changed else {}
        with self._lock:
            for one, file in read.items():
                state = (len(file.entries), states[one][1])
                if state == states[one]:  # one that was written to meanwhile is not kept under what it was before
                    self._kept[one] = (state, file)
                    self._kept.move_to_end(one)
            while len(self._kept) > FILES_KEPT_COUNT:
                self._kept.popitem(last=False)
        return {one: known.get(one) or read.get(one) or PatientFile() for one in asked}


_files = _Files()


def clearances_of(asked: Mapping[str, tuple[Indication | None, datetime]]) -> dict[str, Clearance]:
    """As `queries.clearance_of` for each patient: for which indication, and at which moment from now on.

    None: any that was decided on. A moment to come asks what will have expired by then. A few reads, however many
    there are, besides those whose record was amended or who are treated for bipolar depression.
    """
    files, people = _files.of(asked), patients_by_id(asked)
    house = queries.in_force()
    found = {}
    for patient_id, (indication, at) in asked.items():
        file = files[patient_id]
        wanted = queries.indications_of(file) if indication is None else (indication,)
        found[patient_id] = queries.cleared(people[patient_id], file, wanted, at, house)
    return found
