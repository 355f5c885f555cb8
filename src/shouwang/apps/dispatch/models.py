"""
Dispatch (派警): crews in the field, which incident each was sent to, and what is still to be done there.

How a sending stands is a cache of the incident's timeline (`progress.fold`).
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.dispatch import progress
from shouwang.apps.matters.models import Matter
from shouwang.apps.units.models import Officer, Skill, Unit
from shouwang.kernel.fields import EncryptedTextField


class CrewQuerySet(models.QuerySet["Crew"]):
    def out(self) -> Self:
        """Formed and not dissolved."""
        return self.filter(ended_at=None)

    def of_station(self, station: Unit) -> Self:
        return self.filter(unit=station)


class Crew(models.Model):
    """
    Whoever goes as one (巡组): officers and auxiliaries on duty, or volunteers, who watch and report and are never sent.

    people      how many volunteers; a crew of staff counts its members
    position    where the phone last said it was (WGS-84); without one it is taken to be at the station
    """

    class Means(models.TextChoices):
        CAR = "car", _("汽车")
        BICYCLE = "bicycle", _("自行车、电动车")
        FOOT = "foot", _("步行")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="crews", verbose_name=_("派出所"))
    name = models.CharField(_("名称"), max_length=20)
    means = models.CharField(_("怎么走"), max_length=8, choices=Means.choices, default=Means.CAR)
    volunteers = models.BooleanField(_("志愿者，只看不派"), default=False)
    people = models.PositiveSmallIntegerField(_("几个人"), default=0)
    resting = models.BooleanField(_("休整"), default=False)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    position_at = models.DateTimeField(null=True, blank=True)
    formed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CrewQuerySet.as_manager()

    class Meta:
        verbose_name = _("巡组")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(ended_at=None), name="one_crew_of_a_name_at_a_station"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CrewMember(models.Model):
    """Somebody in a crew, from joining to leaving. `sworn`: a police officer, as their posts said at the time."""

    crew = models.ForeignKey(Crew, models.PROTECT, related_name="members")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="crew_memberships")
    sworn = models.BooleanField(pgettext_lazy("dispatch", "民警"))
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("巡组成员")
        constraints = [
            models.UniqueConstraint(fields=["officer"], condition=Q(left_at=None), name="in_one_crew_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.crew} · {self.officer}"


class State(models.TextChoices):
    """How a sending stands."""

    ASKED = progress.ASKED, _("请求支援，等答复")
    SENT = progress.SENT, _("已派，等应答")
    ACKNOWLEDGED = progress.ACKNOWLEDGED, _("已应答")
    EN_ROUTE = progress.EN_ROUTE, _("在路上")
    ON_SCENE = progress.ON_SCENE, _("到现场")
    CLEARED = progress.CLEARED, _("处置完了")
    RECALLED = progress.RECALLED, _("已撤回")
    DECLINED = progress.DECLINED, _("去不了")
    HANDED = progress.HANDED, _("交给别的巡组")


class SendingQuerySet(models.QuerySet["Sending"]):
    def bound(self) -> Self:
        """The crew is at it."""
        return self.filter(state__in=progress.BOUND)

    def open(self) -> Self:
        """Bound or asked."""
        return self.filter(state__in=(progress.ASKED, *progress.BOUND))


class Sending(models.Model):
    """
    One crew for one incident.

    words   what the crew is told: the only thing that a crew of another station reads of the incident; sealed
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="sendings")
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="sendings")
    words = EncryptedTextField(_("要去哪里、什么事"))
    made_at = models.DateTimeField(db_index=True)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices)
    asked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    en_route_at = models.DateTimeField(null=True, blank=True)
    on_scene_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    silent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("派警")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state"], condition=Q(ended_at=None), name="sendings_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["crew"], condition=Q(state__in=progress.BOUND), name="a_crew_is_at_one_incident"
            )
        ]

    def __str__(self) -> str:
        return f"{self.crew} → {self.matter}"

    @property
    def says(self) -> str:
        """How it stands; `get_state_display` makes a dictionary of all choices each time, and a board asks hundreds of times."""
        return str(State(self.state).label)


class Call(models.Model):
    """
    What an incident needs, as an officer corrected it; without a row it is the plain need.

    needless    nobody has to go, and why stands in the timeline
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="call")
    sworn = models.PositiveSmallIntegerField(_("要几名民警"), default=2)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+")
    car = models.BooleanField(_("要有车"), default=False)
    needless = models.BooleanField(_("不用派人"), default=False)

    class Meta:
        verbose_name = _("出警需要")
        constraints = [
            models.CheckConstraint(condition=Q(sworn__gte=1), name="somebody_sworn_goes"),
        ]

    def __str__(self) -> str:
        return str(self.matter)


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)

    def in_hands_of(self, officer: Officer) -> Self:
        return self.filter(Q(owner=officer) | Q(owner=None, matter__handler=officer))

    def in_nobodys_hands(self) -> Self:
        return self.filter(owner=None, matter__handler=None)


class FollowUp(models.Model):
    """
    Something that a crew left to be done by a day. What it is stands in the entry `seq` of the timeline.

    owner        who was named for it; None: whoever is in charge of the matter, so that it goes along when the matter is handed over
    reminded_at  when whoever is in charge was told that its day has come
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="follow_ups")
    seq = models.PositiveIntegerField()
    due_on = models.DateField(_("哪天以前"))
    owner = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁负责")
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("后续要办的")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="follow_up_open")]

    def __str__(self) -> str:
        return f"{self.matter} {self.due_on}"

    @property
    def in_charge(self) -> Officer | None:
        """Who does it; nobody only while nobody has the matter."""
        return self.owner or self.matter.handler

    @property
    def ref(self) -> str:
        """What the audit trail calls it."""
        return f"dispatch.task:{self.pk}"


class Post(models.Model):
    """A place where a crew may wait (待命点), named by the chief; WGS-84."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts_to_wait", verbose_name=_("派出所"))
    name = models.CharField(_("名称"), max_length=30)
    longitude = models.FloatField(_("经度"))
    latitude = models.FloatField(_("纬度"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("待命点")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(ended_at=None), name="one_post_of_a_name_at_a_station"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Standby(models.Model):
    """A crew asked to wait at a post (待命); it ends when the crew is sent, rests, or it is taken back."""

    crew = models.ForeignKey(Crew, models.PROTECT, related_name="standbys")
    post = models.ForeignKey(Post, models.PROTECT, related_name="standbys")
    asked_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("待命")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["crew"], condition=Q(ended_at=None), name="a_crew_waits_at_one_post")
        ]

    def __str__(self) -> str:
        return f"{self.crew} → {self.post}"
