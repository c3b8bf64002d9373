"""What the records room stores: nothing that the logs and the readings do not say, so all of it may be thrown away."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptBorne(models.Model):
    """One visit as the page of its course shows it, so that the page need not fold six logs and predict six times.

    It holds only while its key does: the hash of the log's newest entry, how many cuff readings the monitor had stored
    and the number of the newest, and the code that made it. Whatever does not fit is made anew (kept.py).
    """

    session = models.OneToOneField("infusion.Session", on_delete=models.CASCADE, primary_key=True, related_name="+")
    head_hash = models.CharField(max_length=64)
    cuffs_count = models.PositiveIntegerField()
    newest_cuff_id = models.BigIntegerField()
    made_by = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta:
        verbose_name = _("kept summary of a visit")

    def __str__(self) -> str:
        return str(self.session_id)
