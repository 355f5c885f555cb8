"""
Mediations (调解): two sides of one matter, when they met, what they agreed clause by clause, and whether it was performed.

Most quarrels are no case, so a mediation belongs to its matter; one under 治安管理处罚法 belongs to that
matter's running case. Who the sides are, what happened, what each wanted and what was agreed stand sealed. The matter's timeline
has the steps, without words.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.mediation.errors import UnknownSideCode
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer
from shouwang.engines import mediation as engine
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.codes import OwnCode
from shouwang.kernel.fields import EncryptedTextField


class Way(models.TextChoices):
    """Under which law two sides come together."""

    POLICE = engine.Way.POLICE.value, _("治安调解")
    CIVIL = engine.Way.CIVIL.value, _("纠纷调解")
    SELF = engine.Way.SELF.value, _("自行和解")


class State(models.TextChoices):
    """How a mediation stands."""

    OPEN = "open", _("正在谈")
    AGREED = "agreed", _("谈成了，等履行")
    SETTLED = "settled", _("已经履行")
    FAILED = "failed", _("没有调成")


RUNNING = [State.AGREED, State.OPEN]


class SideCode(models.TextChoices):
    """Which side, as papers call them."""

    ONE = "one", _("甲方")
    OTHER = "other", _("乙方")

    @property
    def facing(self) -> SideCode:
        return SideCode.OTHER if self is SideCode.ONE else SideCode.ONE


class Done(models.TextChoices):
    """How one clause stands."""

    DUE = engine.Done.DUE.value, _("还没有做")
    PART = engine.Done.PART.value, _("做了一部分")
    PERFORMED = engine.Done.PERFORMED.value, _("做到了")
    BROKEN = engine.Done.BROKEN.value, _("没有做到")


class MediationQuerySet(models.QuerySet["Mediation"]):
    def visible_to(self, officer: Officer) -> Self:
        """Only of matters the officer reads as the station; every list begins here, and no tracking code opens any."""
        as_station = Viewer(officer=officer)
        return self.filter(matter__in=Matter.objects.visible_to(as_station).values("pk").order_by())

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def to_chase(self, by: date) -> Self:
        """
        Agreed, with something due by this day or broken, or with a side that says it is not done; and any of which a side said something
        on its own page that waits for the desk: somebody has to look.
        """
        undone = Clause.objects.filter(mediation=OuterRef("pk")).exclude(done=Done.PERFORMED)
        now = Q(due_on__lte=by) | Q(doubted=True) | Q(done=Done.BROKEN)
        waits = Side.objects.filter(mediation=OuterRef("pk"), waits_since__isnull=False)
        return self.filter(Exists(waits) | Q(Exists(undone.filter(now)), state=State.AGREED))

    def to_visit(self, by: date) -> Self:
        """Performed long enough ago to ask whether it holds."""
        return self.filter(visited_at=None, visit_on__lte=by)

    def for_lists(self) -> Self:
        return self.select_related("matter__unit", "mediator").prefetch_related("clauses")


class Mediation(models.Model):
    """
    One attempt to settle a quarrel.

    act, light, private, ground, bars   what the law asks of a case, as far as it is known (`engines/mediation`)
    facts      what happened, as both agree; stands on the agreement
    mediator   the police officer who leads it
    on_spot    settled and performed at once, fully recorded: no agreement is written (公安机关办理行政案件程序规定 art. 178)
    recorded   where the recording of it is found; needed when one officer led it, and on the spot (治安管理处罚法 art. 108)
    asked      of those who settled by themselves: both asked in writing
    ended_why  why it failed, one of `Why`
    failed_on  the day from which the handling limit counts again (art. 185)
    visit_on   from this day on both are asked whether it holds
    client_id  keyed by the form, so that a second press begins no second one
    """

    class Why(models.TextChoices):
        """Why it came to nothing."""

        NO_AGREEMENT = "no-agreement", _("没有谈成")
        REFUSED = "refused", _("有一方不愿意调解")
        BROKEN = "broken", _("谈成了，没有履行")
        NOT_APPROVED = "not-approved", _("自行和解没有得到认可")

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="mediations")
    way = models.CharField(_("怎么调"), max_length=6, choices=Way.choices)
    state = models.CharField(_("进展"), max_length=7, choices=State.choices, default=State.OPEN)
    act = models.CharField(max_length=20, blank=True)
    light = models.BooleanField(_("情节较轻"), null=True, blank=True)
    private = models.BooleanField(_("民间纠纷引起"), null=True, blank=True)
    ground = models.CharField(max_length=20, blank=True)
    bars = models.JSONField(default=list, blank=True)
    facts = EncryptedTextField(_("主要事实"))
    mediator = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("主持民警"))
    asked = models.BooleanField(_("双方书面申请"), null=True, blank=True)
    on_spot = models.BooleanField(_("当场履行"), default=False)
    recorded = models.CharField(_("录音录像在哪里"), max_length=200, blank=True)
    opened_at = models.DateTimeField(db_index=True)
    agreed_at = models.DateTimeField(_("达成协议"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    failed_on = models.DateField(null=True, blank=True)
    visit_on = models.DateField(_("回访"), null=True, blank=True)
    visit_asked_at = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    client_id = models.CharField(max_length=40, null=True, blank=True, editable=False)

    objects = MediationQuerySet.as_manager()

    class Meta:
        verbose_name = _("调解")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["state"], condition=Q(state="agreed"), name="mediation_agreed"),
            models.Index(fields=["visit_on"], condition=Q(visited_at=None), name="mediation_to_visit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(state__in=["agreed", "open"]), name="one_mediation_runs_in_a_matter"
            ),
            models.UniqueConstraint(fields=["matter", "client_id"], name="a_mediation_begins_once"),
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "open"]) ^ Q(ended_at__isnull=False),
                name="a_mediation_that_ended_has_its_time",
            ),
            models.CheckConstraint(condition=Q(state="failed") ^ Q(ended_why=""), name="a_failed_mediation_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.matter.number} {self.get_way_display()}"

    @property
    def ref(self) -> str:
        """What its papers are about, and how the audit trail names it."""
        return f"mediation.mediation:{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class Side(models.Model):
    """
    Somebody who quarrels, on one of two sides.

    role        what they are in the case; `party` where there is none
    reporter    whoever holds the reporter's code is this side: they read on the page of the matter what was agreed
    willing     wants the mediation; None while nobody asked
    guarded     a minor's parent or guardian is there; `guardian` says who, sealed
    stands_alone   sixteen or more, earns a living and wants no guardian there
    proxy       who comes in their place, sealed; a suspect may send nobody
    tellable    may be sent a neutral reminder by messenger; false until the side said so
    particulars what papers say of a person beside name, telephone and number: JSON; sealed
    holds       whether it still holds, as they said at the visit
    stars       how they found it, one to five, after it ended
    waits_since said something on their own page that the desk has to act on, and no officer has since
    """

    class Role(models.TextChoices):
        VICTIM = "victim", _("被侵害人")
        SUSPECT = "suspect", _("违法嫌疑人")
        PARTY = "party", _("当事人")

    mediation = models.ForeignKey(Mediation, models.PROTECT, related_name="sides")
    code = models.CharField(max_length=5, choices=SideCode.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(_("是什么人"), max_length=8, choices=Role.choices)
    reporter = models.BooleanField(_("就是报案人"), default=False)
    willing = models.BooleanField(_("愿意调解"), null=True, blank=True)
    minor = models.BooleanField(_("未成年"), default=False)
    guarded = models.BooleanField(_("监护人在场"), null=True, blank=True)
    stands_alone = models.BooleanField(_("满十六周岁、自食其力，不要监护人到场"), default=False)
    guardian = EncryptedTextField(_("监护人"))
    proxy = EncryptedTextField(_("代理人"))
    tellable = models.BooleanField(_("可以发消息提醒"), default=False)
    particulars = EncryptedTextField(_("基本情况"))
    holds = models.BooleanField(null=True, blank=True)
    stars = models.PositiveSmallIntegerField(pgettext_lazy("mediation", "评价"), null=True, blank=True)
    waits_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("调解的一方")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["mediation"], condition=Q(waits_since__isnull=False), name="mediation_side_waits")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="one_to_five_stars"),
            models.UniqueConstraint(fields=["mediation", "code"], name="a_mediation_has_each_side_once"),
            models.UniqueConstraint(fields=["mediation", "person"], name="nobody_stands_on_both_sides"),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """What this side is called without a name."""
        return str(SideCode(self.code).label)


class SideKey(OwnCode):
    """A code that opens the page of one side to that side: when they meet, what was agreed, and nothing of the matter."""

    purpose, unknown = "mediation.side", UnknownSideCode

    side = models.ForeignKey(Side, models.CASCADE, related_name="keys")

    @property
    def ref(self) -> str:
        """How uploads and the audit trail call whoever holds it."""
        return f"side-key:{self.pk}"


class Meeting(models.Model):
    """
    The two sides come together, or are invited to.

    times     proposed, as ISO texts; `at` is the one that was fixed
    held_at   when it was; it counts as a mediation when both were there (`both_came`)
    alone     one officer led it, with auxiliaries; then it is recorded throughout
    """

    mediation = models.ForeignKey(Mediation, models.PROTECT, related_name="meetings")
    place = models.CharField(_("地点"), max_length=80)
    times = models.JSONField(default=list)
    made_at = models.DateTimeField()
    at = models.DateTimeField(_("约定的时间"), null=True, blank=True)
    held_at = models.DateTimeField(_("面谈时间"), null=True, blank=True)
    both_came = models.BooleanField(default=False)
    alone = models.BooleanField(_("一名民警带辅警"), default=False)
    recorded = models.CharField(_("录音录像在哪里"), max_length=200, blank=True)
    client_id = models.CharField(max_length=40, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("面谈")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mediation"], condition=Q(held_at=None), name="one_meeting_is_ahead"),
            models.UniqueConstraint(fields=["mediation", "client_id"], name="a_meeting_is_made_once"),
            models.CheckConstraint(condition=Q(alone=False) | ~Q(recorded=""), name="one_officer_alone_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.made_at:%Y-%m-%d}"


class Attendance(models.Model):
    """One side at one meeting: which times suit (None while they have not said), whether they came, what they want (sealed)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    side = models.ForeignKey(Side, models.PROTECT, related_name="attendances")
    fits = models.JSONField(null=True, blank=True)
    came = models.BooleanField(_("来了"), null=True, blank=True)
    wants = EncryptedTextField(_("想要什么"))

    class Meta:
        verbose_name = _("到场")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "side"], name="a_side_is_at_a_meeting_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.side_id}"


class Clause(models.Model):
    """
    One thing that was agreed, small enough to be checked.

    by        who does it; `both` for what both do
    words     what is repaired, returned, stopped; sealed, and without anybody's name
    due_on    the last day in time; of what goes on for ever (no noise at night), the day on which both are asked
    done      a cache of `ClauseWord` (`engine.settled`)
    doubted   a side says that it is not done, and no officer has looked since
    """

    class Kind(models.TextChoices):
        PAY = "pay", _("付一笔钱")
        APOLOGISE = "apologise", _("道歉")
        REPAIR = "repair", _("修好、赔好")
        RETURN = "return", _("还东西")
        STOP = "stop", _("以后不再做")
        OTHER = "other", _("别的")

    class By(models.TextChoices):
        ONE = "one", _("甲方")
        OTHER = "other", _("乙方")
        BOTH = "both", _("双方")

    mediation = models.ForeignKey(Mediation, models.PROTECT, related_name="clauses")
    kind = models.CharField(_("哪一种"), max_length=9, choices=Kind.choices)
    by = models.CharField(_("谁来做"), max_length=5, choices=By.choices)
    words = EncryptedTextField(_("内容"))
    amount_yuan = models.DecimalField(_("金额（元）"), max_digits=10, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(_("期限"), db_index=True)
    done = models.CharField(_("做到了没有"), max_length=9, choices=Done.choices, default=Done.DUE)
    doubted = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True)
    client_id = models.CharField(max_length=40, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("协议的一条")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mediation", "client_id"], name="a_clause_is_added_once"),
            models.CheckConstraint(
                condition=Q(kind="pay", amount_yuan__gt=0) | (~Q(kind="pay") & Q(amount_yuan=None)),
                name="a_sum_is_paid_and_nothing_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.get_kind_display()}"


class ClauseWord(AppendOnly):
    """
    Somebody said how a clause stands. The words and pictures stand in the matter's timeline, at `seq`.

    of       the side that said it, or `desk` for what an officer found
    officer  who wrote it down; None when the side said it on its own page
    """

    class Of(models.TextChoices):
        ONE = "one", _("甲方")
        OTHER = "other", _("乙方")
        DESK = "desk", _("民警")

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="said")
    of = models.CharField(max_length=5, choices=Of.choices)
    done = models.CharField(max_length=9, choices=Done.choices)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    seq = models.PositiveIntegerField()
    client_id = models.CharField(max_length=40, null=True, blank=True)

    objects = AppendOnlyQuerySet["ClauseWord"].as_manager()

    class Meta:
        verbose_name = _("关于一条的话")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["clause", "client_id"], name="a_word_on_a_clause_is_said_once")]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.of} {self.done}"
