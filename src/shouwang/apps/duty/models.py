"""Who is on now: sign-on, sign-off, and what is handed from one shift to the next."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.units.models import Officer, Unit


class DutySpanQuerySet(models.QuerySet["DutySpan"]):
    def on_now(self) -> Self:
        return self.filter(ended_at=None)

    def at_unit(self, unit: Unit) -> Self:
        """On duty in this unit or one of its workstations."""
        return self.filter(unit__path__startswith=unit.path)


class DutySpan(models.Model):
    """
    One officer on duty in one unit, from sign-on to sign-off.

    leads             this person answers for the shift (带班)
    expected_until    when the next shift should come, as told at sign-on
    """

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="duty_spans")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duty_spans")
    leads = models.BooleanField(_("带班"), default=False)
    started_at = models.DateTimeField(_("上岗时间"))
    expected_until = models.DateTimeField(_("预计下岗"), null=True, blank=True)
    ended_at = models.DateTimeField(_("下岗时间"), null=True, blank=True)
    handed_to = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    hand_over_note = models.TextField(_("交班说明"), blank=True)

    objects = DutySpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("值班")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["officer"], condition=Q(ended_at=None), name="on_duty_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")), name="duty_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer} · {self.unit}"
