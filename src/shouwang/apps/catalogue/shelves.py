"""What part of the catalogue an address asks for: a station, a shelf, a kind, words to look for. Unknown values ask for nothing less."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from shouwang.apps.catalogue.finding import LONGEST_QUESTION
from shouwang.apps.catalogue.models import Group, Item, ItemQuerySet
from shouwang.apps.catalogue.required import called, publications
from shouwang.apps.units.models import Unit


@dataclass(frozen=True, slots=True)
class Shelf:
    """A choice that a page, feed or screen was asked for."""

    unit: Unit | None
    group: str
    kind: str
    words: str

    def items(self) -> ItemQuerySet:
        """Items of this choice, public or not; the words are for the search."""
        items = Item.objects.filter(unit__active=True)
        if self.unit:
            items = items.filter(unit=self.unit)
        if self.group:
            items = items.filter(group=self.group)
        return items.filter(kind=self.kind) if self.kind else items

    @property
    def query(self) -> str:
        """The choice as the end of an address; empty for everything."""
        asked = QueryDict(mutable=True)
        for name, value in self._given().items():
            if value:
                asked[name] = value
        return f"?{asked.urlencode()}" if asked else ""

    def _given(self) -> dict[str, str]:
        return {
            "unit": code_of(self.unit) if self.unit else "",
            "group": self.group,
            "kind": self.kind,
            "q": self.words,
        }

    def names(self) -> list[str | Promise]:
        """The choice in words."""
        kind = publications().get(self.kind)
        return [
            *([self.unit.called] if self.unit else []),
            *([Group(self.group).label] if self.group else []),
            *([called(kind)] if kind else []),
            *([self.words] if self.words else []),
        ]


def code_of(unit: Unit) -> str:
    """How addresses name a station: its prefix, or its key where it has none."""
    return unit.prefix or str(unit.pk)


def stations() -> list[Unit]:
    """Whoever has something in the catalogue, in the order of the bureau."""
    return list(Unit.objects.active().filter(pk__in=Item.objects.values("unit")).order_by("path"))


def shelf_of(request: HttpRequest) -> Shelf:
    """What an address asks for."""
    asked = request.GET.get("unit", "")
    unit = next((one for one in stations() if code_of(one) == asked), None) if asked else None
    group, kind = request.GET.get("group", ""), request.GET.get("kind", "")
    return Shelf(
        unit,
        group if group in Group.values else "",
        kind if kind in publications() else "",
        request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION],
    )
