"""What the public may see of the station: how often its pages are read, and the digests of what neighbours asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.openness.readable import digests_of_officer
from shouwang.apps.places.models import Community
from shouwang.apps.talk.models import Gathered, Post
from shouwang.apps.units.models import Officer, Unit

#: What neighbours bring up for everybody. A question is in a digest too, but only in words that an officer wrote.
PROPOSED = (Kind.SUGGESTION, Kind.PROBLEM)
#: Nothing public may speak of other matters: kinds meant for few, danger, safe contact, kept from somebody.
PUBLISHABLE = Q(kind__in=(*PROPOSED, Kind.CONSULTATION), danger="", safe_contact=False, kept_from=None)


class Page(models.TextChoices):
    """Which kind of page was read."""

    HOME = "home", _("首页")
    ASK = "ask", _("问一问")
    REPORT = "report", _("报个事")
    FIND = "find", _("查进度")
    MATTER = "matter", _("事项页")
    GUIDE = "guide", _("办事指南")
    ROOM = "room", _("警务群")
    NUMBERS = "numbers", _("公开数字")
    DIGEST = "digest", _("大家提的")


class Visit(models.Model):
    """How many pages of one kind were read at one station on one day. Nothing about who read them."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    on = models.DateField()
    page = models.CharField(max_length=10, choices=Page.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "on", "page"], name="one_count_per_page_and_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.page} {self.count}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def published(self) -> Self:
        return self.filter(state=Digest.State.PUBLISHED)

    def editable_by(self, officer: Officer) -> Self:
        """Digests this officer may edit; the list of `policy.may_edit`."""
        return self.filter(digests_of_officer(officer))


class Digest(models.Model):
    """
    What neighbours of one community asked in one week, and what became of it. Without a community: what belongs to none.

    since        the Monday on which the week began; it ends before `until`
    slug         the last part of its address
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已公开")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="digests", verbose_name=_("单位"))
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="digests", verbose_name=_("社区")
    )
    since = models.DateField(_("从"))
    slug = models.SlugField(_("网址名"), max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("大家提的")
        ordering = ["-since", "unit__path", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="published", published_at__isnull=False, published_by__isnull=False),
                name="somebody_published_it_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def until(self) -> date:
        """The Monday after; not part of the week."""
        return self.since + timedelta(days=7)

    @property
    def last_day(self) -> date:
        """The Sunday."""
        return self.since + timedelta(days=6)

    @property
    def place(self) -> str:
        """The community's name, or the unit's."""
        return self.community.called if self.community else self.unit.called


class DigestItemQuerySet(models.QuerySet["DigestItem"]):
    def publishable(self) -> Self:
        """What may be spoken of today: a matter that has not become delicate, a post that is shown and still gathered."""
        matters = Matter.objects.filter(PUBLISHABLE).values("pk")
        return self.filter(Q(matter__in=matters) | Q(post__in=Post.objects.gathered().values("pk")))

    def shown(self) -> Self:
        """What stands on the page of its digest: a question only in words that an officer wrote."""
        asked = Post.objects.gathered(Gathered.Kind.QUESTION).values("pk")
        question = Q(matter__kind=Kind.CONSULTATION) | Q(post__in=asked)
        return self.publishable().filter(shown=True).exclude(question & Q(public_sentence=""))

    def with_all(self) -> Self:
        """With what a sentence about each needs, however many there are."""
        return self.select_related(
            "matter__unit", "matter__reporter", "post__room__unit__parent", "post__member__person",
            "digest__unit", "digest__community",
        ).prefetch_related("post__gathered")  # fmt: skip


class DigestItem(models.Model):
    """
    One thing in a digest: a matter, or a post that an officer gathered in a room of the community.

    public_sentence   what everybody reads; neutral until an officer wrote it, never the resident's words by themselves
    written_by        who wrote or confirmed the sentence; None while it is the neutral one
    shown             whether it stands on the published page
    """

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    public_sentence = models.CharField(_("公开的一句话"), max_length=120, blank=True)
    written_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    shown = models.BooleanField(_("放进来"), default=True)

    objects = DigestItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("一条")
        ordering = [Coalesce("matter__received_at", "post__at"), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "matter"], name="a_matter_stands_once_in_a_digest"),
            models.UniqueConstraint(fields=["digest", "post"], name="a_post_stands_once_in_a_digest"),
            models.CheckConstraint(
                condition=Q(matter=None, post__isnull=False) | Q(matter__isnull=False, post=None),
                name="an_item_is_a_matter_or_a_post",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_id}/{f'p{self.post_id}' if self.post_id else self.matter_id}"

    @property
    def kind(self) -> Kind:
        """The kind of the matter; a post was gathered as a question or a suggestion."""
        if self.matter is not None:
            return Kind(self.matter.kind)
        return Kind.CONSULTATION if self.mark and self.mark.kind == Gathered.Kind.QUESTION else Kind.SUGGESTION

    @property
    def mark(self) -> Gathered | None:
        """How the post is gathered now; None for a matter."""
        return self.post.mark if self.post else None
