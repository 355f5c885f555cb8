"""The door: who is on duty, how soon one hears back, and four ways in."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.apps.duty.queries import on_now
from shouwang.apps.matters.figures import Figures, figures
from shouwang.apps.openness.outcomes import latest_outcomes
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit

A_MONTH = timedelta(days=30)
OUTCOMES = 3
ENOUGH = 5  # below this many questions a median says nothing


def recent(unit: Unit) -> Figures:
    """The last thirty days, at most a minute old."""
    now = timezone.now()
    found: Figures | None = cache.get(f"recent:{unit.pk}")
    if found is None:
        found = figures(unit, since=now - A_MONTH, until=now)
        cache.set(f"recent:{unit.pk}", found, 60)
    return found


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the station, or of the one named by `?station=`."""
    stations = list(Unit.objects.stations().order_by("path"))
    if not stations:
        return redirect("bureau:setup")
    chosen = next((one for one in stations if one.prefix and one.prefix == request.GET.get("station")), stations[0])
    numbers = recent(chosen)
    context = {
        "station": chosen,
        "stations": stations if len(stations) > 1 else [],
        "on_duty": [span.officer for span in on_now(chosen, most=1)],
        "numbers": numbers if numbers.answered >= ENOUGH else None,
        "outcomes": latest_outcomes(chosen, OUTCOMES),
        "communities": Community.objects.active().within(chosen),
    }
    return render(request, "home.html", context)
