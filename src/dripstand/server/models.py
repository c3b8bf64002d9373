"""The server's own tables."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One row that /healthz rewrites, to know that the database takes a write."""

    beaten_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="server_one_heartbeat")]

    def __str__(self) -> str:
        return f"heartbeat at {self.beaten_at:%Y-%m-%d %H:%M:%S}"
