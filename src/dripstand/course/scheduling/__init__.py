"""Who comes when: the calendar of a clinic as a constraint problem, in plain values (docs/explanation/scheduling.md).

- `check(problem, visits)`: every rule that a calendar breaks, without the solver, at once.
- `what_breaks(problem, moves)`: what moving a booking breaks; `repair(problem, moves)`: the least disturbing way out.
- `propose(problem, limits)`: the best plan in the time given, for one patient or for the whole clinic.
- `explain(problem, plan)`: why somebody was left out; `what_would_help`: what one more nurse, chair or hour would do;
  `room(problem)`: what the arithmetic says before any search.
- `name_watchers(clinic, visits, standing)`: who is at which chair, once the times are known.
- `apart.proposed`, `apart.repaired`, `apart.explained`: the same in a process of its own, with progress and a stop.

Nothing here knows of Django, of a table or of what time it is. OR-Tools is imported when a model is first built.
"""

from dripstand.course.scheduling.checking import Finding, check
from dripstand.course.scheduling.explaining import (
    Explanation,
    Help,
    Relief,
    Room,
    explain,
    explain_one,
    room,
    what_would_help,
)
from dripstand.course.scheduling.naming import cannot_watch, name_watchers
from dripstand.course.scheduling.problem import (
    Away,
    Can,
    Chair,
    Clinic,
    Closed,
    Cover,
    Patient,
    Preferred,
    Present,
    Problem,
    Spacing,
    Start,
    Stay,
    Visit,
)
from dripstand.course.scheduling.proposing import ONE_PATIENT, WHOLE_CLINIC, Limits, Plan, Progress, propose
from dripstand.course.scheduling.repairing import REPAIR, Move, Place, Repair, moved, repair, what_breaks

__all__ = [
    "ONE_PATIENT",
    "REPAIR",
    "WHOLE_CLINIC",
    "Away",
    "Can",
    "Chair",
    "Clinic",
    "Closed",
    "Cover",
    "Explanation",
    "Finding",
    "Help",
    "Limits",
    "Move",
    "Patient",
    "Place",
    "Plan",
    "Preferred",
    "Present",
    "Problem",
    "Progress",
    "Relief",
    "Repair",
    "Room",
    "Spacing",
    "Start",
    "Stay",
    "Visit",
    "cannot_watch",
    "check",
    "explain",
    "explain_one",
    "moved",
    "name_watchers",
    "propose",
    "repair",
    "room",
    "what_breaks",
    "what_would_help",
]
