"""Keys with which an officer's own programs come to the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwang.apps.units.models import Officer, Unit


class ProgramKeyQuerySet(models.QuerySet["ProgramKey"]):
    def live(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)

    def within(self, unit: Unit) -> Self:
        return self.filter(officer__unit__path__startswith=unit.path)


class ProgramKey(models.Model):
    """
    One program may do what its officer may, until a day that was named beforehand.

    digest      keyed hash; the key itself is shown once and kept nowhere
    may_write   without it the key only reads
    used_on     the last day (station-local) on which it opened something
    """

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="program_keys")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("给什么程序用"), max_length=60)
    may_write = models.BooleanField(_("可以写"), default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("有效到"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, blank=True)

    objects = ProgramKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("程序钥匙")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="a_key_ends_after_it_was_made"
            )
        ]

    def __str__(self) -> str:
        return self.label
