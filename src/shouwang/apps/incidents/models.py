"""
Incidents (警情): what a report is about, beside its matter. One table one-to-one, with the people and things in it, and drafts.

Who somebody is and where they live is sealed. How the filing stands is a cache of the matter's timeline (`filing.fold`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents import filing
from shouwang.apps.matters.models import Matter, MatterQuerySet
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Unit
from shouwang.kernel.fields import EncryptedTextField


class Category(models.TextChoices):
    """What it is like, in everyday words; the law's word for it is `Nature`."""

    STOLEN = "stolen", _("东西被偷、被抢")
    CHEATED = "cheated", _("被骗了钱")
    HURT = "hurt", _("被打、被威胁")
    HOME = "home", _("家里有人动手")
    DAMAGED = "damaged", _("东西被弄坏")
    QUARREL = "quarrel", _("吵架、纠纷")
    TRAFFIC = "traffic", _("撞车、交通的事")
    MISSING = "missing", _("人不见了")
    SAW = "saw", _("看到可疑的事，提供线索")
    OTHER = "other", _("别的事")


class Nature(models.TextChoices):
    """What it is by law; it decides which clock runs."""

    UNCLEAR = "unclear", _("还没有判断")
    CRIMINAL = "criminal", _("刑事案件")
    ADMINISTRATIVE = "administrative", _("治安案件")
    DISPUTE = "dispute", _("纠纷")
    TRAFFIC = "traffic", _("交通")
    HELP = "help", _("求助")
    NOT_POLICE = "not-police", _("不归公安管")


class Stage(models.TextChoices):
    """How the filing stands."""

    UNCLEAR = filing.UNCLEAR, _("还没有判断")
    REVIEW = filing.REVIEW, _("立案审查")
    PROPOSED = filing.PROPOSED, _("等批准")
    FILED = filing.FILED, _("已立案")
    DECLINED = filing.DECLINED, _("不予立案")
    NO_CASE = filing.NO_CASE, _("不用立案")
    NOT_POLICE = filing.NOT_POLICE, _("不归公安管，已告知")
    PASSED_ON = filing.PASSED_ON, _("已移送")


class Source(models.TextChoices):
    """Where a position comes from."""

    NONE = "", _("没有位置")
    OFFICER = "officer", _("民警在地图上定的")
    REPORTER = "reporter", _("报案人在地图上定的")
    PHONE = "phone", _("手机定位")


class Known(models.TextChoices):
    """How it is known in which village something happened."""

    NOT = "", _("还不知道在哪个村社")
    CHOSEN = "chosen", _("民警选的")
    POINT = "point", _("按地图上的点")
    NAME = "name", _("从地址里的村名")
    OUTSIDE = "outside", _("地图上的点不在本地任何一个村社")


class About(models.TextChoices):
    """What a suggestion is about."""

    WHEN = "when", _("时间")
    LOSS = "loss", _("损失")
    PLACE = "place", _("地点")
    NATURE = "nature", _("性质")
    URGENCY = "urgency", _("紧急程度")
    HANDLER = "handler", _("谁来办")
    KIND = "kind", _("像哪一种事")
    CATEGORY = "category", pgettext_lazy("incidents", "大类")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Only of matters this viewer may know of; every list begins here."""
        return self.filter(matter__in=Matter.objects.visible_to(viewer).values("pk").order_by())

    def undecided(self) -> Self:
        """Somebody still waits to hear whether it becomes a case."""
        return self.filter(stage__in=sorted(filing.UNDECIDED)).exclude(matter__state="closed")

    def untold(self) -> Self:
        """Decided, and the reporter has not been told."""
        return self.filter(told_seq__isnull=False)

    def late(self, at: datetime) -> Self:
        return self.filter(matter__due_at__lt=at)

    def of_unit(self, unit: Unit) -> Self:
        return self.filter(matter__unit__in=Unit.objects.within(unit).values("pk").order_by())

    def for_lists(self) -> Self:
        return self.select_related("matter__unit", "matter__handler", "matter__offered_to_unit", "owner")


class Incident(models.Model):
    """
    What one report is about.

    address         where it happened, in the reporter's words; sealed, since it is often where somebody lives
    landmark        what everybody knows nearby, such as a bridge
    longitude, latitude   WGS-84; `position_source` says who pointed, `uncertainty_m` how sure they were
    when_said       the time in the reporter's words (昨晚十点多); `happened_from`, `happened_until` when it is known to the minute
    unsafe          the reporter said that the danger is not over
    loss_yuan       what was lost in all, as an officer took it from the report; the things' own values stand with them
    same_as         the report of the same event that came first, when an officer linked them; that one has no `same_as` itself
    known           how the village (`matter.community`) and its station are known; `outside`: the point lies in none of ours
    owner           the station whose ground it is, when it is another one's; `elsewhere` names a place outside all our boundaries
    the rest        how the filing stands, see `filing.Standing`
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="incident")
    category = models.CharField(_("像哪一种"), max_length=10, choices=Category.choices, default=Category.OTHER)
    address = EncryptedTextField(_("地点"))
    landmark = models.CharField(_("附近的标志"), max_length=80, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    position_source = models.CharField(_("位置来源"), max_length=10, choices=Source.choices, blank=True)
    uncertainty_m = models.PositiveIntegerField(_("误差（米）"), null=True, blank=True)
    when_said = models.CharField(_("什么时候，原话"), max_length=80, blank=True)
    happened_from = models.DateTimeField(_("从什么时候"), null=True, blank=True)
    happened_until = models.DateTimeField(_("到什么时候"), null=True, blank=True)
    unsafe = models.BooleanField(_("现在还有危险"), default=False)
    known = models.CharField(_("怎么知道在哪个村社"), max_length=8, choices=Known.choices, blank=True)
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    elsewhere = models.CharField(_("不在本地"), max_length=80, blank=True)
    loss_yuan = models.DecimalField(_("损失（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="others")

    nature = models.CharField(_("性质"), max_length=14, choices=Nature.choices, default=Nature.UNCLEAR)
    stage = models.CharField(_("立案情况"), max_length=10, choices=Stage.choices, default=Stage.UNCLEAR)
    review_rule = models.CharField(max_length=40, blank=True)
    waits_for = models.CharField(max_length=24, blank=True)
    proposes = models.CharField(max_length=8, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    told_seq = models.PositiveIntegerField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    remedies = models.PositiveSmallIntegerField(default=0)
    registered_at = models.DateTimeField(null=True, blank=True)
    evidence_at = models.DateTimeField(null=True, blank=True)
    receipt_at = models.DateTimeField(null=True, blank=True)
    statement_at = models.DateTimeField(null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(_("紧急程度"), null=True, blank=True)
    handled_by = models.CharField(_("谁来办"), max_length=40, blank=True)
    elsewhere_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("警情")
        indexes = [
            models.Index(
                fields=["stage"], condition=Q(stage__in=["unclear", "review", "proposed"]), name="incident_undecided"
            ),
            models.Index(fields=["waits_for"], condition=~Q(waits_for=""), name="incident_waits"),
            models.Index(fields=["told_seq"], condition=Q(told_seq__isnull=False), name="incident_untold"),
            models.Index(fields=["happened_from"], name="incident_happened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None) | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="incident_place_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(happened_until=None) | Q(happened_until__gte=models.F("happened_from")),
                name="incident_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.matter.number

    @property
    def elsewhere_says(self) -> str:
        """A place outside the house in words, as it was told or as the map says; empty when it is ours or another station's."""
        if self.elsewhere or self.known != Known.OUTSIDE:
            return self.elsewhere
        return gettext("地图上不在本局任何一个村社的边界里")

    def is_elsewhere(self, unit_id: int) -> bool:
        """Whether the place says that it is not this unit's, the one that is answerable."""
        return self.owner_id not in {None, unit_id} or bool(self.elsewhere) or self.known == Known.OUTSIDE


class Involved(models.Model):
    """Somebody in an incident, as far as the reporter knows them. Name and numbers are a `Person`'s, sealed like everybody's."""

    class Role(models.TextChoices):
        VICTIM = "victim", _("被害人")
        SUSPECT = "suspect", _("嫌疑人")
        WITNESS = "witness", _("证人")
        OTHER = "other", _("其他人")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(_("是什么人"), max_length=8, choices=Role.choices)
    about = EncryptedTextField(_("样子、关系"))
    minor = models.BooleanField(_("未成年"), default=False)

    class Meta:
        verbose_name = _("涉及的人")

    def __str__(self) -> str:
        return f"{self.incident_id} {self.role}"


class Thing(models.Model):
    """One thing that was lost, taken or damaged. `marks` (serial numbers, plates, what only the owner knows) are sealed."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="things")
    name = models.CharField(_("东西"), max_length=80)
    value_yuan = models.DecimalField(_("大约值多少（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    marks = EncryptedTextField(_("特征、编号"))

    class Meta:
        verbose_name = _("财物")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value_yuan=None) | Q(value_yuan__gte=0), name="a_thing_is_worth_something"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Apart(models.Model):
    """Two reports that an officer looked at and found to be two events: they are not proposed again. By whom, the audit trail knows."""

    one = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    other = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("不是同一件事")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="a_pair_is_refused_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="a_pair_stands_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"


class Judged(models.Model):
    """One suggestion that was taken or not. It does not know by whom: figures of people cannot be made of it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="judged")
    about = models.CharField(_("关于什么"), max_length=12, choices=About.choices)
    taken = models.BooleanField(_("采用了"))
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("对建议的判断")
        constraints = [models.UniqueConstraint(fields=["incident", "about"], name="a_suggestion_is_judged_once")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.about}"


class Draft(models.Model):
    """
    What a reporter has typed so far on the web. Not a report yet: nobody at the station reads it until its code is told.

    digest    keyed hash of the draft's code; empty until the reporter asks to stop and is given one
    content   the answers as JSON, sealed
    matter    what it became; a second sending finds it here and makes nothing new
    """

    key = models.CharField(max_length=32, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    category = models.CharField(max_length=10, choices=Category.choices)
    content = EncryptedTextField()
    files = models.JSONField(default=list)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("报案草稿")

    def __str__(self) -> str:
        return f"#{self.pk} {self.category}"


def with_incident(matters: MatterQuerySet) -> MatterQuerySet:
    """Of these matters, those that are incidents."""
    return matters.exclude(incident=None)
