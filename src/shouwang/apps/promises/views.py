"""What everybody may see: what is promised, how it was kept, and the data to count it again. Everything works without a script."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shouwang.apps.catalogue.shelves import code_of
from shouwang.apps.openness.charts import Chart, columns
from shouwang.apps.openness.rare import FEW
from shouwang.apps.promises import opendata, phrases
from shouwang.apps.promises.counting import last_counts, standing
from shouwang.apps.promises.models import Promise, Scorecard, Version
from shouwang.apps.promises.queries import Row, row_of
from shouwang.apps.promises.reckoning import Tally
from shouwang.apps.units.models import Unit

#: Columns of the picture; older months stand in the table.
DRAWN = 12


@dataclass(frozen=True, slots=True)
class Stands:
    """One promise as a list shows it."""

    row: Row
    called: str
    now: str
    rest: str
    last: str


def _running(promise: Promise, today: date) -> tuple[str, str]:
    """The running month with n, and what is not kept in it; a promise told by the quarter, or not begun, says so."""
    if promise.ended_at is not None:
        return "", ""
    found = standing(promise, today)
    if found is not None:
        return phrases.kept(found[1]), phrases.rest(found[1])
    version = promise.current
    if version is not None and version.since >= today:
        return _("从 %(day)s 收到的算起") % {"day": version.since}, ""
    return _("只在季度结束以后写，不让人猜出是谁") if version else "", ""


def _last(promise: Promise) -> str:
    cards, version = last_counts(promise.scorecards.all()), promise.current
    if not cards or version is None:
        return ""
    said = {"period": phrases.period_name(version.reckoned.every, cards[-1].first)}
    return _("%(period)s：") % said + phrases.kept(cards[-1].public)


def stands_of(promise: Promise) -> Stands:
    """From a promise that came `with_all`."""
    now = timezone.now()
    row = row_of(promise, now)
    running, rest = _running(promise, timezone.localtime(now).date())
    return Stands(row, phrases.called(row.call, row.recent), running, rest, _last(promise))


def _by_station(promises: Iterable[Promise]) -> list[tuple[Unit, list[Stands]]]:
    return [(station, [stands_of(one) for one in each]) for station, each in groupby(promises, key=lambda p: p.station)]


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """What is promised, and this month's standing; what is no longer promised below."""
    everything = list(Promise.objects.public().filter(station__active=True).with_all().order_by("station__path", "pk"))
    stations = {code_of(one.station): one.station.called for one in everything}
    chosen = request.GET.get("unit", "")
    if chosen in stations:
        everything = [one for one in everything if code_of(one.station) == chosen]
    context = {
        "groups": _by_station(one for one in everything if one.ended_at is None),
        "ended": [one for one in everything if one.ended_at is not None],
        "stations": list(stations.items()) if len(stations) > 1 else [],
        "chosen": chosen if chosen in stations else "",
        "files": opendata.NAMES,
        "few": FEW,
    }
    return render(request, "promises/list.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One count in the table of months; `again` when a later one stands beside it."""

    card: Scorecard
    period: str
    kept: str
    rest: str
    interval: str
    counted: str
    again: bool


def lines_of(promise: Promise) -> list[Line]:
    """All counts, newest period first, the newest count of each first."""
    cards = sorted(promise.scorecards.all(), key=lambda one: (one.first, one.number), reverse=True)
    newest = {card.pk for card in last_counts(cards)}
    return [
        Line(
            card,
            phrases.period_name(card.version.reckoned.every, card.first),
            phrases.kept(card.public),
            phrases.rest(card.public),
            phrases.interval(card.public),
            phrases.recount(card),
            card.pk not in newest,
        )
        for card in cards
    ]


def chart_of(promise: Promise) -> Chart:
    """Shares of the finished periods in per cent; nothing is drawn where there were too few."""

    def column(card: Scorecard) -> tuple[str, int | None, str]:
        found: Tally = card.public
        value = None if found.share is None else round(found.share * 100)
        return f"{card.first:%-m}", value, f"{value}%"

    return columns([column(card) for card in last_counts(promise.scorecards.all())[-DRAWN:]])


def said_by(version: Version) -> dict[str, Any]:
    """One version in words."""
    rule = version.reckoned
    return {
        "version": version,
        "measured": phrases.measured(rule),
        "scope": phrases.scope(rule),
        "counting": phrases.counting(rule),
        "source": phrases.source(version),
    }


def whole_of(promise: Promise) -> dict[str, Any]:
    """Everything that the page of one promise shows."""
    assert promise.current is not None
    stands = stands_of(promise)
    return {
        "promise": promise,
        "version": promise.current,
        "said": said_by(promise.current),
        "stands": stands,
        "how_long": phrases.how_long(stands.row.recent),
        "lines": lines_of(promise),
        "chart": chart_of(promise),
        "versions": [said_by(one) for one in sorted(promise.versions.all(), key=lambda one: -one.number)],
        "steps": sorted(promise.steps.all(), key=lambda one: -one.pk),
        "files": opendata.NAMES,
        "few": FEW,
    }


@require_safe
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise: what it says, how it was kept month by month, on what it rests, how it changed."""
    one = get_object_or_404(Promise.objects.public().with_all(), pk=pk)
    return render(request, "promises/promise.html", whole_of(one))


@require_safe
def data_file(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the open files, with its SHA-256 as its ETag."""
    held = opendata.file_of(name, Promise.objects.public().with_all().order_by("pk"))
    if held is None:
        raise Http404
    kind = "application/json" if name.endswith(".json") else "text/csv; charset=utf-8"
    answer = HttpResponse(held, content_type=kind)
    answer["ETag"] = f'"{hashlib.sha256(held).hexdigest()}"'
    answer["Access-Control-Allow-Origin"] = "*"  # open data is for everybody's programs too
    return answer
