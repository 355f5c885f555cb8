"""How the house began, lists waiting to be imported, and second factors waiting to be reset."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.units.models import Officer
from shouwang.kernel.fields import EncryptedTextField


class Setup(models.Model):
    """
    The answers of the first-run wizard, so that going back or closing the browser loses nothing. At most one row.

    answers            what was answered so far, by question
    password           hash of the first administrator's password, sealed until the account exists
    secret             the authenticator's secret, sealed until the account exists
    administrator      who finishes; from now on only this person sees the last pages
    """

    answers = models.JSONField(default=dict)
    password = EncryptedTextField()
    secret = EncryptedTextField()
    administrator = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    codes_written_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_setup")]

    def __str__(self) -> str:
        return "setup"


class Draft(models.Model):
    """A list that was uploaded and looked at, but not imported yet. The text is sealed, and gone once it is decided."""

    class Kind(models.TextChoices):
        UNITS = "units", _("单位")
        STAFF = "staff", _("人员")
        COMMUNITIES = "communities", _("村社")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="drafts")
    name = models.CharField(max_length=200, blank=True)
    content = EncryptedTextField()
    gcj02 = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "kind"], name="one_draft_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d %H:%M}"


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Recovery(models.Model):
    """
    A second factor to be reset: one manager asks, another one confirms.

    closed_at      confirmed, or refused, or too old
    confirmed_by   empty when it was refused
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="recoveries")
    asked_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    closed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer"], condition=Q(closed_at=None), name="one_open_recovery"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")), name="recovery_needs_two"
            ),
            models.CheckConstraint(condition=~Q(officer=F("asked_by")), name="nobody_recovers_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.asked_at:%Y-%m-%d}"
