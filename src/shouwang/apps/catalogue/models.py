"""
What must be public: items with an owner and a cadence, their versions, and what people asked about them.

Nothing here says whether an item is fresh: that is computed from the steps when somebody looks (`freshness.py`).
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.catalogue.content import Content, content_of
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.readable import made_public_by
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField


class Group(models.TextChoices):
    """The shelves of the catalogue, in the order in which people look."""

    ORGANISATION = "organisation", _("我们是谁")
    PROCEDURES = "procedures", _("怎么办")
    FEES = "fees", _("收费")
    LIMITS = "limits", _("多久")
    SERVICES = "services", _("方便您")
    COMPLAINTS = "complaints", _("不满意怎么办")
    RESULTS = "results", _("办得怎样")
    SAFETY = "safety", _("平安")
    RULES = "rules", _("规定和权利")
    MONEY = "money", _("钱怎么花")
    GUIDE = "guide", _("公开指南")


class Cadence(models.TextChoices):
    MONTH = "month", _("每个月")
    QUARTER = "quarter", _("每季度")
    YEAR = "year", _("每年")


class State(models.TextChoices):
    DRAFT = "draft", _("还没有公开")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤下")


class ItemQuerySet(models.QuerySet["Item"]):
    def public(self) -> Self:
        """What has a page that everybody may open: withdrawn ones keep theirs, with the reason."""
        return self.filter(state__in=[State.PUBLISHED, State.WITHDRAWN])

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def kept_by(self, officer: Officer) -> Self:
        """What this officer may see and write at the desk; the list of `policy.may_keep`."""
        return self.filter(made_public_by(officer))

    def with_facts(self) -> Self:
        """With when the content last changed and when somebody last looked, from the steps."""
        steps = Step.objects.filter(item=OuterRef("pk")).order_by("-pk").values("at")
        return self.annotate(
            changed_at=Subquery(steps.filter(what__in=Step.CHANGES)[:1]),
            reviewed_at=Subquery(steps.filter(what=Step.What.REVIEWED)[:1]),
        )

    def for_lists(self) -> Self:
        """With everything that a row shows, and what its freshness is computed from; the needs come in one more query."""
        open_needs = models.Prefetch("needs", Need.objects.filter(closed_at=None), to_attr="open_needs")
        return self.with_facts().select_related("unit", "owner", "leader", "current").prefetch_related(open_needs)


class Item(models.Model):
    """
    One thing in the catalogue.

    kind      id of what the law asks for (`engines/law/data/catalogue.toml`); empty for what the station adds by itself
    source    on what it rests, in words, when `kind` is empty
    owner     who keeps it right, and `post`, which post that is: the public reads the post
    leader    whose word publishes it
    every, renew   how often it is looked at again, and whether something new is due each time
    made_at   since when it should be there
    current   the version that is read now; stays when it was withdrawn
    texts_stay  whether the versions of a withdrawn item may still be read
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="catalogue", verbose_name=_("单位"))
    kind = models.CharField(_("法定事项"), max_length=40, blank=True)
    group = models.CharField(_("类别"), max_length=14, choices=Group.choices)
    name = models.CharField(_("名称"), max_length=80)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    owner = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("负责人"))
    post = models.CharField(_("负责的岗位"), max_length=20, choices=Role.choices)
    leader = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("审核的领导"))
    every = models.CharField(_("多久看一次"), max_length=8, choices=Cadence.choices)
    renew = models.BooleanField(_("每次都要有新内容"), default=False)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    current = models.ForeignKey("Version", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    texts_stay = models.BooleanField(default=True)

    objects = ItemQuerySet.as_manager()

    #: Put here by `for_lists`.
    changed_at: Any
    reviewed_at: Any
    open_needs: Any

    class Meta:
        verbose_name = _("公开事项")
        ordering = ["unit__path", "group", "pk"]
        indexes = [models.Index(fields=["state", "unit", "group"], name="catalogue_by_shelf")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="catalogue_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(current__isnull=False), name="what_was_public_has_a_version"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="withdrawn_says_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """As the public reads it now; the plain name while there is no version that may be read."""
        return self.current.title if self.current and self.texts_readable else self.name

    @property
    def index_number(self) -> str:
        """The number of its record (政府信息公开条例 art. 12)."""
        return f"{self.unit.station.prefix or 'SW'}-G-{self.pk:05d}"

    @property
    def ref(self) -> str:
        """How reviews and the audit trail name this item."""
        return f"catalogue.item:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.state != State.DRAFT

    @property
    def texts_readable(self) -> bool:
        """Whether anybody may read the versions."""
        return self.state == State.PUBLISHED or (self.state == State.WITHDRAWN and self.texts_stay)


class Draft(models.Model):
    """
    What is being written for an item. One at a time; it becomes a version and goes.

    files        [{ref, name, sha256, size_bytes, media_type}] in their order
    note         what changed, in one sentence for everybody
    proposed_by  who handed it to the leader; None while it is being written
    """

    item = models.OneToOneField(Item, models.CASCADE, related_name="draft")
    title = models.CharField(_("标题"), max_length=80)
    summary = models.CharField(_("一两句话说清楚"), max_length=200)
    body = models.TextField(_("正文"), blank=True)
    files = models.JSONField(default=list)
    note = models.CharField(_("改了什么"), max_length=200, blank=True)
    turn = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    sent_back = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("公开事项的草稿")

    def __str__(self) -> str:
        return f"{self.item_id} {self.turn}"

    @property
    def content(self) -> Content:
        return content_of(self.title, self.summary, self.body, self.files)


class Version(AppendOnly):
    """One content that was public, kept for good. `sha256` is over `Content.canonical()`. Two people stand behind it."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)
    body = models.TextField()
    files = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    published_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["Version"].as_manager()

    class Meta:
        verbose_name = _("公开过的一版")
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_content_per_number"),
            models.CheckConstraint(condition=~Q(proposed_by=F("published_by")), name="two_people_publish"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    @property
    def content(self) -> Content:
        return content_of(self.title, self.summary, self.body, self.files)


class Step(AppendOnly):
    """What happened to an item, in order: the public reads it, its freshness is computed from it, and the search follows it."""

    class What(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("step", "公开")
        CHANGED = "changed", _("更新")
        REVIEWED = "reviewed", _("核对过，没有变化")
        WITHDRAWN = "withdrawn", pgettext_lazy("step", "撤下")
        ANSWERED = "answered", _("公开了一个答复")

    CHANGES = (What.PUBLISHED, What.CHANGED)

    item = models.ForeignKey(Item, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)

    objects = AppendOnlyQuerySet["Step"].as_manager()

    class Meta:
        verbose_name = _("公开事项的经过")
        ordering = ["item", "-pk"]
        indexes = [models.Index(fields=["item", "what", "-id"], name="catalogue_last_step")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.what}"


class Need(models.Model):
    """Something demands a change of an item. A new version meets it; else it is closed with a reason that everybody reads."""

    class Why(models.TextChoices):
        FACT = "fact", _("情况变了")
        WRONG = "wrong", _("有人说不对或者过时了，核实属实")
        ASKED = "asked", _("同一件事问到了三次")

    item = models.ForeignKey(Item, models.PROTECT, related_name="needs")
    why = models.CharField(max_length=6, choices=Why.choices)
    at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("不改的理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("要改的事")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "why"], condition=Q(closed_at=None, why="asked"), name="asked_thrice_counts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.why}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def answered(self) -> Self:
        return self.filter(published_at__isnull=False)

    def waiting(self) -> Self:
        """No public answer yet, and not left out for a public reason."""
        return self.filter(published_at=None, left_out="")


class Question(models.Model):
    """
    What somebody asked or reported about an item, by way of a matter; and what everybody may read of it.

    question, answer   in words for everybody, written by an officer; public only after a second one agreed
    left_out           why it is not made public, in words for everybody
    """

    class What(models.TextChoices):
        ASK = "ask", _("提问")
        WRONG = "wrong", _("写得不对")
        OUTDATED = "outdated", _("已经过时")

    item = models.ForeignKey(Item, models.PROTECT, related_name="questions")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="+")
    what = models.CharField(max_length=8, choices=What.choices)
    at = models.DateTimeField()
    question = models.CharField(_("问的是什么"), max_length=200, blank=True)
    answer = models.CharField(_("公开的答复"), max_length=600, blank=True)
    written_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    published_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    left_out = models.CharField(max_length=300, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("对公开事项的提问")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None)
                | (Q(published_by__isnull=False, written_by__isnull=False) & ~Q(published_by=F("written_by"))),
                name="two_people_answer_in_public",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.what}"


class Clarity(models.Model):
    """How many found a version how clear. Only counts: nothing about anybody."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="clarity")
    stars = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "stars"], name="one_count_per_star"),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="clarity_is_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.stars}: {self.count}"


class Remark(models.Model):
    """What somebody wrote beside the stars, for the owner; sealed, since people write names."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="remarks")
    at = models.DateTimeField()
    words = EncryptedTextField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.at:%Y-%m-%d}"


class AttachedText(models.Model):
    """The words of an attachment, for the search. Made once for each content."""

    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class PushKey(models.Model):
    """The key by which push services know this house again (RFC 8292). One row; the seed is sealed like those of the log."""

    seed = EncryptedTextField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("提醒用的密钥")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_key_for_reminders")]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"


class Phone(models.Model):
    """
    A browser that wants to be told of a shelf. Nothing says whose it is: no account, no network address, the day alone.

    endpoint, p256dh, auth  as the browser gave them; sealed. Whoever knows the endpoint may take it off again
    group, kind             of the shelf; empty for all
    told                    key of the last step that it was told of, or that was there when it came
    """

    endpoint = EncryptedTextField()
    endpoint_index = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=14, choices=Group.choices, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    told = models.BigIntegerField()
    since = models.DateField()

    class Meta:
        verbose_name = _("要提醒的手机")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)
