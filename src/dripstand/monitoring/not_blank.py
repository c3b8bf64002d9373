"""A condition that the database can match with a partial index.

The indexes of received messages leave out the rows whose text is empty. SQLite uses such an index only where the query
says so in the same words, with no parameter in them; Django would send the empty text as a parameter.
"""

from __future__ import annotations

from django.db.models import BooleanField, F, Func


class NotBlank(Func):
    """``filter(NotBlank("session_id"))``: rows whose text is not empty, word for word as the index says it."""

    template = "(NOT (%(expressions)s = ''))"
    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str) -> None:
        super().__init__(F(column))
