"""
Cases (案件): what a filed incident becomes, with the people in it. One table one-to-one with its matter, which keeps the timeline.

Who a party is stands sealed, as everybody's; without a recorded look the desk reads “被侵害人 1”.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.cases.errors import UnknownPartyCode
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.papers.models import next_number
from shouwang.apps.people.models import Person
from shouwang.apps.recordings.models import Stay
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.codes import OwnCode
from shouwang.kernel.fields import EncryptedTextField


class Nature(models.TextChoices):
    """Under which law it is handled."""

    ADMINISTRATIVE = "administrative", _("治安案件")
    CRIMINAL = "criminal", _("刑事案件")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, officer: Officer) -> Self:
        """Only of matters the officer reads as the station; every list begins here, and no tracking code opens any."""
        as_station = Viewer(officer=officer)
        return self.filter(matter__in=Matter.objects.visible_to(as_station).values("pk").order_by())

    def running(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False, archived_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def for_lists(self) -> Self:
        return self.select_related("matter__unit", "matter__handler")

    def with_all(self) -> Self:
        """With everybody and everything that `queries.missing` looks at; as many questions for a hundred cases as for one."""
        return self.for_lists().prefetch_related(
            "assistants__officer",
            "parties__guardian",
            "parties__in_charge__party",
            "statements__party",
            "evidence__moves__receipt",
        )


class Case(models.Model):
    """
    One case.

    name       what it is called by the law's name of the act, without anybody's name (盗窃案); `naming.full_name` adds who
    opened_at  when it was filed: the handling limit counts from here (治安管理处罚法 art. 118)
    result     how it ended, in one word of `Result`; empty while it runs
    report     how it was handled, for the report of closing; sealed
    archive_number  given when it is archived, without gaps within station and year
    Sealed is the matter (`Matter.sealed_at`), so that one rule shuts every door (治安管理处罚法 art. 136).
    """

    class Result(models.TextChoices):
        PENALISED = "penalised", _("作出处罚")
        SPARED = "spared", _("不予处罚")
        MEDIATED = "mediated", _("调解并已履行")
        NO_VIOLATION = "no-violation", _("违法事实不能成立")
        PASSED_ON = "passed-on", _("移送其他机关")
        PROSECUTION = "prosecution", _("移送审查起诉")
        WITHDRAWN = "withdrawn", _("撤销案件")
        ENDED = "ended", _("终止调查")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="case")
    nature = models.CharField(_("性质"), max_length=14, choices=Nature.choices)
    name = models.CharField(_("案件名称"), max_length=80)
    opened_at = models.DateTimeField(_("立案时间"), db_index=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True, db_index=True)
    result = models.CharField(_("处理结果"), max_length=14, choices=Result.choices, blank=True)
    closed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    report = EncryptedTextField(_("办理经过"))
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True, db_index=True)
    archived_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    archive_number = models.CharField(_("档案号"), max_length=100, null=True, blank=True, unique=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("案件")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="a_case_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(result=""), name="a_closed_case_has_a_result"),
            models.CheckConstraint(
                condition=Q(archived_at=None, archive_number=None)
                | Q(archived_at__isnull=False, closed_at__isnull=False, archive_number__isnull=False),
                name="what_is_archived_is_closed_and_numbered",
            ),
        ]

    def __str__(self) -> str:
        return self.matter.number

    @property
    def ref(self) -> str:
        """How looks and the audit trail name this case."""
        return f"cases.case:{self.pk}"


class Party(models.Model):
    """
    Somebody in a case, in one role.

    nth          number within case and role: 违法嫌疑人 1, 违法嫌疑人 2; how everybody is called who has not looked
    organisation  it is an organisation (单位): the row of its person holds name, telephone and, as its number, the unified social
                 credit code; who answers for it stands in `in_charge`
    minor        under eighteen when it happened; then `guardian` or another adult is there when they are questioned
    guardian     the party who answers for this one, with `relation` to them (母亲)
    particulars  what papers say of a person beside name, telephone and identity number: JSON of the fields of `person` in
                 `engines/papers/data/record.toml`; sealed
    left_at      when it turned out that they have nothing to do with it; nobody is ever taken out of the table
    """

    class Role(models.TextChoices):
        VICTIM = "victim", _("被侵害人")
        SUSPECT = "suspect", _("违法嫌疑人")
        WITNESS = "witness", _("证人")
        GUARDIAN = "guardian", _("监护人")
        PROXY = "proxy", _("代理人")
        OTHER = "other", _("其他人")

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(_("是什么人"), max_length=8, choices=Role.choices)
    nth = models.PositiveSmallIntegerField()
    organisation = models.BooleanField(_("是单位"), default=False)
    minor = models.BooleanField(_("未成年"), default=False)
    guardian = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="wards")
    relation = models.CharField(_("关系"), max_length=20, blank=True)
    particulars = EncryptedTextField(_("基本情况"))
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("当事人")
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "role", "nth"], name="parties_of_a_role_are_numbered"),
            models.UniqueConstraint(fields=["case", "person", "role"], name="somebody_is_a_party_once_in_a_role"),
            models.CheckConstraint(
                condition=Q(organisation=False) | Q(minor=False, guardian=None), name="an_organisation_is_no_minor"
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """What this party is called without a name."""
        called = f"{self.get_role_display()} {self.nth}"
        return _("%(called)s（单位）") % {"called": called} if self.organisation else called

    @property
    def is_followed(self) -> bool:
        """Whether this party is told how far the case is: whoever was harmed, and who answers for them (rule `eo-progress-who`)."""
        if self.left_at is not None:
            return False
        return self.role == self.Role.VICTIM or self.wards.filter(role=self.Role.VICTIM, left_at=None).exists()

    @property
    def ref(self) -> str:
        """What papers about this party are about."""
        return f"cases.party:{self.pk}"


class InCharge(models.Model):
    """
    Who answers for an organisation, in which capacity.

    party   the party of the case, where they are one; else `name`, sealed
    """

    class Capacity(models.TextChoices):
        LEGAL = "legal", _("法定代表人、负责人")
        DIRECT = "direct", _("直接负责的主管人员")

    organisation = models.ForeignKey(Party, models.PROTECT, related_name="in_charge")
    capacity = models.CharField(_("是什么身份"), max_length=6, choices=Capacity.choices)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="in_charge_of")
    name = EncryptedTextField(_("姓名"))

    class Meta:
        verbose_name = _("单位的负责人")
        ordering = ["organisation", "-capacity"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "capacity"], name="one_in_charge_in_each_capacity")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.capacity}"

    @property
    def called(self) -> str:
        """The name, from the party or as it was written."""
        return self.party.person.name if self.party is not None else self.name


class PartyCode(OwnCode):
    """A code that opens to somebody who was harmed how far their case is: dates, steps and result, and nothing of anybody else."""

    purpose, unknown = "cases.party", UnknownPartyCode

    party = models.ForeignKey(Party, models.CASCADE, related_name="codes")


class Assistant(models.Model):
    """Who helps with a case (协办), from when to when. Who leads it (主办) is the handler of its matter."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assistants")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("协办民警")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "officer"], condition=Q(until=None), name="an_officer_assists_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.officer_id}"


class Statement(models.Model):
    """
    One questioning (询问、讯问) as it is written down. What was finished stands in `SealedStatement` and is never changed.

    nth        which questioning of this party it is
    second     the other officer; None when one officer asks alone, which is allowed where all is recorded (psl-two)
    adult      for a minor: the guardian or suitable adult who is there; `no_adult` says why nobody is
    stay       under which the person is in the station: gives the limit, and whether all was recorded
    rows       question and answer, as JSON of pairs; sealed
    version    counts savings, so that two desks do not overwrite each other unseen
    corrects   the finished statement that this one puts right
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="statements")
    party = models.ForeignKey(Party, models.PROTECT, related_name="statements")
    nth = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    second = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("地点"), max_length=80, blank=True)
    adult = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    no_adult = EncryptedTextField(_("没有成年人在场的原因"))
    stay = models.ForeignKey(Stay, models.PROTECT, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField(_("开始"))
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    rows = EncryptedTextField()
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("笔录")
        ordering = ["case", "began_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["party", "nth"], name="questionings_of_a_party_are_numbered"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="a_statement_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(ended_at__isnull=False), name="a_finished_statement_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def ref(self) -> str:
        return f"cases.statement:{self.pk}"


class SealedStatement(AppendOnly):
    """A statement as it was finished: what its paper says, with its SHA-256."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="sealed")
    record = EncryptedTextField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["SealedStatement"].as_manager()

    class Meta:
        verbose_name = _("定稿的笔录")

    def __str__(self) -> str:
        return f"#{self.statement_id} {self.sha256[:12]}"


class Evidence(models.Model):
    """
    One thing that proves something. Where it is and was, its chain of custody says.

    nth        number within the case, for good
    way        how it was taken; what is only registered where it is has a limit (`ap-preserve`)
    giver      the party it is from; None when it was found
    """

    class Way(models.TextChoices):
        COLLECT = "collect", _("收集")
        PRESERVE = "preserve", _("先行登记保存")
        SEIZE = "seize", _("扣押")

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    nth = models.PositiveSmallIntegerField()
    name = EncryptedTextField(_("是什么"))
    features = EncryptedTextField(_("特征"))
    count = models.CharField(_("数量"), max_length=30, default="1")
    way = models.CharField(_("怎么取得"), max_length=8, choices=Way.choices)
    giver = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    place = EncryptedTextField(_("在哪里取得"))
    seal_number = models.CharField(_("封签号"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("取得时间"))
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    second = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("证据")
        ordering = ["case", "nth"]
        constraints = [models.UniqueConstraint(fields=["case", "nth"], name="evidence_is_numbered")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.nth}"


class CustodyMove(AppendOnly):
    """
    One step of a chain of custody. See `chain` for what a whole chain is.

    holder     the officer who has it from now on; None when it left the police (a laboratory, its owner)
    words      where exactly, or to whom; sealed
    """

    class What(models.TextChoices):
        TAKEN = "taken", _("取得")
        STORED = "stored", _("入库保管")
        HANDED = "handed", _("交给同事")
        TO_LAB = "to-lab", _("送鉴定")
        BACK = "back", _("鉴定后取回")
        RETURNED = "returned", _("退还")
        HANDED_ON = "handed-on", _("移交别的机关")
        DESTROYED = "destroyed", _("销毁")

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="moves")
    what = models.CharField(_("做了什么"), max_length=10, choices=What.choices)
    moved_at = models.DateTimeField(_("时间"))
    words = EncryptedTextField()
    holder = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    objects = AppendOnlyQuerySet["CustodyMove"].as_manager()

    class Meta:
        verbose_name = _("保管的一步")
        ordering = ["evidence", "pk"]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.what}"


class CustodyReceipt(AppendOnly):
    """The officer who received it says so."""

    move = models.OneToOneField(CustodyMove, models.PROTECT, related_name="receipt")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["CustodyReceipt"].as_manager()

    class Meta:
        verbose_name = _("签收")

    def __str__(self) -> str:
        return f"{self.move_id}"


class ArchiveSeries(models.Model):
    """The last archive number of one station in one year."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_archive_series_a_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}"

    @classmethod
    def next(cls, unit: Unit, year: int) -> int:
        return next_number(cls, unit=unit, year=year)
