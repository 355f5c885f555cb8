"""Communities and where they end."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwang.apps.places.boundaries import BadBoundary, contains, read_boundary
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.names import in_readers_language


def check_boundary(value: object) -> None:
    """Form and model validator of a GeoJSON boundary."""
    try:
        read_boundary(value)
    except BadBoundary as why:
        raise ValidationError(str(why)) from why


class CommunityQuerySet(models.QuerySet["Community"]):
    def within(self, unit: Unit) -> Self:
        return self.filter(unit__path__startswith=unit.path)

    def active(self) -> Self:
        return self.filter(active=True)

    def at(self, longitude: float, latitude: float) -> Community | None:
        """The community whose boundary holds this WGS-84 point, or None."""
        return next((c for c in self.active() if c.boundary and contains(c.boundary, longitude, latitude)), None)


class Community(models.Model):
    """
    A village or a neighbourhood.

    boundary   GeoJSON Polygon or MultiPolygon, WGS-84 (RFC 7946)
    slug       Latin letters for addresses and door signs
    """

    class Kind(models.TextChoices):
        VILLAGE = "village", _("村")
        NEIGHBOURHOOD = "neighbourhood", _("社区")

    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices, default=Kind.VILLAGE)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="communities", verbose_name=_("单位"))
    officer = models.ForeignKey(
        Officer, models.SET_NULL, null=True, blank=True, related_name="communities", verbose_name=_("社区民警")
    )
    households = models.PositiveIntegerField(_("户数"), null=True, blank=True)
    population = models.PositiveIntegerField(_("人口"), null=True, blank=True)
    boundary = models.JSONField(_("边界"), null=True, blank=True, validators=[check_boundary])
    active = models.BooleanField(_("在用"), default=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("社区")
        ordering = ["unit__path", "name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="one_community_of_a_name_per_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name, self.name_en)
