"""What is not there in this room."""

from __future__ import annotations

from dripstand.people.errors import NotThere


class NoSuchCourse(NotThere):
    """No course has this id."""


class NoSuchInfusion(NotThere):
    """No planned infusion has this id."""


class NoSuchBooking(NotThere):
    """No booking has this id."""
