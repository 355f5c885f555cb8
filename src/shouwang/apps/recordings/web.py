"""The pages of the person of a stay: opened by the code on their sheet, and by nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters.danger import help_for
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.own_code import CodeDoor
from shouwang.apps.matters.queries import looks_of
from shouwang.apps.matters.views import to_new_matter
from shouwang.apps.recordings import queries, usecases
from shouwang.apps.recordings.forms import AgainForm, AskForm, CodeForm
from shouwang.apps.recordings.limits import COPY_RULE, REMEDY_RULE
from shouwang.apps.recordings.models import CopyRequest, Stay, StayCode
from shouwang.kernel.errors import RuleBroken

door = CodeDoor(
    StayCode,
    session_key="stay",
    opens_with=usecases.open_code,
    page="recordings:mine",
    form=CodeForm,
    heading=gettext_lazy("填告知书上的码"),
)


def _mine(request: HttpRequest) -> Stay | None:
    """The stay whose code was entered in this browser last, while that code is good."""
    code = door.held(request)
    return Stay.objects.for_lists().get(pk=code.stay_id) if code else None


def _needed(request: HttpRequest) -> Stay:
    found = _mine(request)
    if found is None:
        raise Http404
    return found


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Where I was, what is recorded, what I asked for and what was answered, and who looked."""
    stay = _mine(request)
    if stay is None:
        return redirect("recordings:code")
    now = timezone.now()
    (covered,) = queries.coverage([stay], now)
    asked = list(stay.requests.select_related("decided_by"))
    open_ = any(one.decided_at is None for one in asked)
    context = _frame(stay, now) | {
        "covered": covered,
        "gaps": [(seen, None) for seen in covered.gaps],
        "requests": [(one, None) for one in asked],
        "may_ask": not open_,
        "denied": _denied(asked),
        "looks": looks_of(stay.ref),
        "remedy": source_of(rule_at(REMEDY_RULE, now)),
    }
    return render(request, "recordings/mine.html", context)


def _frame(stay: Stay, now: datetime) -> dict[str, Any]:
    return {"stay": stay, "now": now, "term": source_of(rule_at(COPY_RULE, now))}


def _denied(asked: list[CopyRequest]) -> CopyRequest | None:
    """The denial against which the person can still ask."""
    again = {one.against_id for one in asked}
    found = [one for one in asked if one.granted is False and one.against_id is None and one.pk not in again]
    return found[-1] if found else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A copy, or to see it: all of it unless a time is given. No reason is asked for."""
    stay, now = _needed(request), timezone.now()
    form = AskForm(request.POST or None, stay=stay, initial={"client_id": get_random_string(22)})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["client_id"] = f"web:{given['client_id']}"[:40] if given["client_id"] else None
        try:
            usecases.ask(stay, at=now, **given)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return _after(request, stay, given["words"], now)
    return render(
        request, "recordings/ask.html", _frame(stay, now) | {"form": form}, status=400 if form.errors else 200
    )


def _after(request: HttpRequest, stay: Stay, words: str, at: datetime) -> HttpResponse:
    """Back to one's own page; to the call for help that the words became, when they sound of danger."""
    opened = help_for(stay.unit, words, at=at)
    return redirect("recordings:mine") if opened is None else to_new_matter(request, opened)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """I do not agree with the denial."""
    stay, now = _needed(request), timezone.now()
    denied = _denied(list(stay.requests.all()))
    form = AgainForm(request.POST or None, stay=stay)
    if request.method == "POST" and denied is not None and form.is_valid():
        try:
            usecases.ask_again(denied, words=form.cleaned_data["words"], at=now)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return _after(request, stay, form.cleaned_data["words"], now)
    context = _frame(stay, now) | {"form": form, "denied": denied, "remedy": source_of(rule_at(REMEDY_RULE, now))}
    return render(request, "recordings/again.html", context, status=400 if form.errors else 200)
