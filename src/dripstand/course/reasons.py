"""Why an infusion has no place, as a search keeps it in its result and as a page says it.

Kept are ids and times, never names: whoever reads the page later sees the name that the patient has then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from dripstand.course import solver_words
from dripstand.course.scheduling import Explanation, Relief, Visit
from dripstand.people.queries import patients_by_id


def kept(one: Explanation, zone: tzinfo, booked: Collection[str]) -> dict[str, Any]:
    """One patient's reasons for a job's result. booked: ids of the visits that are booked, not only proposed."""
    return {
        "rules": list(one.rules),
        "reliefs": [_relief(each) for each in one.reliefs],
        "together": [_relief(each) for each in one.together],
        "in_the_way": [_visit(each, zone, booked) for each in one.in_the_way],
    }


def between_booked(patient_id: str, count: int) -> dict[str, Any]:
    """The reason of somebody who has no day left between the infusions booked before and after those that wait."""
    return {
        "patient_id": patient_id,
        "count": count,
        "rules": ["order"],
        "reliefs": [{"code": "order", "facts": []}],
    }


def as_order(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same reasons of somebody whose last day is the one before an infusion that is booked.

    More days would not help them: what stands in the way, and what would be enough, is the order of the series.
    """

    def of(reliefs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [{"code": "order", "facts": []} if one["code"] == "window" else one for one in reliefs]

    rules = ["order" if one == "window" else one for one in row.get("rules", ())]
    return {**row, "rules": rules, "reliefs": of(row.get("reliefs", ())), "together": of(row.get("together", ()))}


def _relief(one: Relief) -> dict[str, Any]:
    return {"code": one.code, "facts": [list(fact) for fact in one.facts]}


def _visit(one: Visit, zone: tzinfo, booked: Collection[str]) -> dict[str, Any]:
    at = one.start.at(zone).astimezone(UTC).isoformat()
    return {"patient_id": one.patient_id, "at": at, "is_proposed": one.visit_id not in booked}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A patient of whose infusions `count` have no place, and why, in words; "" and nothing where it is not known.

    in_the_way: whose visits, each with day and time. reliefs: each enough by itself. together: enough only all of them.
    """

    name: str
    count: int
    rules: str = ""
    in_the_way: str = ""
    reliefs: tuple[str, ...] = ()
    together: str = ""


def left_out(rows: Iterable[Mapping[str, Any]], zone: tzinfo) -> tuple[LeftOut, ...]:
    """What a search kept of those without a place, in words. A patient who is not there any more is left out."""
    kept_rows = list(rows)
    ids = [one["patient_id"] for one in kept_rows]
    ids += [each["patient_id"] for one in kept_rows for each in one.get("in_the_way", ())]
    names = {patient_id: one.name for patient_id, one in patients_by_id(ids).items()}
    return tuple(_in_words(one, names, zone) for one in kept_rows if one["patient_id"] in names)


def _in_words(row: Mapping[str, Any], names: Mapping[str, str], zone: tzinfo) -> LeftOut:
    bookings = [_booking(each, names, zone) for each in row.get("in_the_way", ()) if each["patient_id"] in names]
    together = [_read(each) for each in row.get("together", ())]
    return LeftOut(
        names[row["patient_id"]],
        row["count"],
        solver_words.rules_words(row.get("rules", ())),
        "; ".join(bookings),
        tuple(solver_words.relief_words(_read(each), bookings) for each in row.get("reliefs", ())),
        solver_words.together_words(together, bookings),
    )


def _read(one: Mapping[str, Any]) -> Relief:
    return Relief(one["code"], tuple((name, value) for name, value in one["facts"]))


def _booking(one: Mapping[str, Any], names: Mapping[str, str], zone: tzinfo) -> str:
    local = datetime.fromisoformat(one["at"]).astimezone(zone)
    minute = local.hour * 60 + local.minute
    return solver_words.booking_words(
        names[one["patient_id"]], local.date(), minute, is_proposed=bool(one.get("is_proposed"))
    )
