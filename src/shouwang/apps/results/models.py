"""
What everybody may read of a penalty decision: a text of its own without what tells who somebody is; and whose decisions are published.

Never the decision itself: that stands sealed in the room of penalties.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.cases.models import Party
from shouwang.apps.matters.readable import made_public_by
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.penalties.models import Stage as PenaltyStage
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField


class Whom(models.TextChoices):
    """Whose decisions."""

    ORGANISATIONS = "organisations", _("单位")
    PERSONS = "persons", _("个人")


#: What a station publishes while its chief has said nothing else (行政处罚法 art. 48; 治安管理处罚法 art. 136).
BY_DEFAULT = {Whom.ORGANISATIONS: True, Whom.PERSONS: False}


class Setting(AppendOnly):
    """The chief's word on whose decisions a station publishes, with reason and source. The newest holds."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    whom = models.CharField(_("谁的决定"), max_length=13, choices=Whom.choices)
    on = models.BooleanField(pgettext_lazy("results", "公开"))
    reason = models.CharField(_("为什么"), max_length=300)
    source = models.CharField(_("依据"), max_length=200)
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Setting"].as_manager()

    class Meta:
        verbose_name = _("公开谁的处罚决定")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.whom} {self.on}"


class State(models.TextChoices):
    DRAFT = "draft", _("在写")
    PROPOSED = "proposed", _("等第二个人审")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤下")


class Because(models.TextChoices):
    """Why a decision is not public any more, as everybody reads it."""

    REVOKED = "revoked", _("处罚决定被撤销了")
    SEALED = "sealed", _("记录依法封存了")
    MINOR = "minor", _("依法不公开")
    MISTAKE = "mistake", _("公开的内容有错")
    OTHER = "other", _("别的原因")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def public(self) -> Self:
        """
        What anybody may read now.

        Asked of the case itself each time: a record that was sealed, a decision that was quashed, a minor who turned up in the case take
        it from the page at that moment, whoever forgot what.
        """
        minors = Party.objects.filter(case=OuterRef("penalty__case"), minor=True, left_at=None)
        standing = self.filter(state=State.PUBLISHED, penalty__case__matter__sealed_at=None)
        finished_person = Q(whom=Whom.PERSONS, penalty__stage=PenaltyStage.DONE)
        return standing.exclude(penalty__stage=PenaltyStage.REVOKED).exclude(finished_person).exclude(Exists(minors))

    def told(self) -> Self:
        """Withdrawn ones that everybody is told of, without their text: not of sealed records, which nobody hears of."""
        return self.filter(state=State.WITHDRAWN, published_at__isnull=False).exclude(
            Q(because__in=[Because.SEALED, Because.MINOR]) | Q(penalty__case__matter__sealed_at__isnull=False)
        )

    def kept_by(self, officer: Officer) -> Self:
        """What this officer may see and write at the desk."""
        return self.filter(made_public_by(officer))

    def for_lists(self) -> Self:
        return self.select_related("unit__parent", "penalty__case__matter__unit__parent", "penalty__party__person")


class Decision(models.Model):
    """
    One decision as everybody may read it.

    unit       the station whose case it is
    who        the organisation's name, or a person's family name with 某; sealed, as the text is, because most drafts are never public
    facts      without what tells who somebody is
    changed    counts writings, so that nothing is passed that was not read
    because    why it was withdrawn, and `words`, one sentence of that for everybody
    """

    penalty = models.OneToOneField(Penalty, models.PROTECT, related_name="published")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=12, unique=True)
    whom = models.CharField(max_length=13, choices=Whom.choices)
    who = EncryptedTextField(_("被处罚的"))
    number = models.CharField(_("文号"), max_length=80, blank=True)
    facts = EncryptedTextField(_("事实"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    changed = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    sent_back = models.CharField(max_length=300, blank=True)
    published_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)
    withdrawn_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=8, choices=Because.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("公开的处罚决定")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None)
                | Q(published_at__isnull=False, proposed_by__isnull=False)
                & ~Q(published_by=F("proposed_by"))
                & ~Q(published_by=F("written_by")),
                name="another_than_the_writer_publishes_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_by__isnull=False), name="somebody_published_the_decision"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False) & ~Q(because=""),
                name="a_withdrawn_decision_says_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def ref(self) -> str:
        """How the audit trail names it."""
        return f"results.decision:{self.pk}"
