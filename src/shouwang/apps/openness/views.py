"""What everybody may see: the figures, the dump they come from, and what became of what neighbours asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import dropwhile
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db.models import Max
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.openness import dump, measures, phrases
from shouwang.apps.openness.charts import columns
from shouwang.apps.openness.models import Digest
from shouwang.apps.openness.outcomes import tell
from shouwang.apps.openness.rare import FEW
from shouwang.apps.places.models import Community
from shouwang.apps.talk.finding import find_room
from shouwang.apps.units.names import in_readers_language

A_DAY = 60 * 60 * 24


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything one view of the page is made of; kept in the cache under the name of its dump."""

    day: date
    taken_at: Any
    digest: str
    stations: tuple[dump.StationRow, ...]
    station: str
    period: measures.Period
    now: measures.Numbers
    before: measures.Numbers
    standing: measures.Standing
    months: list[measures.Month]
    quarters: list[dump.QuarterRow]
    weeks: dict[str, measures.Week]


def _shown(station: str, period: str) -> Shown:
    """The figures that a reader asked for; what does not exist becomes all stations, or the last 30 days."""
    there = dump.newest(timezone.now())
    codes = dump.station_codes(there)
    chosen = station if station in codes else codes[0] if len(codes) == 1 else ""
    periods = measures.periods(date.fromisoformat(there.name))
    span = next((one for one in periods if one.code == period), periods[0])
    key = f"openness:{dump.sums(there)[dump.JSON_FILE]}:{chosen}:{span.code}"
    found: Shown | None = cache.get(key)
    if found is None:
        data = dump.read(there)
        found = Shown(
            day=data.day,
            taken_at=data.taken_at,
            digest=data.digest,
            stations=data.stations,
            station=chosen,
            period=span,
            now=measures.numbers(data, chosen, span.first, span.end),
            before=measures.numbers(data, chosen, *span.before),
            standing=measures.standing(data, chosen),
            months=measures.months(data, chosen),
            quarters=list(measures.quarters(data, chosen)),
            weeks=measures.weeks(data, chosen),
        )
        cache.set(key, found, A_DAY)
    return found


def _asked_for(request: HttpRequest) -> Shown:
    return _shown(request.GET.get("station", ""), request.GET.get("period", "30"))


def _or_dash(value: int | None) -> str:
    return "—" if value is None else phrases.minutes(value)


@require_GET
def numbers_page(request: HttpRequest) -> HttpResponse:
    """The public figures of one station in one span of time."""
    shown = _asked_for(request)
    now, before = shown.now, shown.before
    names = {one.code: in_readers_language(one.name, one.name_en) for one in shown.stations}
    by_month = [(f"{one.month:%-m}", one.asked, str(one.asked)) for one in shown.months]
    waits = [(f"{one.month:%-m}", one.wait.median if one.wait.enough else None) for one in shown.months]
    context = {
        "shown": shown,
        "now": now,
        "before": before,
        "unit": names.get(shown.station, ""),
        "stations": list(names.items()),
        "periods": [(one, phrases.period_name(one)) for one in measures.periods(shown.day)],
        "period_name": phrases.period_name(shown.period),
        "answer": phrases.answer(now.wait, before.wait),
        "contents": phrases.contents(now.wait),
        "asked": phrases.asked(now, before),
        "stands": phrases.stands(shown.standing),
        "satisfied": phrases.satisfied(now),
        "disputes": phrases.disputes(now),
        "interval": (phrases.percent(now.satisfied.low), phrases.percent(now.satisfied.high)),
        "compare": _compare(now, before),
        "kinds": [(phrases.kind_name(kind), n, phrases.of(n, now.asked)) for kind, n in now.kinds.items()],
        "ends": [
            (
                phrases.kind_name(kind),
                phrases.of(one.closing.answered, one.closing.n),
                _or_dash(one.closing.median) if one.closing.enough else "—",
                phrases.reasons(one),
            )
            for kind, one in now.ends.items()
        ],
        "pages": [(phrases.page_name(page), n) for page, n in sorted(now.pages.items(), key=lambda pair: -pair[1])],
        "asked_chart": columns(by_month),
        "wait_chart": columns([(word, value, "" if value is None else _short(value)) for word, value in waits]),
        "months": [
            (
                phrases.month_name(one.month),
                one.asked,
                one.wait.answered,
                _or_dash(one.wait.median) if one.wait.enough else "—",
                _or_dash(one.wait.p90) if one.wait.enough else "—",
            )
            for one in dropwhile(lambda month: not month.asked, shown.months)  # before the first one there was no house
        ],
        "quarters": [
            {
                "station": names[row.station] if len(names) > 1 and not shown.station else "",
                "quarter": phrases.quarter_name(row.quarter),
                "complaints": phrases.few(row.complaints),
                "danger": phrases.few(row.danger_calls),
                "in_time": "—"
                if row.danger_calls is None or row.danger_accepted_in_time is None
                else phrases.of(row.danger_accepted_in_time, row.danger_calls),
            }
            for row in shown.quarters
        ],
        "few": FEW,
        "enough": measures.ENOUGH,
        "danger_minutes": dump.DANGER_MINUTES,
        "months_chart_of": ngettext("%(n)d 件", "%(n)d 件", sum(one.asked for one in shown.months))
        % {"n": sum(one.asked for one in shown.months)},
    }
    return render(request, "openness/numbers.html", context)


def _short(value: int) -> str:
    """A wait in the little room above a column."""
    if value < 60:
        return _("%(n)d分") % {"n": value}
    if value < 48 * 60:
        return _("%(n)d时") % {"n": round(value / 60)}
    return _("%(n)d天") % {"n": round(value / 1440)}


def _compare(now: measures.Numbers, before: measures.Numbers) -> list[tuple[str, str, str]]:
    """The lines of the table: what, now, the time before."""
    lines: list[tuple[str, Callable[[measures.Numbers], str]]] = [
        (_("看网页的次数（约）"), lambda one: str(one.visits)),
        (_("收到的事"), lambda one: str(one.asked)),
        (_("其中咨询"), lambda one: str(one.consultations)),
        (_("已有人工答复"), lambda one: phrases.of(one.wait.answered, one.asked)),
        (_("一半的人等到答复用了"), lambda one: _or_dash(one.wait.median) if one.wait.enough else "—"),
        (_("十个人里九个等到答复用了"), lambda one: _or_dash(one.wait.p90) if one.wait.enough else "—"),
        (_("先收到自动回答"), lambda one: phrases.of(one.automatic.n, one.automatic.of)),
        (_("评价满意（四星和五星）"), lambda one: phrases.of(one.satisfied.n, one.satisfied.of)),
        (_("提出不满意"), lambda one: str(one.disputed)),
        (_("转给过别的单位"), lambda one: str(one.transferred)),
        (_("转出去又被退回"), lambda one: str(one.returned)),
    ]
    return [(what, say(now), say(before)) for what, say in lines]


def _as_json(found: measures.Numbers) -> dict[str, Any]:
    said = asdict(found)
    for name in ("satisfied", "automatic"):
        said[name]["low"], said[name]["high"] = round(said[name]["low"], 6), round(said[name]["high"], 6)
    return said


@require_GET
def figures_json(request: HttpRequest) -> JsonResponse:
    """The figures of the page as JSON, in the shape that `bin/recompute-numbers.py` prints."""
    shown = _asked_for(request)
    return JsonResponse(
        {
            "dump": shown.digest,
            "station": shown.station,
            "period": shown.period.code,
            "now": _as_json(shown.now),
            "before": _as_json(shown.before),
            "standing": asdict(shown.standing),
            "months": [
                {"month": f"{one.month:%Y-%m}", "asked": one.asked, "wait": asdict(one.wait)} for one in shown.months
            ],
            "digests": {slug: asdict(week) for slug, week in shown.weeks.items()},
        },
        json_dumps_params={"ensure_ascii": False},
    )


@require_GET
def dump_page(request: HttpRequest) -> HttpResponse:
    """The files of the newest dump, and what their columns mean."""
    there = dump.newest(timezone.now())
    digests = dump.sums(there)
    files = [
        (name, digests.get(name, ""), (there / name).stat().st_size // 1024 + 1)
        for name in dump.FILES
        if (there / name).exists()  # a dump from before an upgrade may lack a table
    ]
    context = {"day": there.name, "files": files, "schema": dump.SCHEMA, "few": FEW}
    return render(request, "openness/dump.html", context)


@require_safe
def dump_file(request: HttpRequest, day: str, name: str) -> HttpResponse | FileResponse:
    """One file of a dump, with its SHA-256 as its ETag."""
    there = next((one for one in dump.all_dumps() if one.name == day), None)
    if there is None or name not in dump.FILES or not (there / name).exists():
        raise Http404
    file: Path = there / name
    etag = f'"{dump.sums(there).get(name) or there.name}"'
    response: HttpResponse | FileResponse
    if etag in {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}:
        response = HttpResponseNotModified()
    else:
        kind = {".json": "application/json", ".csv": "text/csv; charset=utf-8"}.get(file.suffix, "text/plain")
        response = FileResponse(file.open("rb"), as_attachment=True, filename=f"{day}-{name}", content_type=kind)
        response["Access-Control-Allow-Origin"] = "*"  # open data is for everybody's programs too
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_GET
def digests(request: HttpRequest) -> HttpResponse:
    """All published digests, newest first."""
    found = Digest.objects.published().select_related("unit", "community")
    community = Community.objects.filter(slug=request.GET.get("community", "")).first()
    if community is not None:
        found = found.filter(community=community)
    return render(request, "openness/digests.html", {"digests": found[:60], "community": community})


@require_GET
def digest(request: HttpRequest, slug: str) -> HttpResponse:
    """One week of one community: what was asked, and what became of it until now."""
    one = get_object_or_404(Digest.objects.published().select_related("unit", "community"), slug=slug)
    now = timezone.now()
    items = list(one.items.shown().with_all())
    told = tell(items, now)
    changed = Entry.objects.filter(
        matter__in=[item.matter_id for item in items if item.matter_id], visibility__lte=Visibility.PARTIES
    ).aggregate(last=Max("at"))["last"]
    there = dump.newest(now)
    rows = dump.digest_rows(there, one.slug)
    context = {
        "digest": one,
        "proposed": [item for item in told if not item.is_question],
        "questions": [item for item in told if item.is_question],
        "changed": max(filter(None, (changed, one.published_at, *(item.changed for item in told)))),
        "week": phrases.week(measures.week(rows)),
        "day": there.name,
        "now": now,
    }
    return render(request, "openness/digest.html", context)


@require_GET
def of_room(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a room once had a page of its own for this: on to the digests of its community."""
    room, _visitor = find_room(request, slug)
    query = f"?{urlencode({'community': room.community.slug})}" if room.community else ""
    return redirect(reverse("openness:digests") + query, permanent=True)
