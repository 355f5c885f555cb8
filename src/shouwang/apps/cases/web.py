"""The page of somebody who was harmed: how far their case is, opened by the code on their slip and by nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shouwang.apps.cases import progress
from shouwang.apps.cases.forms import SlipForm
from shouwang.apps.cases.models import PartyCode
from shouwang.apps.matters.own_code import CodeDoor
from shouwang.apps.matters.queries import looks_of

door = CodeDoor(
    PartyCode,
    session_key="case_party",
    opens_with=progress.open_code,
    page="cases:mine",
    form=SlipForm,
    heading=gettext_lazy("填凭条上的码"),
)


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Who handles it, what was decided and when, by when there has to be a result, and who looked."""
    code = door.held(request)
    case = progress.case_behind(code) if code else None
    if case is None:
        return redirect("cases:code")
    now = timezone.now()
    context = {
        "case": case,
        "unit": case.matter.unit.station,
        "stages": progress.stages_of(case),
        "ahead": progress.ahead_of(case),
        "sources": progress.sources_at(now),
        "looks": looks_of(case.ref),
        "now": now,
    }
    return render(request, "cases/mine.html", context)
