"""
The review of withholding (公开审查): what is not made public, on which ground, until when, and who stands behind it.

What harm publication would do and how the public interest was weighed are sealed: they tell of what is withheld. A state secret has no row
of its own: only that somebody asked, and that it belongs elsewhere; never a level, a term or a word of it.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.readable import made_public_by
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField


class State(models.TextChoices):
    UNSURE = "unsure", _("拿不准，等分局定")
    PROPOSED = "proposed", _("等第二个人审")
    BACK = "back", _("退回，要改")
    WITHHELD = "withheld", _("审过了，暂不公开")
    ELSEWHERE = "elsewhere", _("归保密部门定")
    OPENED = "opened", _("没有理由不公开")


#: Not decided yet: neither published nor refused meanwhile.
PENDING = (State.UNSURE, State.PROPOSED, State.BACK)
#: One at a time of each thing.
LIVE = (*PENDING, State.WITHHELD, State.ELSEWHERE)


class Owner(models.TextChoices):
    """Whose secret it is, or who made it: what they said."""

    NOBODY = "nobody", _("不涉及别人、别的机关")
    OBJECTS = "objects", _("问过，不同意公开")
    SILENT = "silent", _("问过，到期没有回音")
    AGREES = "agrees", _("问过，同意公开")


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, viewer: Viewer) -> Self:
        """What this officer may see; the list of `policy.may_work`. What belongs to a matter needs the right to read that matter too."""
        if viewer.officer is None:
            return self.none()
        readable = Matter.objects.visible_to(viewer).values("pk").order_by()
        things = Q(matter=None) & made_public_by(viewer.officer)
        return self.filter(things | (Q(matter__in=readable) & made_public_by(viewer.officer, "matter__unit")))

    def for_pages(self) -> Self:
        return self.select_related("unit__parent", "matter__unit__parent", "proposed_by", "decided_by")

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def pending(self) -> Self:
        return self.filter(state__in=PENDING)

    def ended(self, today: date) -> Self:
        """Withheld until a day that is over: it has to be looked at again. Nobody presses anything for that."""
        return self.filter(state=State.WITHHELD, ends_on__lt=today)


class Review(models.Model):
    """
    One thing that is, or may be, withheld.

    about        the thing, as the room that keeps it writes it: `catalogue.item:12`
    called       what it is called in lists: a public title, or a matter's number
    doubt        what somebody was unsure of
    ground       id of the law data; empty while nobody is sure
    ends_on      the last day on which it is withheld; `ends_when`: an event that ends it earlier
    owner        what whoever owns or made it said, and when they were asked
    asked_by     who was unsure; proposed_by: who stands for the ground
    due_on       until when it is decided
    turn         grows with each step: whoever decides says which state they saw
    """

    about = models.CharField(max_length=80)
    called = models.CharField(_("是什么"), max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    ground = models.CharField(_("凭哪一条"), max_length=20, blank=True)
    doubt = EncryptedTextField(_("拿不准什么"))
    harm = EncryptedTextField(_("公开有什么损害"))
    interest = EncryptedTextField(_("公共利益怎么衡量"))
    ends_on = models.DateField(_("到哪一天"), null=True, blank=True)
    ends_when = models.CharField(_("或者到什么事为止"), max_length=80, blank=True)
    owner = models.CharField(_("问过权利人、原制作机关吗"), max_length=8, choices=Owner.choices, default=Owner.NOBODY)
    owner_asked_on = models.DateField(_("哪天问的"), null=True, blank=True)
    asked_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    turn = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("不公开审查")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "ends_on"], name="reviews_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="secrecy_state_known"),
            models.UniqueConstraint(
                fields=["about"], condition=Q(state__in=[one.value for one in LIVE]), name="one_review_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="withheld")
                | (
                    ~Q(ground="")
                    & Q(ends_on__isnull=False, proposed_by__isnull=False, decided_by__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
                name="withheld_on_a_ground_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="elsewhere") | Q(ends_on=None, ends_when=""), name="a_state_secret_leaves_no_term"
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def ref(self) -> str:
        """How trail and looks write it."""
        return f"secrecy.review:{self.pk}"

    @property
    def place(self) -> Unit:
        """Where it is handled: where its matter is, also after that moved on."""
        return self.matter.unit if self.matter else self.unit

    @property
    def number(self) -> str:
        """How the log names it: nothing of what it is about."""
        return f"{self.unit.station.prefix or 'SW'}-S-{self.pk:05d}"

    def is_ended(self, today: date) -> bool:
        """Whether it has to be looked at again; the same as `ReviewQuerySet.ended`."""
        return self.state == State.WITHHELD and self.ends_on is not None and self.ends_on < today

    def is_late(self, today: date) -> bool:
        """Whether it should have been decided by now."""
        return self.state in PENDING and self.due_on < today


class Step(AppendOnly):
    """What happened to a review, in order; totals are counted from it. `until` and `ground` are those of the decision."""

    class What(models.TextChoices):
        ASKED = "asked", _("拿不准，送分局定")
        PROPOSED = "proposed", _("提出不公开")
        BACK = "back", pgettext_lazy("secrecy", "退回")
        AGREED = "agreed", _("同意不公开")
        ELSEWHERE = "elsewhere", _("归保密部门定，这里不办")
        OPENED = "opened", _("没有理由不公开")

    review = models.ForeignKey(Review, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=20, blank=True)
    until = models.DateField(null=True, blank=True)
    words = EncryptedTextField()

    objects = AppendOnlyQuerySet["Step"].as_manager()

    class Meta:
        verbose_name = _("不公开审查的经过")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.review_id} {self.what}"
