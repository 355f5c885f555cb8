"""
A document on its way to the public: what was found in it, what was decided, the copy that lacks it, and who looked at it.

The original and every word that was found are sealed. The copy is bytes of its own, made anew by `engines/redaction`.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.readable import made_public_by
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.redaction import KINDS
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField


class Purpose(models.TextChoices):
    """For what it is made ready."""

    ANSWER = "answer", _("依申请公开的答复")
    DECISION = "decision", _("公开行政处罚决定")
    CATALOGUE = "catalogue", _("公开目录的附件")
    OTHER = "other", _("其他公开")


class State(models.TextChoices):
    FINDING = "finding", _("正在找该遮的")
    DRAFT = "draft", _("等人逐条定")
    MAKING = "making", _("正在做副本、过检查")
    REVIEW = "review", _("等第二个人看")
    RELEASED = "released", _("可以公开")
    UNREADABLE = "unreadable", _("读不了")
    CLOSED = "closed", pgettext_lazy("redactions", "不用了")


class FileKind(models.TextChoices):
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PDF = "pdf", "PDF"
    PICTURE = "picture", _("图片")


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def of(self, viewer: Viewer) -> Self:
        """What this officer may see; the list of `policy.may_work`. What belongs to a matter needs the right to read that matter too."""
        if viewer.officer is None:
            return self.none()
        readable = Matter.objects.visible_to(viewer).values("pk").order_by()
        return self.filter(made_public_by(viewer.officer)).filter(Q(matter=None) | Q(matter__in=readable))

    def for_pages(self) -> Self:
        return self.select_related("unit", "matter", "original", "copy", "drafter", "reviewer")


class Redaction(models.Model):
    """
    One document.

    name      what it is called in lists and files: tells nobody's name
    turn      grows with each decision: whoever decides says which state they saw
    note      why it came back: the reviewer's words, or sentences of the gate
    verdict   {"checkers": [...], "counts": {...}, "dropped": {...}} of the copy as it lies here
    sha256    of the copy; the reviewer agrees to these very bytes
    told      {"places": […], "days": […], "facts": […]} that the copy tells, to compare it with what is out; None until it was read
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="redactions")
    purpose = models.CharField(_("用来做什么"), max_length=10, choices=Purpose.choices)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(max_length=8, choices=FileKind.choices, blank=True)
    pages = models.PositiveIntegerField(default=0)
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    copy = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    verdict = models.JSONField(default=dict)
    told = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FINDING)
    turn = models.PositiveIntegerField(default=1)
    note = models.JSONField(default=list)
    drafter = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("谁在做"))
    made_at = models.DateTimeField()
    reviewer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("要遮盖的文件")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "unit"], name="redactions_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="redactions_state_known"),
            models.CheckConstraint(
                condition=~Q(state="released")
                | (Q(reviewer__isnull=False) & ~Q(reviewer=F("drafter")) & ~Q(sha256="")),
                name="two_people_release_a_copy",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """How trail and looks write it."""
        return f"redaction:{self.pk}"

    @property
    def of_pages(self) -> bool:
        """Whether it is looked at page by page."""
        return self.kind in {FileKind.PDF, FileKind.PICTURE}


class Mark(models.Model):
    """
    Words that were found or typed, and what was decided.

    digest  blind index of the words without blanks: the same words are one mark
    ground  id of the rule they are hidden by; empty when they stay
    """

    redaction = models.ForeignKey(Redaction, models.CASCADE, related_name="marks")
    words = EncryptedTextField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    how = models.CharField(max_length=40, blank=True)
    confidence = models.PositiveSmallIntegerField(default=3)
    count = models.PositiveIntegerField(default=1)
    before = EncryptedTextField()
    after = EncryptedTextField()
    hide = models.BooleanField(default=True)
    ground = models.CharField(max_length=40, blank=True)
    why_stays = models.CharField(max_length=120, blank=True)
    added_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("要遮的词")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["redaction", "digest"], name="the_same_words_are_one_mark"),
            models.CheckConstraint(condition=Q(hide=False) | ~Q(ground=""), name="hidden_by_a_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.redaction_id} {self.kind}"


class DrawnBox(models.Model):
    """
    A box on a page; edges in thousandths of its width and height.

    by    who drew it; None when the program saw a face or a plate there: it is painted black unless somebody drops it
    kind  what the program saw; empty for what somebody drew
    """

    class Kind(models.TextChoices):
        FACE = "face", _("人脸")
        PLATE = "plate", _("车牌")

    redaction = models.ForeignKey(Redaction, models.CASCADE, related_name="boxes")
    page = models.PositiveIntegerField()
    left = models.PositiveSmallIntegerField()
    top = models.PositiveSmallIntegerField()
    right = models.PositiveSmallIntegerField()
    bottom = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=40)
    kind = models.CharField(max_length=5, choices=Kind.choices, blank=True)
    by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("画的框")
        ordering = ["page", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left__lt=F("right"), top__lt=F("bottom"), right__lte=1000, bottom__lte=1000),
                name="a_box_lies_on_its_page",
            )
        ]

    def __str__(self) -> str:
        return f"{self.redaction_id} p{self.page}"

    @property
    def wide(self) -> int:
        return self.right - self.left

    @property
    def high(self) -> int:
        return self.bottom - self.top


class Seen(models.Model):
    """Somebody looked for faces, plates and signs in the pictures of a page."""

    redaction = models.ForeignKey(Redaction, models.CASCADE, related_name="seen")
    page = models.PositiveIntegerField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("看过的页")
        ordering = ["page"]
        constraints = [models.UniqueConstraint(fields=["redaction", "page", "by"], name="one_look_a_page_and_person")]

    def __str__(self) -> str:
        return f"{self.redaction_id} p{self.page}"


class Step(AppendOnly):
    """What happened to a document, in order."""

    class What(models.TextChoices):
        BEGUN = "begun", pgettext_lazy("redactions", "交来")
        HANDED = "handed", _("交第二个人看")
        STOPPED = "stopped", _("检查没有通过")
        BACK = "back", pgettext_lazy("redactions", "退回")
        RELEASED = "released", _("同意公开")
        CLOSED = "closed", pgettext_lazy("redactions", "不用了")

    redaction = models.ForeignKey(Redaction, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=300, blank=True)

    objects = AppendOnlyQuerySet["Step"].as_manager()

    class Meta:
        verbose_name = _("遮盖的经过")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.redaction_id} {self.what}"
