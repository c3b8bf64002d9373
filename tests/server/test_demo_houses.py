"""`dripstand demo --chairs N`: whoever sits in a chair has an order that the signed protocol takes for this person."""

from __future__ import annotations

import pytest

from dripstand.evaluation.indications import Indication
from dripstand.infusion import queries
from dripstand.infusion.phases import Phase
from dripstand.server.demo.build import make
from dripstand.server.demo.cast import PATIENTS
from dripstand.server.demo.evaluated import story_of


@pytest.mark.django_db
def test_in_a_house_with_everybody_of_the_cast_and_one_more_each_chair_infuses() -> None:
    """The cast has one person against chronic pain and one whose decision is still awaited in the showcase."""
    stories = [story_of(one.record_number) for one in PATIENTS]
    assert any(one.indication is Indication.CHRONIC_PAIN for one in stories)
    assert any(not one.decided for one in stories)
    made = make(chairs_count=len(PATIENTS) + 1, prepare_only=True, say=lambda _: None)
    assert [queries.chart(one["session"]).phase for one in made.sessions] == [Phase.INFUSING] * (len(PATIENTS) + 1)
