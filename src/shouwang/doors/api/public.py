"""What everybody may read without showing anything."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BeforeValidator, Field

from shouwang.apps.guides import pace
from shouwang.apps.guides.models import Guide
from shouwang.apps.guides.search import LONGEST_QUESTION, Card, find
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.doors.api.asking import OPEN_REFUSALS, address_of
from shouwang.doors.api.shapes import CommunityOut, GuideLine, GuideOut, LawOut, Problem, StationOut, sound

router = Router(tags=["public"])
Question = Annotated[str, Field(max_length=LONGEST_QUESTION), BeforeValidator(sound)]


@router.get("/stations", response=list[StationOut], auth=None)
def stations(request: HttpRequest) -> list[StationOut]:  # noqa: ARG001  # ninja knows it by this name
    """The stations, how to reach them, and the communities they serve."""
    below = Unit.objects.active().prefetch_related(
        Prefetch("communities", Community.objects.active(), to_attr="served")
    )
    found = Unit.objects.stations().prefetch_related(
        Prefetch("communities", Community.objects.active(), to_attr="served"), Prefetch("children", below)
    )
    return [
        StationOut(
            id=unit.prefix,
            name=unit.called,
            phone=unit.phone,
            address=unit.address,
            hours=unit.hours,
            communities=[
                CommunityOut(slug=one.slug, name=one.called)
                for place in (unit, *unit.children.all())
                for one in place.served  # prefetched above
            ],
        )
        for unit in found.order_by("path")
    ]


def _line(guide: Guide | Card) -> dict[str, Any]:
    return {
        "slug": guide.slug,
        "title": guide.shown_title,
        "summary": guide.shown_summary,
        "category": guide.category,
        "valid_until": guide.valid_until,
        "url": settings.SHOUWANG.public_url.rstrip("/") + reverse("guides:guide", args=[guide.slug]),
    }


@router.get("/guides", response={200: list[GuideLine], OPEN_REFUSALS: Problem}, auth=None)
def guides(request: HttpRequest, q: Question = "", limit: Annotated[int, Query(ge=1, le=20)] = 8) -> list[GuideLine]:
    """All guides, or the ones that may fit a question. Questions are searched in memory and kept nowhere."""
    if q.strip():
        pace.pace_suggestions(address_of(request))
        found = find(q.strip(), today=timezone.localdate(), limit=limit)
        return [GuideLine(**_line(one.card), confidence=round(one.confidence, 3)) for one in found]
    return [GuideLine(**_line(one)) for one in Guide.objects.published()]


@router.get("/guides/{slug}", response={200: GuideOut, OPEN_REFUSALS: Problem}, auth=None)
def guide(  # ninja knows the request by this name
    request: HttpRequest,  # noqa: ARG001
    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,80}$")],
) -> GuideOut:
    """One guide with the law it rests on."""
    one = Guide.objects.published().filter(slug=slug).first()
    if one is None:
        raise Http404
    return GuideOut(
        **_line(one),
        body=one.body,
        sources=[LawOut(law=law.instrument, article=law.article) for law in one.source_lines],
        stale=one.is_stale(timezone.localdate()),
    )
