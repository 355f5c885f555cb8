"""The bureau, its stations and their workstations, and who serves in them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.units.names import in_readers_language
from shouwang.kernel.fields import EncryptedTextField


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def stations(self) -> Self:
        return self.active().filter(kind=Unit.Kind.STATION)

    def within(self, unit: Unit) -> Self:
        """The unit itself and everything below it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """
    One unit of the police: a bureau, a station or a workstation.

    path     `/1/4/9/`, the keys from the top down to this unit, so that “within” is one comparison
    prefix   two to four Latin letters that begin the numbers of this station's matters
    region   2, 4 or 6 digits of GB/T 2260, such as `33` or `330824`: which thresholds of the law data hold here
    """

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("分局")
        STATION = "station", _("派出所")
        WORKSTATION = "workstation", _("警务室")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    path = models.CharField(max_length=120, db_index=True, editable=False)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    prefix = models.CharField(_("编号字头"), max_length=4, blank=True)
    region = models.CharField(_("地区"), max_length=40, blank=True)
    phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    hours = models.CharField(_("窗口时间"), max_length=120, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["prefix"], condition=~Q(prefix=""), name="prefix_belongs_to_one_unit"),
            models.CheckConstraint(
                condition=Q(kind="bureau", parent=None) | (~Q(kind="bureau") & Q(parent__isnull=False)),
                name="only_a_bureau_stands_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature is wider than its stubs
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)
            for child in type(self).objects.filter(parent=self):
                child.save()  # what is below moves along

    @property
    def called(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name, self.name_en)

    @property
    def station(self) -> Unit:
        """The station this unit belongs to: itself, or the parent of a workstation. A bureau is its own."""
        return self.parent if self.kind == self.Kind.WORKSTATION and self.parent else self


class Skill(models.Model):
    """Something an officer can do that not everybody can: a dialect, sign language, drones, accounts."""

    name = models.CharField(_("技能"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("技能")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is at the desk. The glossary has the Chinese words."""

    DUTY_OFFICER = "duty-officer", _("值班民警")
    COMMUNITY_OFFICER = "community-officer", _("社区民警")
    AUXILIARY = "auxiliary", _("辅警")
    CHIEF = "chief", _("所长")
    HOUSEHOLD_CLERK = "household-clerk", _("户籍内勤")
    LEGAL_OFFICER = "legal-officer", _("法制员")
    TRAINEE = "trainee", _("实习民警")
    SUPERVISOR = "supervisor", _("警务监督员")
    BUREAU = "bureau", _("分局民警")
    ADMINISTRATOR = "administrator", _("系统管理员")


#: Roles that serve residents inside a station. The others look from outside or keep the machine running.
DESK_ROLES = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.AUXILIARY,
        Role.CHIEF,
        Role.HOUSEHOLD_CLERK,
        Role.LEGAL_OFFICER,
        Role.TRAINEE,
    }
)
#: Who makes things ready for the public, or proposes that they are withheld: police and clerks of a desk, legal officers and leaders.
OPENNESS_ROLES = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.HOUSEHOLD_CLERK,
        Role.LEGAL_OFFICER,
        Role.CHIEF,
        Role.BUREAU,
    }
)
#: Who may be the second pair of eyes on what becomes public or is withheld.
SECOND_EYES = frozenset({Role.LEGAL_OFFICER, Role.CHIEF, Role.BUREAU})


class OfficerQuerySet(models.QuerySet["Officer"]):
    def serving(self) -> Self:
        return self.filter(active=True, user__is_active=True)

    def within(self, unit: Unit) -> Self:
        return self.filter(unit__path__startswith=unit.path)

    def with_post(self, roles: frozenset[Role]) -> Self:
        """Who holds one of the roles today, in any unit; the filter of `Officer.roles`."""
        today = timezone.localdate()
        held = Post.objects.filter(Q(until=None) | Q(until__gte=today), role__in=roles, since__lte=today)
        return self.filter(pk__in=held.values("officer"))


class Officer(models.Model):
    """
    A person who works here: police, auxiliary, clerk, or a supervisor from outside.

    public_name   how residents meet them, such as 陈警官
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="officer")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="officers", verbose_name=_("单位"))
    name = models.CharField(_("姓名"), max_length=40)
    public_name = models.CharField(_("对外称呼"), max_length=40)
    police_number = models.CharField(_("警号"), max_length=12, unique=True, null=True, blank=True)
    phone = EncryptedTextField()
    skills = models.ManyToManyField(Skill, blank=True, verbose_name=_("技能"))
    active = models.BooleanField(_("在岗"), default=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("人员")
        ordering = ["unit__path", "police_number", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """How the audit trail names this person."""
        return f"officer:{self.pk}"

    @cached_property
    def held_posts(self) -> tuple[Post, ...]:
        """The posts held today, with their units. Read once for each instance, in one query."""
        return tuple(post for post in self.posts.select_related("unit__parent") if post.holds())

    @cached_property
    def reach(self) -> tuple[tuple[int, str], ...]:
        """Key and path of every unit in which a post is held today, its station's, and all below. Read once likewise."""
        paths = {post.unit.station.path for post in self.held_posts}
        below = Q(pk__in=[])
        for path in paths:
            below |= Q(path__startswith=path)
        return tuple(Unit.objects.filter(below).order_by("path").values_list("pk", "path")) if paths else ()

    @property
    def roles(self) -> frozenset[str]:
        """Every role held today in any unit."""
        return frozenset(post.role for post in self.held_posts)

    def roles_for(self, unit: Unit) -> frozenset[str]:
        """Roles held today in this unit, in its station or in a unit above. A workstation's staff serve its whole station."""
        return frozenset(post.role for post in self.held_posts if unit.path.startswith(post.unit.station.path))


class Post(models.Model):
    """One role in one unit for a span of days (`until` is the last day, or open)."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    since = models.DateField(_("从"))
    until = models.DateField(_("到"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "unit", "role"], condition=Q(until=None), name="one_open_post_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="a_post_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer} · {self.get_role_display()} · {self.unit}"

    def holds(self, on: date | None = None) -> bool:
        """Whether the post is held on that day (station-local; today when not given)."""
        day = on or timezone.localdate()
        return self.since <= day and (self.until is None or day <= self.until)
