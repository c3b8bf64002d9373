"""What somebody else answered while a page of questions stood open: it is never overwritten unseen.

A page shows what was held as it was loaded. An answer given on it is meant against that; where the file holds something
else by now, whoever answers has not seen it, and may take a finding away that a colleague has just made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dripstand.evaluation.checks import tidied
from dripstand.evaluation.file import Given, PatientFile
from dripstand.evaluation.questions import OF_NAME
from dripstand.people.errors import Unacceptable


class AnsweredMeanwhile(Unacceptable):
    """The file holds another answer than the page showed. Words for each such question."""


def _in_words(question: str, value: str, note: str) -> str:
    asked = OF_NAME.get(question)
    listed = {"yes": _("yes"), "no": _("no"), "not_known": _("not known"), "": _("no answer")}
    said = (asked.choices.get(value) if asked else None) or listed.get(value, value)
    return f"“{said}” ({note})" if note else f"“{said}”"


def _words(given: Given, value: str, note: str, zone: tzinfo) -> str:
    return _(
        "While this page was open, %(name)s answered %(theirs)s on %(at)s. Your answer, %(yours)s, was not saved. "
        "Look at theirs on the page as it is now, then answer."
    ) % {
        "name": given.author.name,
        "theirs": _in_words(given.question, given.value, given.note),
        "at": date_format(given.recorded_at.astimezone(zone), "j M Y H:i"),
        "yours": _in_words(given.question, value, note),
    }


def meanwhile_words(
    file: PatientFile,
    told: Mapping[str, str],
    notes: Mapping[str, str],
    shown: Mapping[str, tuple[str, str]],
    staff_id: str,
    zone: tzinfo,
) -> dict[str, str]:
    """The questions that a colleague answered neither as the page showed nor as is told now, in words.

    One's own earlier answer was seen by who gave it, also where its saving was never acknowledged: the last word holds.
    """
    wrong: dict[str, str] = {}
    for name, (value, note) in shown.items():
        given = file.answers.get(name)
        if given is None or given.author.staff_id == staff_id or name not in told:
            continue
        held, mine = (given.value, given.note), (told[name], notes.get(name, ""))
        if held not in ((tidied(name, value), " ".join(note.split())), mine):
            wrong[name] = _words(given, *mine, zone)
    return wrong
