"""How often the pages of the invented town were read: as often as its matters make likely, and never by anybody."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from shouwang.apps.matters.models import Channel, Matter
from shouwang.apps.openness.models import Page, Visit
from shouwang.demo.town import Town

#: Readings that one matter from the web brings with it: whoever asks looks around first and comes back for the answer.
PER_MATTER = {Page.HOME: 3.1, Page.ASK: 1.2, Page.FIND: 0.7, Page.MATTER: 4.3, Page.GUIDE: 2.4, Page.REPORT: 0.4}
#: Readings a day that belong to no matter.
BESIDE = {Page.HOME: 18, Page.GUIDE: 25, Page.ROOM: 31, Page.NUMBERS: 3, Page.DIGEST: 6}


def write(place: Town, *, rng: Random) -> None:
    """Visits for every day on which a matter arrived, at each station."""
    asked: Counter[tuple[int, date]] = Counter()
    for unit_id, at in Matter.objects.filter(channel=Channel.WEB).values_list("unit_first", "received_at"):
        asked[unit_id, timezone.localdate(at)] += 1
    if not asked:
        return
    first, last = min(day for _unit, day in asked), max(day for _unit, day in asked)
    rows = []
    for unit in place.stations.values():
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            for page in Page:
                likely = PER_MATTER.get(page, 0) * asked[unit.pk, day] + BESIDE.get(page, 0)
                if count := round(rng.gauss(likely, likely**0.5)) if likely else 0:
                    rows.append(Visit(unit=unit, on=day, page=page, count=max(count, 0)))
    Visit.objects.bulk_create(rows)
