"""The ordered log: streams, and their events numbered 1, 2, 3 … without a gap."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .names import KIND_MAX, STREAM_MAX


class Stream(models.Model):
    """
    A numbered line of events: a room, a matter, a desk.

    last_seq   number of the newest event; 0 before the first
    floor      events up to this number are gone (pruned or forgotten); a cursor below it must start anew
    """

    name = models.CharField(max_length=STREAM_MAX, unique=True)
    last_seq = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(floor__gte=0, last_seq__gte=F("floor")), name="live_stream_floor_below_last_seq"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.last_seq}"


class LiveEvent(models.Model):
    """
    One event of one stream; never changed once written.

    audience   rank of the least cleared listener who may have it; a listener gets it if audience <= clearance
    at         aware time at which it happened, as the publisher says
    """

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=KIND_MAX)
    audience = models.PositiveSmallIntegerField()
    payload = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["stream", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="live_event_one_per_seq"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="live_event_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"
