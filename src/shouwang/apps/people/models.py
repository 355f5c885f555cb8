"""Residents, as far as they tell us who they are: nothing is asked, everything told is encrypted, every look is recorded."""

from __future__ import annotations

import re
import unicodedata

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwang.apps.units.models import Officer, Role
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField, blind


def normal(text: str) -> str:
    """The form in which two spellings of one phone, number or name are equal."""
    return re.sub(r"[\s\-·.()]", "", unicodedata.normalize("NFKC", text)).upper()


class Person(models.Model):
    """
    Somebody who wrote to us. All fields are optional; a row without any is an anonymous person we can still answer.
    An organisation that is a party of a case is one too: its credit code stands in the place of the identity number.

    The `*_index` columns are blind indexes of the normalised value: the desk can find a person by an exact phone,
    name or ID number, and nobody can read either from the database.
    """

    pseudonym = models.CharField(_("称呼"), max_length=40, blank=True, db_index=True)
    phone = EncryptedTextField()
    phone_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    name = EncryptedTextField()
    name_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    id_number = EncryptedTextField()
    id_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("居民")

    def __str__(self) -> str:
        return self.pseudonym or f"#{self.pk}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.phone_index = index_of(self.phone, "phone")
        self.name_index = index_of(self.name, "name")
        self.id_index = index_of(self.id_number, "id")
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature is wider than its stubs


def index_of(value: str, kind: str) -> str:
    """Blind index of a phone, name or ID number; empty for nothing."""
    return blind(normal(value), f"people.{kind}") if value else ""


class Address(models.Model):
    """Where a person can be reached on a channel: a QQ id, later others. Shown to nobody but the desk, and each look is recorded."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    channel = models.CharField(max_length=20)
    value = EncryptedTextField()
    value_index = models.CharField(max_length=64, editable=False)
    last_heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "value_index"], name="one_person_per_address")]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.value_index = index_of(self.value, f"address.{self.channel}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature is wider than its stubs


class Look(AppendOnly):
    """
    One look at personal data. The person concerned sees role and time; the station sees the officer as well.

    subject   the matter looked at, as a reference (`matters.matter:7`)
    what      which fields were opened, such as `["phone"]`, or `["conversation"]`
    """

    at = models.DateTimeField(db_index=True)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="looks")
    role = models.CharField(max_length=20, choices=Role.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="looks")
    subject = models.CharField(max_length=80, db_index=True)
    what = models.JSONField(default=list)
    reason = models.CharField(max_length=200)

    objects = AppendOnlyQuerySet["Look"].as_manager()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.role} {self.subject}"
