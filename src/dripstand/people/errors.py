"""What can go wrong in this room, as one tree. Rooms above derive their "not there" from `NotThere`."""

from __future__ import annotations

from collections.abc import Mapping


class NotThere(LookupError):
    """Somebody asked for a thing that does not exist; a page answers 404."""


class NoSuchPatient(NotThere):
    """No patient has this id."""


class NoSuchStaff(NotThere):
    """No member of staff has this id."""


class Unacceptable(ValueError):
    """What was entered cannot be taken as it is. words: field name to one plain sentence; "" is about the whole."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = dict(words)
        super().__init__(" ".join(self.words.values()))
