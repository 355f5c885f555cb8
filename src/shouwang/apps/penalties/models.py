"""
Penalties (处罚): what is proposed for one act of one party, from the proposal to the last yuan, or to no penalty at all.

Facts, evidence, reasons, what the person says and every note about them stand sealed; how it stands are columns, moved only by
`usecases` in the same transaction as the entry of the matter's timeline. Nothing here is public: what of an organisation's decision
everybody reads stands in the room of results, in words of its own (治安管理处罚法 art. 136; 行政处罚法 art. 48).
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.matters.models import Matter
from shouwang.apps.units.models import Officer
from shouwang.kernel.fields import EncryptedTextField


class Stage(models.TextChoices):
    """How a penalty stands."""

    PROPOSED = "proposed", _("拟好了，等告知本人")
    TOLD = "told", _("告知了，听本人怎么说")
    HEARING = "hearing", _("本人要求听证")
    LEGAL = "legal", _("等法制审核")
    DECIDING = "deciding", pgettext_lazy("penalties", "等决定")
    DECIDED = "decided", _("决定了，等送达和执行")
    DONE = "done", _("办完了")
    DROPPED = "dropped", _("撤回了")
    REVOKED = "revoked", _("决定被撤销了")


class Measured(models.TextChoices):
    """What is imposed, as the papers call it."""

    NONE = "none", _("不予处罚")
    WARNING = "warning", _("警告")
    FINE = "fine", _("罚款")
    WARNED = "warning-fine", _("警告并处罚款")
    DETENTION = "detention", _("行政拘留")
    BOTH = "detention-fine", _("行政拘留并处罚款")
    LICENCE = "licence", _("吊销许可证件、责令停业")


#: Nothing is left to do for anybody.
ENDED = [Stage.DONE, Stage.DROPPED, Stage.REVOKED]


class LicenceWay(models.TextChoices):
    """How a revoked licence came back, as `licence.way` of the record calls it."""

    HANDED = "handed", _("本人交回，盖了吊销印章")
    FOUND = "found", _("在现场收回，盖了吊销印章")
    VOID = "void", _("没有交出，公告作废了")


class PenaltyQuerySet(models.QuerySet["Penalty"]):
    def visible_to(self, officer: Officer) -> Self:
        """Only of cases the officer reads as the station; every list begins here."""
        return self.filter(case__in=Case.objects.visible_to(officer).values("pk").order_by())

    def open(self) -> Self:
        return self.exclude(stage__in=ENDED)

    def for_lists(self) -> Self:
        return self.select_related("case__matter__unit__parent", "party")


class Penalty(models.Model):
    """
    One penalty of one party for one act.

    act, grade   codes of `engines/law/data/acts`; `other` for an act that the data does not know, with `basis` typed
    act_on       the day of the act, or of its end
    marks        what is known about the person that the law asks for, as JSON of `engines.penalty.Facts`; sealed
    changed_by   who changed the proposal last; they decide as little as the proposer
    revokes      a licence is revoked, beside the rest or alone; `suspends`: a business is ordered to stop
    beside       which licence, which business and for how long; sealed
    told_*       what the person was told: arguing makes nothing heavier than this (art. 112)
    hearing_by   the last day on which a hearing can be asked for; None without the right. `waived`: does not want one
    decider      who decides, as the law's code: `station-chief` or `county-head`
    waits_for    whose turn it is: a code of `matters.policy.DECIDES`, `desk`, or nobody's
    due_at       when the next thing is due, so that lists can be in order
    executed     whether detention is carried out (art. 23); None without detention
    pay_by       the last day to pay; later than the law's own where that was granted
    licence_*    the revoked licence was taken back: on which day, by whom, how; which one exactly, with number, and a note, sealed
    revoked_*    the decision was quashed: on which day, by which organ, who entered it, why (sealed)
    spot         decided on the spot; `cash`: the officer took the money, against `receipt`
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="penalties")
    party = models.ForeignKey(Party, models.PROTECT, related_name="penalties")
    spot = models.BooleanField(default=False)
    act = models.CharField(_("行为"), max_length=20)
    grade = models.CharField(max_length=8, blank=True)
    act_on = models.DateField(_("行为日期"))
    kind = models.CharField(_("种类"), max_length=14, choices=Measured.choices)
    fine = models.PositiveIntegerField(_("罚款（元）"), default=0)
    days = models.PositiveSmallIntegerField(_("拘留（日）"), default=0)
    revokes = models.BooleanField(_("吊销许可证件"), default=False)
    suspends = models.BooleanField(_("责令停业"), default=False)
    beside = EncryptedTextField()
    basis = models.CharField(_("依据"), max_length=200)
    facts = EncryptedTextField(_("事实"))
    evidence = EncryptedTextField(_("证据"))
    reasons = EncryptedTextField(_("理由"))
    marks = EncryptedTextField()
    stage = models.CharField(_("进展"), max_length=8, choices=Stage.choices, default=Stage.PROPOSED)
    decider = models.CharField(max_length=24)
    waits_for = models.CharField(max_length=24, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    told_kind = models.CharField(max_length=14, blank=True)
    told_fine = models.PositiveIntegerField(default=0)
    told_days = models.PositiveSmallIntegerField(default=0)
    told_revokes = models.BooleanField(default=False)
    told_suspends = models.BooleanField(default=False)
    defence = EncryptedTextField()
    guardian_says = EncryptedTextField()
    answer = EncryptedTextField()
    hearing_by = models.DateField(null=True, blank=True)
    waived = models.BooleanField(default=False)
    reviewed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    opinion = EncryptedTextField()
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True, db_index=True)
    spared_why = EncryptedTextField()
    executed = models.BooleanField(null=True, blank=True)
    detained_from = models.DateField(null=True, blank=True)
    detained_to = models.DateField(null=True, blank=True)
    family_told_at = models.DateTimeField(null=True, blank=True)
    pay_by = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    pay_way = models.CharField(max_length=40, blank=True)
    receipt = models.CharField(max_length=40, blank=True)
    cash = models.BooleanField(default=False)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    licence_on = models.DateField(_("证件收回日期"), null=True, blank=True)
    licence_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    licence_way = models.CharField(max_length=6, choices=LicenceWay.choices, blank=True)
    licence_what = EncryptedTextField()
    licence_note = EncryptedTextField()
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    revoked_organ = models.CharField(_("撤销的机关"), max_length=80, blank=True)
    revoked_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_why = EncryptedTextField()
    ended_at = models.DateTimeField(null=True, blank=True)
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        verbose_name = _("处罚")
        ordering = ["case", "pk"]
        indexes = [
            models.Index(
                fields=["waits_for", "due_at"],
                condition=~Q(stage__in=["dropped", "done", "revoked"]),
                name="penalty_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "act"],
                condition=~Q(stage__in=["dropped", "done", "revoked"]),
                name="one_open_penalty_for_an_act_of_a_party",
            ),
            models.CheckConstraint(
                condition=Q(spot=True) | Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="another_than_the_proposer_decides",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["none", "warning", "fine", "warning-fine", "licence"]) | Q(days=0),
                name="days_belong_to_detention",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["none", "warning", "detention", "licence"]) | Q(fine=0),
                name="a_sum_belongs_to_a_fine",
            ),
            models.CheckConstraint(
                condition=~Q(kind="licence") | Q(revokes=True) | Q(suspends=True),
                name="a_licence_is_revoked_or_a_business_stopped",
            ),
            models.CheckConstraint(
                condition=~Q(kind="none") | Q(revokes=False, suspends=False), name="no_penalty_revokes_nothing"
            ),
            models.CheckConstraint(
                condition=Q(licence_on=None, licence_by=None, licence_way="")
                | Q(licence_on__isnull=False, licence_by__isnull=False, revokes=True) & ~Q(licence_way=""),
                name="a_licence_taken_back_was_revoked_and_says_who_and_how",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on=None, revoked_by=None, revoked_organ="") & ~Q(stage="revoked")
                | Q(revoked_on__isnull=False, revoked_by__isnull=False, decided_at__isnull=False, stage="revoked")
                & ~Q(revoked_organ=""),
                name="what_is_revoked_was_decided_and_says_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"

    @property
    def ref(self) -> str:
        """What papers, looks and the audit trail call this penalty."""
        return f"penalties.penalty:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDED

    @property
    def has_hearing(self) -> bool:
        """Whether a hearing may be asked for; known once the person was told."""
        return self.hearing_by is not None


class Hearing(models.Model):
    """
    A hearing that somebody asked for (听证).

    at, place, chair   None and empty until it is set; `closed`: not in public
    late_why           why it is later than ten days after it was asked for
    held               None until it ended; False when the person gave it up
    """

    penalty = models.OneToOneField(Penalty, models.PROTECT, related_name="asked_hearing")
    asked_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    chair = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    clerk = models.CharField(_("记录员"), max_length=40, blank=True)
    closed = models.BooleanField(default=False)
    late_why = models.CharField(max_length=200, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    held = models.BooleanField(null=True, blank=True)
    words = EncryptedTextField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("听证")

    def __str__(self) -> str:
        return f"{self.penalty_id}"


class Served(models.Model):
    """The decision was handed to one party: the person, or a victim. Once each."""

    class Way(models.TextChoices):
        HAND = "hand", _("当面交给")
        LEFT = "left", _("留置送达")
        POST = "post", _("邮寄")
        ELECTRONIC = "electronic", _("本人同意，电子送达")

    penalty = models.ForeignKey(Penalty, models.PROTECT, related_name="served")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    way = models.CharField(_("怎么送"), max_length=10, choices=Way.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("送达")
        constraints = [models.UniqueConstraint(fields=["penalty", "party"], name="a_decision_is_served_once_on_each")]

    def __str__(self) -> str:
        return f"{self.penalty_id} → {self.party_id}"


class Care(models.Model):
    """
    What bears on the person in this penalty: a problem, never a mark of the person. Seen only inside the case; each leads to something.

    leads_to   a leniency review, or an offer of help; `help` is the matter that came of it, with the person's consent
    decided_*  of a review: lighter, later, or not, by somebody else, with the reason
    """

    class Problem(models.TextChoices):
        FIRST = "first", _("第一次，已经改正")
        MONEY = "money", _("没有收入、生活困难")
        ILLNESS = "illness", _("自己或者家里有人生病")
        CARING = "caring", _("要照顾老人、孩子")
        WORK = "work", _("没有工作、怕丢工作")
        HOME = "home", _("没有地方住")
        SCHOOL = "school", _("还在上学")
        OTHER = "other", _("别的难处")

    class LeadsTo(models.TextChoices):
        REVIEW = "review", _("提请从宽")
        HELP = "help", _("问问要不要帮忙")

    class Outcome(models.TextChoices):
        LIGHTER = "lighter", _("减轻")
        LATER = "later", _("晚一点缴")
        SAME = "same", _("不改，写明理由")

    penalty = models.ForeignKey(Penalty, models.PROTECT, related_name="cares")
    problem = models.CharField(_("难处"), max_length=8, choices=Problem.choices)
    words = EncryptedTextField(_("情况"))
    leads_to = models.CharField(pgettext_lazy("penalties", "怎么办"), max_length=6, choices=LeadsTo.choices)
    help = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    outcome_words = EncryptedTextField()
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("从宽和帮助")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")), name="another_than_who_asked_is_lenient"
            )
        ]

    def __str__(self) -> str:
        return f"{self.penalty_id} {self.problem}"
