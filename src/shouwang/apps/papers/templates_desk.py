"""The pages on which a station changes its templates: text, live preview, versions, and back to the house's own."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.papers import invented, policy, shelves, usecases
from shouwang.apps.papers.errors import BadWording
from shouwang.apps.papers.forms import WordingForm
from shouwang.apps.papers.models import Ruling
from shouwang.apps.papers.words import title_in
from shouwang.apps.units.models import Unit
from shouwang.engines.papers import Template
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require

_VERSION = re.compile(r'^version = "([^"]*)"$', re.MULTILINE)
_BASED_ON = re.compile(r'^based_on = "[^"]*"\n', re.MULTILINE)


def _station(request: HttpRequest) -> Unit:
    officer = officer_of(request)
    require(policy.may_change_templates(officer))
    require(policy.may_change_templates_of(officer, officer.unit.station))
    return officer.unit.station


def _template(unit: Unit, kind: str) -> Template:
    if kind not in shelves.shelf().templates:
        raise Http404
    return shelves.in_force(unit, kind)


@at_desk
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All templates as they hold at the own station."""
    station = _station(request)
    language = get_language() or "zh"
    rows = [(code, title_in(one, language), one) for code, one in shelves.all_in_force(station).items()]
    return render(
        request, "papers/templates.html", desk_context(request, rows=rows, station=station, layer=shelves.LAYER)
    )


def proposed(own: Template, now: Template, station: Unit, nth: int) -> str:
    """The text to begin with: what holds now, with the next version of the station's own and what it was made from."""
    text = _BASED_ON.sub("", now.text)
    version = f'version = "{own.version}-{(station.prefix or "own").lower()}{nth}"\nbased_on = "{own.version}"'
    return _VERSION.sub(lambda _found: version, text, count=1)


def _page(request: HttpRequest, kind: str, station: Unit, form: WordingForm, **more: Any) -> HttpResponse:
    now = _template(station, kind)
    rulings = list(Ruling.objects.filter(unit=station, kind=kind).select_related("by", "wording").order_by("-pk"))
    context = desk_context(
        request,
        kind=kind,
        template=now,
        title=title_in(now, get_language() or "zh"),
        is_own=now.layer == shelves.LAYER,
        rulings=rulings,
        form=form,
        station=station,
        examples=("{{报案人.姓名}}", "{{报案人.姓名?报案人}}"),
        names=list(shelves.shelf().dictionary.groups.values()),
        **more,
    )
    return render(request, "papers/template.html", context, status=400 if form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """One template: change it, or go back to the house's own."""
    station = _station(request)
    own, now = shelves.shelf().templates.get(kind), _template(station, kind)
    assert own is not None
    officer, at = officer_of(request), timezone.now()
    nth = Ruling.objects.filter(unit=station, kind=kind).count() + 1
    if request.method != "POST":
        return _page(
            request, kind, station, WordingForm(initial={"text": proposed(own, now, station, nth)}), **_seen(now)
        )
    back = bool(request.POST.get("back"))
    form = WordingForm({**request.POST.dict(), "text": now.text} if back else request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if back:
                usecases.back_to_house(station, by=officer, kind=kind, why=given["why"], at=at)
            else:
                invented.pages_of(usecases.try_wording(kind, given["text"]))
                usecases.put_in_force(station, by=officer, kind=kind, text=given["text"], why=given["why"], at=at)
        except RuleBroken as why:
            form.add_error("why" if why.code == "matters.nothing-said" else "text", why.whole)
        else:
            return redirect("papers:template", kind=kind)
    return _page(request, kind, station, form)


@at_desk
@require_POST
def try_it(request: HttpRequest, kind: str) -> HttpResponse:
    """The text filled with an invented example, or what is wrong with it: a part of the page while somebody types."""
    station = _station(request)
    if kind not in shelves.shelf().templates:
        raise Http404
    form = WordingForm(request.POST)
    seen: dict[str, Any] = {"fault": ""}
    if form.is_valid():
        try:
            seen = _seen(usecases.try_wording(kind, form.cleaned_data["text"]))
        except BadWording as why:
            seen = {"fault": why.whole}
    else:
        seen = {"fault": " ".join(str(one) for errors in form.errors.values() for one in errors)}
    if request.headers.get("HX-Request"):
        return render(request, "papers/_preview.html", seen)
    return _page(request, kind, station, form, **seen)


def _seen(template: Template) -> dict[str, Any]:
    try:
        return {"pages": invented.pages_of(template), "fault": ""}
    except BadWording as why:
        return {"fault": why.whole}
