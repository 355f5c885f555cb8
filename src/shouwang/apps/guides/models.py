"""
Guides for residents, sentences officers send often, and what may become a guide.

A guide's row holds what is true now; `GuideVersion` keeps every wording it ever had, and who wrote it.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.guides.reading import GuideText, Source
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.names import in_readers_language
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet


class Category(models.TextChoices):
    """The order in which residents see the guides."""

    IDENTITY = "identity", _("身份证")
    HOUSEHOLD = "household", _("户口")
    RESIDENCE = "residence", _("居住证和租房")
    CERTIFICATES = "certificates", _("证明")
    SAFETY = "safety", _("安全")
    FAMILY = "family", _("家里和孩子")
    NEIGHBOURS = "neighbours", _("邻里")
    PROPERTY = "property", _("钱和东西")
    VEHICLES = "vehicles", _("车")
    BUSINESS = "business", _("店铺和单位")
    RIGHTS = "rights", _("我的权利")
    PARTICIPATION = "participation", _("出一份力")


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤下")


class Origin(models.TextChoices):
    LIBRARY = "library", _("随系统带来")
    STATION = "station", _("本所写的")
    PROPOSED = "proposed", _("从答复整理")


#: Who is followed by somebody at home must be able to leave these pages at once, and their title tells nothing.
SENSITIVE = frozenset({"domestic-violence", "harassment-stalking"})

#: The columns that make up a wording, as a guide's file has them; a version keeps exactly these.
WORDING = tuple(field.name for field in fields(GuideText) if field.name != "slug")


class GuideQuerySet(models.QuerySet["Guide"]):
    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def fresh(self, today: date) -> Self:
        """Still within the time for which somebody vouched."""
        return self.filter(valid_until__gte=today)

    def stale_first(self, today: date) -> Self:
        """For whoever keeps them right: what ran out comes first, then what runs out soonest."""
        return self.annotate(
            ran_out=models.Case(models.When(state=State.PUBLISHED, valid_until__lt=today, then=0), default=1)
        ).order_by("ran_out", "valid_until", "slug")


class Guide(models.Model):
    """
    One guide; the wording's columns mean what `reading.GuideText` says.

    owner_unit, owner   who keeps it right, when the station has named somebody; `owner_role` says which post does otherwise
    version             counts the wordings, from 1
    changed_here        the station wrote over the library's wording, so the library no longer updates it
    library_digest      SHA-256 of the library's wording that was loaded last; empty for others
    """

    slug = models.SlugField(_("地址里的名字"), max_length=80, unique=True)
    title = models.CharField(_("标题"), max_length=80)
    title_en = models.CharField(_("英文标题"), max_length=120, blank=True)
    summary = models.CharField(_("一句话"), max_length=200)
    summary_en = models.CharField(_("英文一句话"), max_length=300, blank=True)
    audience = models.CharField(_("写给谁"), max_length=120)
    category = models.CharField(_("类别"), max_length=14, choices=Category.choices)
    owner_role = models.CharField(_("哪个岗位负责"), max_length=20, choices=Role.choices)
    owner_unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        Officer, models.SET_NULL, null=True, blank=True, related_name="guides", verbose_name=_("负责人")
    )
    valid_until = models.DateField(_("有效到"))
    reviewed_on = models.DateField(_("核对日期"))
    sources = models.JSONField(_("依据"), default=list)
    questions = models.JSONField(_("大家怎么问"), default=list)
    answer = models.CharField(_("简短回答"), max_length=200, blank=True)
    auto_ok = models.BooleanField(_("可以自动回答"), default=False)
    bring = models.JSONField(_("带什么"), default=list)
    fee = models.CharField(_("要花钱吗"), max_length=200, blank=True)
    time_limit = models.CharField(_("多久"), max_length=200, blank=True)
    related = models.JSONField(_("相关指南"), default=list)
    danger = models.BooleanField(_("显示 110"), default=False)
    body = models.TextField(_("正文"), blank=True)

    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    version = models.PositiveIntegerField(default=1)
    changed_here = models.BooleanField(default=False)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField()

    objects = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = _("指南")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="guides_state_known"),
            models.CheckConstraint(condition=~Q(auto_ok=True) | ~Q(answer=""), name="guides_auto_needs_an_answer"),
        ]
        indexes = [models.Index(fields=["state", "valid_until"], name="guides_by_validity")]

    def __str__(self) -> str:
        return self.title

    @property
    def sensitive(self) -> bool:
        """Whether the page offers a quick exit and a title that tells nothing."""
        return self.slug in SENSITIVE

    @property
    def shown_title(self) -> str:
        """In the reader's language when there is one."""
        return in_readers_language(self.title, self.title_en)

    @property
    def shown_summary(self) -> str:
        return in_readers_language(self.summary, self.summary_en)

    @property
    def source_lines(self) -> tuple[Source, ...]:
        return tuple(Source(**row) for row in self.sources)

    def is_stale(self, today: date) -> bool:
        """Nobody vouches for it any more: it is shown with a warning and never sent by itself."""
        return self.valid_until < today

    def wording(self) -> dict[str, Any]:
        """What a version keeps: plain JSON values."""
        values = {name: getattr(self, name) for name in WORDING}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


class GuideVersion(AppendOnly):
    """
    One wording a guide had. Added once, never changed.

    by     reference such as `officer:12`, or `house` for the library
    why    what was changed, in the editor's words
    """

    guide = models.ForeignKey(Guide, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    name = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=200, blank=True)
    wording = models.JSONField()

    objects = AppendOnlyQuerySet["GuideVersion"].as_manager()

    class Meta:
        ordering = ["guide", "-number"]
        constraints = [models.UniqueConstraint(fields=["guide", "number"], name="guides_one_wording_per_number")]

    def __str__(self) -> str:
        return f"{self.guide_id} v{self.number}"


class CannedAnswer(models.Model):
    """A sentence officers send often; columns as in `reading.CannedAnswer`, `order` as in its file."""

    class Kind(models.TextChoices):
        GREETING = "greeting", _("问好")
        RECEIPT = "receipt", _("收到了")
        ASK = "ask", _("问清楚")
        PROGRESS = "progress", _("说进展")
        HANDOVER = "handover", _("转给别人")
        DELAY = "delay", _("要晚一点")
        REFUSAL = "refusal", _("办不了")
        SAFETY = "safety", _("先顾安全")
        CLOSING = "closing", _("收尾")
        INTERNAL = "internal", _("内部")

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=60)
    text = models.TextField(_("内容"))
    kind = models.CharField(_("用处"), max_length=10, choices=Kind.choices)
    category = models.CharField(_("类别"), max_length=14, blank=True)
    outside = models.BooleanField(_("可以发给居民"), default=False)
    order = models.PositiveSmallIntegerField(default=0)
    changed_here = models.BooleanField(default=False)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("常用语")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.title


class Proposal(models.Model):
    """
    An answer somebody gave, put forward as a guide. Names and numbers were taken out before it was kept.

    source_ref   where the answer stands, as text such as `matters.entry:12`, so that rooms above can point here
    guide        the draft it became
    """

    class Decision(models.TextChoices):
        OPEN = "open", _("等决定")
        ACCEPTED = "accepted", _("已采用")
        REJECTED = "rejected", _("没有采用")

    source_ref = models.CharField(max_length=80, unique=True)
    question = models.TextField(_("居民怎么问"))
    answer = models.TextField(_("怎么答的"))
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    guide = models.ForeignKey(Guide, models.SET_NULL, null=True, blank=True, related_name="proposals")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="open", decided_at=None) | (~Q(decision="open") & Q(decided_at__isnull=False)),
                name="guides_a_decision_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(decision="rejected") | ~Q(reason=""), name="guides_a_no_says_why"),
        ]

    def __str__(self) -> str:
        return self.question[:40]


class Feedback(models.Model):
    """How often a wording helped. Two counters and nothing about anybody."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="feedback")
    version = models.PositiveIntegerField()
    helpful = models.PositiveIntegerField(default=0)
    not_helpful = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "version"], name="guides_one_count_per_wording")]

    def __str__(self) -> str:
        return f"{self.guide_id} v{self.version}: {self.helpful}/{self.not_helpful}"


class Shelf(models.Model):
    """
    One row whose token changes whenever what residents can find has changed, so that every process knows when to read anew.

    A random token and not a counter: after a restored backup a counter could repeat itself over other contents.
    """

    token = models.CharField(max_length=22)

    def __str__(self) -> str:
        return self.token
