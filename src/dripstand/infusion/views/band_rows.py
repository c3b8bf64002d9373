"""The bands of a dose as a table shows them: value, range, verdict, whose limit, how well its source was verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion.bands import Band, BandName, Verdict
from dripstand.infusion.words import plain
from dripstand.protocol.template import ProtocolTemplate
from dripstand.protocol.words import MARK_WORDS

BAND_WORDS: dict[BandName, str | Promise] = {
    BandName.DOSE_MG: gettext_lazy("Dose"),
    BandName.DOSE_MG_PER_KG: gettext_lazy("Dose for the weight"),
    BandName.RATE_ML_PER_H: gettext_lazy("Pump rate"),
    BandName.DOSE_RATE_MG_PER_KG_PER_H: gettext_lazy("Dose rate"),
    BandName.FINISH_MIN: gettext_lazy("Finish, line included"),
}
VERDICT_WORDS: dict[Verdict, str | Promise] = {
    Verdict.WITHIN: gettext_lazy("within"),
    Verdict.UNUSUAL: gettext_lazy("unusual"),
    Verdict.SECOND_SIGNATURE: gettext_lazy("second signature"),
    Verdict.REFUSED: gettext_lazy("refused"),
}
_LOOK = {Verdict.WITHIN: "", Verdict.UNUSUAL: "warns", Verdict.SECOND_SIGNATURE: "warns", Verdict.REFUSED: "stops"}
_SOURCE: dict[BandName, dict[Verdict, str]] = {
    BandName.DOSE_MG: {Verdict.UNUSUAL: "dose.warn_dose_mg", Verdict.REFUSED: "dose.refuse_dose_mg"},
    BandName.DOSE_MG_PER_KG: {
        Verdict.UNUSUAL: "dose.warn_mg_per_kg",
        Verdict.SECOND_SIGNATURE: "dose.second_signature_mg_per_kg",
        Verdict.REFUSED: "dose.refuse_mg_per_kg",
    },
    BandName.RATE_ML_PER_H: {Verdict.REFUSED: "bag.highest_rate_ml_per_h"},
    BandName.DOSE_RATE_MG_PER_KG_PER_H: {Verdict.REFUSED: "dose.highest_dose_rate_mg_per_kg_per_h"},
    BandName.FINISH_MIN: {Verdict.UNUSUAL: "dose.usual_minutes_high", Verdict.REFUSED: "dose.refuse_minutes_below"},
}
_PLACES = {
    BandName.DOSE_MG: 2,
    BandName.DOSE_MG_PER_KG: 3,
    BandName.RATE_ML_PER_H: 1,
    BandName.DOSE_RATE_MG_PER_KG_PER_H: 3,
    BandName.FINISH_MIN: 1,
}


@dataclass(frozen=True, slots=True)
class BandRow:
    words: str
    values: tuple[str, ...]  # one, or one for each way of making the bag
    also: tuple[str, ...]  # the same values as the clinic may like them: a dose rate in mcg/kg/min
    range: str
    verdict: str
    look: str
    whose: str
    source: str  # only where the verdict is not "within"

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        return tuple(zip(self.values, self.also, strict=True))

    @property
    def rest_count(self) -> int:
        """Columns beside the name."""
        return len(self.values) + 2


def band_rows(bands: Iterable[Band], template: ProtocolTemplate) -> list[BandRow]:
    """One row a band, in the order given."""
    return [_row(band, template) for band in bands]


def side_by_side(first: list[BandRow], second: list[BandRow]) -> list[BandRow]:
    """The same bands of two ways of making one bag, in one table; the look of the worse of the two."""
    weight = ["", "warns", "stops"]
    found = []
    for one, other in zip(first, second, strict=True):
        worse = max(one, other, key=lambda row: weight.index(row.look))
        found.append(replace(worse, values=one.values + other.values, also=one.also + other.also))
    return found


def mcg_per_kg_per_min(dose_rate_mg_per_kg_per_h: Fraction) -> Fraction:
    """1 mg/kg/h is 1000/60 mcg/kg/min (protocol.md 2.1: 0.75 mg/kg/h is 12.5 mcg/kg/min)."""
    return dose_rate_mg_per_kg_per_h * 1000 / 60


def _row(band: Band, template: ProtocolTemplate) -> BandRow:
    places = _PLACES[band.band]
    also = ""
    if band.band is BandName.DOSE_RATE_MG_PER_KG_PER_H:
        also = f"{plain(mcg_per_kg_per_min(band.value), 2)} mcg/kg/min"
    return BandRow(
        words=str(BAND_WORDS[band.band]),
        values=(f"{plain(band.value, places)} {band.unit}",),
        also=(also,),
        range=_("%(low)s to %(high)s") % {"low": plain(band.low, places), "high": plain(band.high, places)},
        verdict=_verdict(band),
        look=_LOOK[band.verdict],
        whose=_("this order") if band.whose == "order" else _("protocol"),
        source=_source(band, template),
    )


def _verdict(band: Band) -> str:
    if band.too_high:
        return _("too high")
    if band.too_low:
        return _("too low")
    return str(VERDICT_WORDS[band.verdict])


def _source(band: Band, template: ProtocolTemplate) -> str:
    """Where the limit that was crossed comes from, and its verification."""
    if band.verdict is Verdict.WITHIN or (band.verdict is Verdict.REFUSED and band.whose == "order"):
        return ""
    name = _SOURCE[band.band].get(band.verdict, "")
    source = template.sources.get(name)
    if source is None:
        return ""
    where = f"{source.text} ({MARK_WORDS[source.mark]})"
    if band.verdict is Verdict.REFUSED:
        return where
    limit = f"{plain(_limit(template, name))} {band.unit}"
    return _("above %(limit)s: %(where)s") % {"limit": limit, "where": where}


def _limit(template: ProtocolTemplate, name: str) -> Decimal:
    """A number of the template by its dotted name, as its sources are named."""
    group, _dot, field = name.partition(".")
    value: Decimal = getattr(getattr(template, group), field)
    return value
