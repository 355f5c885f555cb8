"""
Cases (案件): what a filed incident becomes, with the people in it. One table one-to-one with its matter, which keeps the timeline.

Who a party is stands sealed, as everybody's; without a recorded look the desk reads “被侵害人 1”.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer
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

    def for_lists(self) -> Self:
        return self.select_related("matter__unit", "matter__handler")


class Case(models.Model):
    """
    One case.

    name       what it is called, without anybody's name (东西被偷案)
    opened_at  when it was filed: the handling limit counts from here (治安管理处罚法 art. 118)
    result     how it ended, in one word of `Result`; empty while it runs
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

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("案件")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="a_case_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(result=""), name="a_closed_case_has_a_result"),
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
    minor = models.BooleanField(_("未成年"), default=False)
    guardian = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="wards")
    relation = models.CharField(_("关系"), max_length=20, blank=True)
    particulars = EncryptedTextField(_("基本情况"))
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("当事人")
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "role", "nth"], name="parties_of_a_role_are_numbered"),
            models.UniqueConstraint(fields=["case", "person", "role"], name="somebody_is_a_party_once_in_a_role"),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """What this party is called without a name."""
        return f"{self.get_role_display()} {self.nth}"

    @property
    def ref(self) -> str:
        """What papers about this party are about."""
        return f"cases.party:{self.pk}"
