"""Upload a list, look at every row, then import. Nothing is written before the last step."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.apps.bureau.access import files, manages, officer_of, sent
from shouwang.apps.bureau.forms import UploadForm
from shouwang.apps.bureau.models import Draft, Setup
from shouwang.apps.places import importing as places
from shouwang.apps.places.planning import import_communities, plan_communities
from shouwang.apps.units import importing as units
from shouwang.apps.units.importing import Plan
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.planning import import_staff, import_units, plan_staff, plan_units
from shouwang.apps.units.policy import units_managed_by
from shouwang.apps.units.tables import MOST_BYTES
from shouwang.kernel import audit
from shouwang.kernel.errors import RuleBroken

PER_PAGE = 200
SHOW = ("", "wrong", "new", "changed", "same")


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of list: how it is read, planned and written, and the columns of its template."""

    kind: str
    title: str | Promise
    hint: str | Promise
    most_bytes: int
    read: Callable[[bytes, bool], list[Any]]
    plan: Callable[[list[Any], Officer], Plan]
    write: Callable[..., Plan]
    key: str | Promise


LISTINGS: dict[str, Listing] = {
    "units": Listing(
        "units",
        _("导入单位"),
        _("派出所和警务室，一行一个。"),
        MOST_BYTES,
        lambda data, _gcj02: units.read_units(data),
        plan_units,
        import_units,
        _("按名称认：名称一样的会更新，不会重复。空着的列不动。"),
    ),
    "staff": Listing(
        "staff",
        _("导入人员"),
        _("一行一个人。岗位有几个的用分号隔开。新来的人会得到一个七天有效的邀请链接。"),
        MOST_BYTES,
        lambda data, _gcj02: units.read_staff(data),
        plan_staff,
        import_staff,
        _("按警号认，没有警号的按用户名认：认得出的会更新，不会重复。名单只加岗位，不减岗位。"),
    ),
    "communities": Listing(
        "communities",
        _("导入村社"),
        _("GeoJSON 地图（一个社区一个 Feature，坐标 WGS-84），或者没有边界的 CSV 表格。"),
        places.MOST_MAP_BYTES,
        lambda data, gcj02: places.read_communities(data, gcj02=gcj02),
        plan_communities,
        import_communities,
        _("按单位和名称认：认得出的会更新，不会重复。空着的列不动。"),
    ),
}


def _listing(kind: str) -> Listing:
    if kind not in LISTINGS:
        raise Http404
    return LISTINGS[kind]


def _founding(me: Officer) -> bool:
    return Setup.objects.filter(finished_at=None, administrator=me).exists()


def _frame(me: Officer) -> str:
    """The wizard's frame for who is still in the wizard."""
    return "bureau/setup/_frame.html" if _founding(me) else "bureau/manage/_frame.html"


@manages
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """Which list to import."""
    drafts = {draft.kind: draft for draft in Draft.objects.filter(officer=officer_of(request))}
    rows = [(listing, drafts.get(kind)) for kind, listing in LISTINGS.items()]
    return render(request, "bureau/manage/imports.html", {"rows": rows})


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file. It is read at once; a file that is no list says what to save instead."""
    listing, me = _listing(kind), officer_of(request)
    form = UploadForm(sent(request), files(request))
    if kind != "communities":
        del form.fields["gcj02"]
    if form.is_valid():
        upload, gcj02 = form.cleaned_data["file"], bool(form.cleaned_data.get("gcj02"))
        if upload.size > listing.most_bytes:
            form.add_error(
                "file", gettext("这个文件太大了，最多 %(mb)d MB。") % {"mb": listing.most_bytes // 1024 // 1024}
            )
        else:
            data = upload.read()
            try:
                listing.read(data, gcj02)
            except RuleBroken as why:
                form.add_error("file", why.whole)
            else:
                _keep(me, kind, upload.name or "", data, gcj02=gcj02)
                return redirect("bureau:import-preview", kind=kind)
    context = {"listing": listing, "form": form, "frame": _frame(me), "founding": _founding(me)}
    return render(request, "bureau/manage/import.html", context, status=400 if form.errors else 200)


def _keep(me: Officer, kind: str, name: str, data: bytes, *, gcj02: bool) -> None:
    now = timezone.now()
    given = {"name": name[:200], "content": b64encode(data).decode(), "gcj02": gcj02, "made_at": now}
    draft, _made = Draft.objects.update_or_create(officer=me, kind=kind, defaults=given)
    audit.record("bureau.draft.uploaded", by=me.ref, on=draft, at=now, kind=kind, size_bytes=len(data))


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """Every row: new, changed (from what to what), as it is, or wrong (and what to do)."""
    listing, me = _listing(kind), officer_of(request)
    draft = get_object_or_404(Draft, officer=me, kind=kind)
    rows = listing.read(b64decode(draft.content), draft.gcj02)
    if request.method == "POST":
        now = timezone.now()
        if request.POST.get("drop"):
            draft.delete()
            audit.record("bureau.draft.dropped", by=me.ref, on=f"bureau.draft:{kind}", at=now)
            return redirect("bureau:import", kind=kind)
        done = _write(request, listing, draft, rows, now)
        if done is not None:
            return done
    plan = listing.plan(rows, me)
    show = request.GET.get("show", "")
    show = show if show in SHOW else ""
    shown = [row for row in plan.rows if not show or row.action == show]
    context = {
        "listing": listing,
        "draft": draft,
        "plan": plan,
        "show": show,
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "frame": _frame(me),
    }
    return render(request, "bureau/manage/preview.html", context)


def _write(request: HttpRequest, listing: Listing, draft: Draft, rows: list[Any], now: datetime) -> HttpResponse | None:
    """Import, unless there are wrong rows and the person did not say to leave them out."""
    me = officer_of(request)
    plan = listing.plan(rows, me)
    if (plan.wrong and request.POST.get("import") != "good") or not plan.good:
        messages.error(request, gettext("还有不能导入的行，什么都没有写。"))
        return None
    done = listing.write(rows, by=me, at=now)
    draft.delete()
    said = ngettext("导入了 %(n)d 行。", "导入了 %(n)d 行。", done.good) % {"n": done.good}
    if listing.kind == "staff" and done.new:
        said += gettext("邀请链接可以打印出来，裁开交给本人。")
    messages.success(request, said)
    if listing.kind == "staff" and done.new and not _founding(me):
        return redirect("bureau:invitations")
    if _founding(me):
        return redirect("bureau:setup-import")
    return redirect({"units": "bureau:units", "staff": "bureau:officers"}.get(listing.kind, "bureau:communities"))


@manages
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An example to fill in, in the reader's language, with units that are really here."""
    _listing(kind)
    me = officer_of(request)
    mine = Unit.objects.active().filter(units_managed_by(me)).order_by("path")
    station = mine.filter(kind=Unit.Kind.STATION).first() or mine.first()
    unit = station.name if station else ""
    if kind == "communities":
        return _download("communities.geojson", "application/geo+json", _example_map(unit))
    columns = units.UNIT_COLUMNS if kind == "units" else units.STAFF_COLUMNS
    english = get_language() == "en"
    heads = [name if english else aliases[0] for name, aliases in columns.items()]
    parent = station.parent.name if station and station.parent else unit
    example = (
        [
            gettext("示例派出所"),
            gettext("派出所"),
            parent,
            "SL",
            "33",
            "0570-0000120",
            gettext("示例路 1 号"),
            "8:30-17:30",
            "",
        ]
        if kind == "units"
        else [
            "shili",
            gettext("示例"),
            gettext("例警官"),
            "000001",
            unit,
            gettext("值班民警；社区民警"),
            gettext("手语"),
            "13800000000",
        ]
    )
    out = io.StringIO()
    csv.writer(out).writerows([heads, example])
    return _download(f"{kind}.csv", "text/csv", "\ufeff" + out.getvalue())  # the mark makes Excel read UTF-8


def _example_map(unit: str) -> str:
    ring = [[118.60, 28.90], [118.62, 28.90], [118.62, 28.92], [118.60, 28.92], [118.60, 28.90]]
    properties = {"name": gettext("示例村"), "kind": "village", "unit": unit, "households": 320, "population": 1050}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False, indent=1)


def _download(name: str, media_type: str, text: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
