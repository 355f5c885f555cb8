"""Tables of the kernel: the audit trail and the counters that slow down guessing."""

from __future__ import annotations

from django.db import models

from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet


class AuditRow(AppendOnly):
    """One act or look. `actor` and `subject` are references such as `officer:12`, so the trail holds no personal data."""

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    actor = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    objects = AppendOnlyQuerySet["AuditRow"].as_manager()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class Tally(models.Model):
    """How often something was tried from one address in one window of time. The key is a keyed hash."""

    key = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="one_tally_per_window")]

    def __str__(self) -> str:
        return f"{self.count} since {self.window_start:%H:%M}"


class Beat(models.Model):
    """When a job last ran, and the kind of error it ended with, if any. What `/health` and `./sw status` show."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    error = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
