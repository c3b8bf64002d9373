"""How long the scheduler needs for a clinic's three weeks: to a first whole plan, to 2 % of the bound, to the best.

The instance is the one of the project's facts, word for word: 40 patients x 6 infusions, 3 weeks of Mon-Fri
08:00-18:00, 2 h each, never on consecutive days, 1-3 a week, 4 single rooms (300 room slots, 80 % full), nurse cover
1:1 in the first hour then 1:2, 3-4 nurses a day, 18 % of half days impossible per patient; objective: preferred half
day, even weeks; a 2 h grid (5 starts a day) and a 30 min grid (17 starts a day); 2 workers. Then 45 patients (90 %
full) and 48 (96 %).

Where it differs from the facts, because they leave it open or the product has it otherwise:

- The facts' own draws (of nurses, of impossible half days, of preferences) are gone with the spike that made them.
  These are drawn anew, from the seed that each line names. At 45 patients it depends on the draw of three or four
  nurses whether everybody fits: each line says what the arithmetic of chairs and staff leaves room for.
- "1-3 a week": three at most is a rule here. One at least is not: even weeks are wished for, as in the objective. Each
  line says the fewest that anybody has in a week.
- A half day is 08:00-13:00 or 13:00-18:00 where it is impossible (a visit may not touch it), and an arrival before or
  after noon where it is preferred.
- "First answer" counts here when everybody has a place, not when the solver has any answer at all (it may leave some
  out), so it is later than the facts' figure on the fine grid.

Then 52 patients (more than there are slots), explained in words of rules; one patient beside a full clinic; and
bookings moved in it, each with the least disturbing repair.

`python bench/scheduling.py [--seeds 2] [--workers 2] [--seconds 60] [--only moves]`
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from dripstand.course.scheduling import (
    ONE_PATIENT,
    REPAIR,
    Away,
    Can,
    Chair,
    Clinic,
    Cover,
    Limits,
    Patient,
    Place,
    Plan,
    Preferred,
    Present,
    Problem,
    Progress,
    Spacing,
    Start,
    Stay,
    check,
    explain,
    propose,
    repair,
    room,
    what_would_help,
)

MONDAY = date(2026, 3, 2)
DAYS = [day for number in range(21) if (day := MONDAY + timedelta(days=number)).weekday() < 5]
TWO_HOURS = Stay(preparation_min=20, infusion_min=40, observation_min=60, turnover_min=0)
NOON_MIN = 13 * 60


def instance(patients_count: int, seed: int) -> Problem:
    """The clinic and its patients; the same for the same seed."""
    drawn = random.Random(seed)
    chairs = tuple(Chair(f"c{number}", f"Room {number}", f"r{number}") for number in range(1, 5))
    present = tuple(
        Present(f"n{who}", f"Nurse {who}", day, 480, 1080) for day in DAYS for who in range(drawn.choice((3, 4)))
    )
    clinic = Clinic(ZoneInfo("America/Chicago"), chairs, dict.fromkeys(DAYS, (480, 1080)), Cover(60, 1, 2), present)
    patients = []
    for number in range(patients_count):
        halves = [(day, *half) for day in DAYS for half in ((0, NOON_MIN), (NOON_MIN, 1440))]
        away = tuple(Away(*half) for half in halves if drawn.random() < 0.18)
        wanted = Preferred(from_min=0, until_min=720) if drawn.random() < 0.5 else Preferred(from_min=720)
        can = Can(away=away, preferred=(wanted,))
        rules = Spacing(least_h=24, least_d=2, most_d=None, most_a_week=3)
        patients.append(Patient(f"p{number:02d}", f"Patient {number:02d}", 6, DAYS[0], DAYS[-1], TWO_HOURS, rules, can))
    return Problem(clinic, tuple(patients))


def measured(name: str, problem: Problem, limits: Limits) -> Plan:
    """One line of the table."""
    first_s = within_s = None
    gap = 1.0

    def watch(progress: Progress, plan: Plan) -> None:
        nonlocal first_s, within_s, gap
        gap = progress.gap
        if first_s is None and progress.placed == progress.wanted:
            first_s = progress.seconds
        if within_s is None and progress.placed == progress.wanted and progress.gap <= 0.02:
            within_s = progress.seconds

    began_s, began_cpu_s = time.monotonic(), time.process_time()
    plan = propose(problem, limits, on_progress=watch)
    took_s, cpu_s = time.monotonic() - began_s, time.process_time() - began_cpu_s
    if plan.is_complete and plan.gap <= 0.02 and within_s is None:
        within_s = took_s
    nobody = [one for one in check(problem, plan.visits) if one.code != "visits_missing"]
    assert nobody == [], nobody[:3]
    seconds = ["-" if one is None else f"{one:.1f} s" for one in (first_s, within_s)]
    ended = f"{took_s:.1f} s" + (" proven" if plan.proven else "")
    space = room(problem)
    print(
        f"{name:34} first whole plan {seconds[0]:>7}  within 2 % {seconds[1]:>7}  ended {ended:>14}  "
        f"cost {plan.cost}, bound {plan.bound}, missing {sum(plan.missing.values())}, "
        f"fewest in a week {fewest_a_week(problem, plan)}, room for {space.at_most} of {space.wanted} by {space.by}, "
        f"CPU {cpu_s:.1f} s",
        flush=True,
    )
    return plan


def fewest_a_week(problem: Problem, plan: Plan) -> int:
    """Of those who have all their visits, the fewest that anybody has in one of the weeks."""
    weeks = sorted({day - timedelta(days=day.weekday()) for day in DAYS})
    count = Counter((one.patient_id, one.start.day - timedelta(days=one.start.day.weekday())) for one in plan.visits)
    whole = [one.patient_id for one in problem.patients if one.patient_id not in plan.missing]
    return min((count[name, week] for name in whole for week in weeks), default=0)


def explained(problem: Problem, plan: Plan) -> None:
    space = room(problem)
    print(f"  arithmetic: {space.wanted} wanted, at most {space.at_most} (by {space.by})")
    began_s = time.monotonic()
    found = explain(problem, plan)
    for one in found[:3]:
        helps = "; ".join(f"{each.code} {dict(each.facts) or ''}".strip() for each in one.reliefs)
        way = ", ".join(f"{each.called} on {each.start.day} {each.start.minute // 60}:00" for each in one.in_the_way)
        print(f"  {one.called}: {one.missing} of 6 without a place; no room between: {', '.join(one.rules)}")
        both = " and ".join(each.code for each in one.together)
        print(
            f"     enough: {helps or 'no single change'}; together: {both or '-'}; in the way: {way or 'nobody alone'}"
        )
    print(f"  explained {len(found)} patients in {time.monotonic() - began_s:.1f} s", flush=True)
    began_s = time.monotonic()
    for each in what_would_help(problem, plan, Limits(20, plan.grid_min, 2)):
        print(f"  with one more of {each.code}: {each.missing} without a place")
    print(f"  tried in {time.monotonic() - began_s:.1f} s", flush=True)


def one_patient(seed: int) -> None:
    """One more patient beside a clinic that is 80 % full."""
    problem = instance(41, seed)
    full = propose(replace(problem, patients=problem.patients[:40]), Limits(seconds=20, grid_min=120))
    alone = replace(problem, patients=problem.patients[40:], booked=full.visits)
    times = []
    for _ in range(5):
        began_s = time.monotonic()
        plan = propose(alone, ONE_PATIENT)
        times.append(time.monotonic() - began_s)
    print(
        f"one patient beside {len(full.visits)} bookings, 15 min grid: {min(times):.2f} to {max(times):.2f} s, "
        f"placed {len(plan.visits)} of 6, proven {plan.proven}",
        flush=True,
    )


def moves(seed: int, count: int = 12) -> None:
    """Bookings of an 80 % full clinic, each moved onto the most crowded morning of another week or day."""
    problem = instance(40, seed)
    full = propose(problem, Limits(seconds=20, grid_min=120))
    booked = tuple(replace(one, movable=True) for one in full.visits)
    stands = replace(problem, patients=tuple(replace(one, visits_count=0) for one in problem.patients), booked=booked)
    here = Counter((one.start.day, one.start.minute) for one in booked)
    crowded = [key for key, at_once in sorted(here.items()) if at_once == max(here.values())]
    times: list[float] = []
    cpu: list[float] = []
    for number in range(count):
        onto = crowded[number * 3 % len(crowded)]
        after = [one for one in sorted(booked, key=lambda one: (one.start, one.visit_id)) if one.start.day > onto[0]]
        if not after:
            continue
        moving = after[number * 7 % len(after)]
        began_s, began_cpu_s = time.monotonic(), time.process_time()
        answer = repair(stands, {moving.visit_id: Place(Start(*onto))}, REPAIR)
        times.append(time.monotonic() - began_s)
        cpu.append(time.process_time() - began_cpu_s)
        others = answer.people_disturbed - {moving.patient_id}
        print(
            f"  moved among {len(booked)}: {times[-1]:.2f} s, CPU {cpu[-1]:.2f} s, "
            f"breaks {sorted({one.code for one in answer.breaks})}, "
            f"{answer.other_time_count} more visits at another time, {len(others)} other people, "
            f"remains {len(answer.remains)}, homeless {len(answer.homeless)}, proven {answer.proven}",
            flush=True,
        )
    times.sort()
    cpu.sort()
    print(
        f"one booking moved among {len(booked)}, {len(times)} different ones: "
        f"median {times[len(times) // 2]:.2f} s (CPU {cpu[len(cpu) // 2]:.2f} s), "
        f"longest {times[-1]:.2f} s (CPU {cpu[-1]:.2f} s)",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", choices=("moves",))
    asked = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {asked.workers} workers")
    propose(replace(instance(1, 1)), ONE_PATIENT)  # the solver is loaded, as it is in the worker that has run before
    if asked.only == "moves":
        moves(1)
        return
    for seed in range(1, asked.seeds + 1):
        for grid_min in (120, 30):
            limits = Limits(asked.seconds, grid_min, asked.workers, seed)
            measured(f"40 patients, {grid_min} min grid, seed {seed}", instance(40, seed), limits)
    for seed in range(1, asked.seeds + 2):
        limits = Limits(asked.seconds, 120, asked.workers, seed)
        measured(f"45 patients, 120 min grid, seed {seed}", instance(45, seed), limits)
    measured("45 patients, 30 min grid, seed 1", instance(45, 1), Limits(asked.seconds, 30, asked.workers))
    crowd = instance(52, 1)
    for patients_count, problem in ((48, instance(48, 1)), (52, crowd)):
        plan = measured(f"{patients_count} patients, 120 min grid", problem, Limits(asked.seconds, 120, asked.workers))
        if not plan.is_complete:
            explained(problem, plan)
    one_patient(1)
    moves(1)


if __name__ == "__main__":
    main()
