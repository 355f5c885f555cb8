"""
One row for each file that was taken. The bytes lie sealed on disk, see `cabinet.py`; a row without bytes is a fault.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.fields import EncryptedTextField

REF_LENGTH = 22


def new_ref() -> str:
    """128 random bits in 22 URL-safe characters. Knowing a ref opens nothing; not knowing it, nobody can even ask."""
    return secrets.token_urlsafe(16)


class Kind(models.TextChoices):
    PICTURE = "picture", _("照片")
    VOICE = "voice", _("语音")
    DOCUMENT = "document", _("文件")


class State(models.TextChoices):
    READY = "ready", _("可以打开")
    QUARANTINED = "quarantined", _("检查中，暂时打不开")
    ERASED = "erased", _("已经清除")


class Visibility(models.IntegerChoices):
    """The same ranks as the visibility of a timeline entry: each level includes the ones before it."""

    PUBLIC = 0, _("所有人")
    PARTIES = 1, _("当事人")
    STATION = 2, _("所内")
    RESTRICTED = 3, _("限定人员")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def ready(self) -> Self:
        return self.filter(state=State.READY)

    def belonging_to(self, owner_kind: str, owner_ref: str) -> Self:
        return self.filter(owner_kind=owner_kind, owner_ref=owner_ref)

    def by_ref(self, refs: Iterable[str]) -> dict[str, StoredFile]:
        """The files of a page in one query; an unknown ref is simply not in it."""
        return {stored.ref: stored for stored in self.filter(ref__in=list(refs))}

    def unattached(self, before: datetime) -> Self:
        """Uploaded before `before` and never sent with anything."""
        return self.filter(owner_kind="", created_at__lt=before).exclude(state=State.ERASED)


class StoredFile(models.Model):
    """
    A picture, voice note or document.

    ref             public name, see `new_ref`
    media_type      by content; of the original
    size_bytes      of the original as it came
    sha256          of the original as it came, lower-case hex
    name            cleaned for display, never a path; sealed, since people name files after people
    width_px …      of the original as a person sees it (pictures); duration_s in seconds (voice, when it can be told)
    cautions        codes for the reader: "metadata" means that the document names people, places or programs
    uploaded_by     who, as the audit trail writes it: `officer:12`, `resident`, `house`
    owner_kind, owner_ref   what it belongs to, as text, so that rooms above can attach; both empty until attached
    visibility      how far it may be seen; the owner's rule decides with it, see `policy.py`
    upload_id       SHA-256 of the sender's own random id of this upload: a retry finds the first
    *_path          below the files folder; empty when there is no such version
    """

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref, editable=False)
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    media_type = models.CharField(max_length=120)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(max_length=64)
    name = EncryptedTextField(_("名称"))
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    duration_s = models.FloatField(null=True)
    cautions = models.JSONField(default=list)
    created_at = models.DateTimeField(_("收到时间"))
    uploaded_by = models.CharField(max_length=80)
    upload_id = models.CharField(max_length=64, null=True)
    owner_kind = models.CharField(max_length=40, blank=True, default="")
    owner_ref = models.CharField(max_length=80, blank=True, default="")
    visibility = models.PositiveSmallIntegerField(choices=Visibility, default=Visibility.PARTIES)
    state = models.CharField(max_length=12, choices=State, default=State.READY)
    original_path = models.CharField(max_length=80, blank=True)
    display_path = models.CharField(max_length=80, blank=True)
    thumb_path = models.CharField(max_length=80, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("文件")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["owner_kind", "owner_ref"], name="files_by_owner")]
        constraints = [
            models.UniqueConstraint(fields=["uploaded_by", "upload_id"], name="files_upload_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="files_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="files_state_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="files_visibility_known"),
            models.CheckConstraint(
                condition=Q(state=State.ERASED, original_path="", display_path="", thumb_path="")
                | (~Q(state=State.ERASED) & ~Q(original_path="")),
                name="files_erased_has_no_paths",
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="", owner_ref="") | (~Q(owner_kind="") & ~Q(owner_ref="")),
                name="files_owner_whole_or_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def paths(self) -> tuple[str, ...]:
        """Every version on disk, relative to the files folder."""
        return tuple(path for path in (self.original_path, self.display_path, self.thumb_path) if path)

    @property
    def has_picture(self) -> bool:
        """Whether there is something to show in an <img>."""
        return bool(self.thumb_path)
