"""
The transparency log of the house: what waits, what stands in it, its tiles, its signed heads, its keys, and the logs it watches.

Everything is rows, written in one transaction with the head over them: a house killed at any instant has the old log or the new one, and
every backup holds it.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.ledger.origin import own_origin
from shouwang.engines.translog import PublicKey
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField


class LeafQuerySet(models.QuerySet["Leaf"]):
    def waiting(self) -> Self:
        """Not in the log yet, in the order in which they came."""
        return self.filter(index__isnull=True).order_by("pk")


class Leaf(models.Model):
    """
    One entry of the log.

    key     what it is about, in words of the room that wrote it; unique, so that writing it twice adds nothing; never published
    body    the bytes that everybody can read in the log
    salt    of a sealed one: 32 bytes for whoever may see the words, 32 more for what stays in the house
    at      when it was written, from which its promise counts
    index   its place in the log; None while it waits
    """

    key = models.CharField(max_length=120, unique=True)
    body = models.BinaryField()
    salt = models.BinaryField(default=b"")
    at = models.DateTimeField()
    index = models.PositiveBigIntegerField(null=True, unique=True)

    objects = LeafQuerySet.as_manager()

    class Meta:
        verbose_name = _("存证条目")
        indexes = [models.Index(fields=["id"], condition=Q(index__isnull=True), name="leaves_that_wait")]

    def __str__(self) -> str:
        return self.key


class Tile(models.Model):
    """Up to 256 hashes of one level, as `engines.translog` lays them out."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_tile_at_a_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Log(models.Model):
    """The one log of this house: whoever writes holds this row, and its size moves only from what it was."""

    origin = models.CharField(max_length=200, default=own_origin)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="a_house_has_one_log")]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class HeadQuerySet(AppendOnlyQuerySet["Head"]):
    def newest(self) -> Head | None:
        return self.order_by("-pk").first()


class Head(AppendOnly):
    """A signed head (checkpoint), as it was published. `size` and `root` are those in the note."""

    size = models.PositiveBigIntegerField(db_index=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(db_index=True)

    objects = HeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("存证头")

    def __str__(self) -> str:
        return f"{self.size} {self.at:%Y-%m-%d %H:%M}"


class LogKey(models.Model):
    """
    A key with which this house signs its log, or as a witness of others.

    vkey          the public half, as everybody may know it
    seed          the private half in hexadecimal, sealed
    introduction  the note in which the key before it introduced it; of the first, empty
    lost          the key before it was lost, so nobody could introduce this one
    """

    vkey = models.CharField(max_length=300, unique=True)
    seed = EncryptedTextField()
    witness = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    introduction = models.TextField(blank=True)
    lost = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("存证密钥")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["witness"], condition=Q(until=None), name="one_key_signs_at_a_time")
        ]

    def __str__(self) -> str:
        return self.vkey

    @property
    def public(self) -> PublicKey:
        return PublicKey.read(self.vkey)


class Witness(models.Model):
    """Somebody outside who countersigns our heads: only lines of these keys are taken in."""

    vkey = models.CharField(max_length=300, unique=True)
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def public(self) -> PublicKey:
        return PublicKey.read(self.vkey)


class Cosignature(AppendOnly):
    """A witness's line under one of our heads."""

    head = models.ForeignKey(Head, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="cosignatures")
    line = models.TextField()
    signed_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Cosignature"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["head", "witness"], name="a_witness_signs_a_head_once")]

    def __str__(self) -> str:
        return f"{self.witness_id} {self.signed_at:%Y-%m-%d %H:%M}"


class Watched(models.Model):
    """
    A log elsewhere that this house witnesses.

    url      where it is served, ending in /log/
    vkey     its first key, as somebody compared it
    note     the newest head that was consistent with all before it, with our line under it; empty before the first look
    problem  why the last look did not succeed; empty when it did
    """

    name = models.CharField(max_length=60)
    url = models.URLField(max_length=200, unique=True)
    vkey = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    handed_over = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Fork(AppendOnly):
    """Evidence: two heads signed by the same log that cannot both be true. Whoever holds both can show it to anybody."""

    watched = models.ForeignKey(Watched, models.PROTECT, related_name="forks")
    kept = models.TextField()
    shown = models.TextField()
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True)

    objects = AppendOnlyQuerySet["Fork"].as_manager()

    class Meta:
        verbose_name = _("存证分叉")

    def __str__(self) -> str:
        return f"{self.watched_id} {self.at:%Y-%m-%d %H:%M}"


class Reread(AppendOnly):
    """
    What a rereading of the log found.

    whole   it was also compared with everything the house holds
    size    leaves under the newest head
    faults  how many; `says` has the first of them, for whoever keeps the machine
    """

    at = models.DateTimeField()
    whole = models.BooleanField()
    size = models.PositiveBigIntegerField()
    faults = models.PositiveIntegerField()
    says = models.JSONField(default=list)

    objects = AppendOnlyQuerySet["Reread"].as_manager()

    class Meta:
        verbose_name = _("存证复查")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.faults}"
