"""The pages of the guide in their newest versions, whom to call in a crisis, and what studies saw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from dripstand.guide.models import CrisisLine, GuidePage, GuideReview
from dripstand.guide.pages import SOURCES, shipped
from dripstand.outcomes.definitions import Meaning
from dripstand.outcomes.studies import STUDIES
from dripstand.outcomes.study import Arm
from dripstand.people.errors import NotThere
from dripstand.premises.telephones import with_numbers
from dripstand.protocol.template import Mark

SCALE = "phq-9"
"""The scale whose studies give the range on the page about when it helps: the one that patients fill in here."""


class NoSuchPage(NotThere):
    """The guide has no page of this name."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in its newest version. version_number 0: as shipped. reviewed_by: "" while nobody has signed it.

    sources: of this version. The clinic's own text carries what its author named, which may be nothing.
    """

    slug: str
    language: str
    version_number: int
    title: str
    body: str
    author: str
    sources: tuple[str, ...]
    reviewed_by: str
    reviewed_at: datetime | None
    review_again_on: date | None

    @property
    def sha256(self) -> str:
        return sha256_of(self.title, self.body, self.own_sources)

    @property
    def own_sources(self) -> tuple[str, ...]:
        """Those that are signed with the text: a version's of the clinic. The shipped ones came with their release."""
        return self.sources if self.version_number else ()

    def is_overdue(self, today: date) -> bool:
        """Past its review date."""
        return self.review_again_on is not None and today >= self.review_again_on


def sha256_of(title: str, body: str, own_sources: tuple[str, ...] = ()) -> str:
    """What a signature under a page is given for, in hexadecimal."""
    return hashlib.sha256("\n".join((title, body, *own_sources)).encode()).hexdigest()


def sources_in(text: str) -> tuple[str, ...]:
    """Sources as they are typed and kept: one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def page(slug: str, language: str) -> Page:
    """A page of the guide. Raises NoSuchPage."""
    if slug not in SOURCES:
        raise NoSuchPage(slug)
    text = shipped(language)[slug]
    row = GuidePage.objects.filter(slug=slug, language=language).order_by("-version_number").first()
    number = row.version_number if row else 0
    title, body = (row.title, row.body) if row else (text.title, text.body)
    own_sources = sources_in(row.sources or "") if row else ()
    # A signature is for the text that was read: a release may ship another one under the same version 0.
    review = (
        GuideReview.objects.filter(
            slug=slug, language=language, version_number=number, body_sha256=sha256_of(title, body, own_sources)
        )
        .order_by("-reviewed_at")
        .first()
    )
    return Page(
        slug=slug,
        language=language,
        version_number=number,
        title=title,
        body=body,
        author=row.author_name if row else "Dripstand",
        sources=own_sources if row else SOURCES[slug],
        reviewed_by=review.reviewer_name if review else "",
        reviewed_at=review.reviewed_at if review else None,
        review_again_on=review.review_again_on if review else None,
    )


def pages(language: str) -> tuple[Page, ...]:
    """Every page, in reading order."""
    return tuple(page(slug, language) for slug in SOURCES)


def versions(slug: str, language: str) -> tuple[GuidePage, ...]:
    """The clinic's own versions of a page, the newest first."""
    return tuple(GuidePage.objects.filter(slug=slug, language=language).order_by("-version_number"))


CRISIS_DEFAULT = {
    "en": "If you may be in danger, call {emergency}, or go to the nearest emergency room.",
    "de": "Wenn Sie in Gefahr sind, rufen Sie {emergency} oder gehen Sie in die nächste Notaufnahme.",
    "es": "Si está en peligro, llame al {emergency} o vaya a las urgencias más cercanas.",
}
"""Until the clinic has set its own line. It promises nobody's call, unlike the text after an answer."""


def crisis_words(language: str) -> str:
    """Whom to call, as the clinic wrote it: numbers may stand in it as {phone} and {emergency}."""
    row = CrisisLine.objects.filter(language=language).first()
    return row.words if row else CRISIS_DEFAULT.get(language, CRISIS_DEFAULT["en"])


def crisis_line(language: str) -> str:
    """Whom to call, with the numbers."""
    return with_numbers(crisis_words(language), language)


def response_range() -> tuple[int, int, tuple[str, ...]]:
    """Least and most people of a hundred who responded on the clinic's scale, in verified results, and the studies.

    Only at the end of a course of about six, as the sentence beside it says: not after a tenth infusion.
    """
    found = [
        (result.share_fraction, study.id)
        for study in STUDIES
        for result in study.results
        if result.scale == SCALE
        and result.meaning is Meaning.RESPONSE
        and result.mark is Mark.VERIFIED
        and result.arm is not Arm.PLACEBO
        and result.in_prior
    ]
    rates = [rate for rate, _study in found]
    return round(min(rates) * 100), round(max(rates) * 100), tuple(sorted({name for _rate, name in found}))
