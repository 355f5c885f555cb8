"""The desk where promises are made. Nothing here can change a scorecard: no address takes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.matters.clock import calendar
from shouwang.apps.matters.models import Matter
from shouwang.apps.promises import phrases, policy, reckoning, usecases
from shouwang.apps.promises.counting import in_force_on, span_of
from shouwang.apps.promises.facts import facts_of
from shouwang.apps.promises.forms import PromiseForm, typed
from shouwang.apps.promises.models import Promise, Proposal
from shouwang.apps.promises.reckoning import Outcome
from shouwang.apps.promises.views import stands_of, whole_of
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require

#: Matters that are listed under a promise, the latest first.
LISTED = 30
BAD = frozenset({Outcome.BROKEN, Outcome.OVERDUE})


def _said(refused: RuleBroken) -> str:
    return f"{refused.says}{refused.hint}" if str(refused.hint) != refused.says else refused.says


@at_desk
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this officer's station promises, and what is proposed."""
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    mine = list(Promise.objects.kept_by(officer).with_all().order_by("station__path", "pk"))
    context = desk_context(
        request,
        proposed=[one for one in mine if _proposal(one) is not None],
        rows=[stands_of(one) for one in mine if one.current_id and one.ended_at is None],
        ended=[one for one in mine if one.ended_at is not None],
    )
    return render(request, "promises/desk.html", context)


def _proposal(promise: Promise) -> Proposal | None:
    return getattr(promise, "proposal", None)


def _bound(request: HttpRequest, promise: Promise | None) -> PromiseForm:
    shown = (_proposal(promise) or promise.current) if promise else None
    form = PromiseForm(request.POST if request.method == "POST" else None, initial=typed(shown))
    if promise is not None and promise.current is not None:
        form.fields["measure"].disabled = True  # another measure is another promise
    return form


def _propose(request: HttpRequest, form: PromiseForm, promise: Promise | None) -> Promise | None:
    """Hand it in; None when the form or the house says no, and the form says why."""
    officer = officer_of(request)
    if not form.is_valid():
        return None
    station = promise.station if promise else officer.unit.station
    try:
        proposal = usecases.propose(station, by=officer, promise=promise, at=timezone.now(), **form.proposed())
    except RuleBroken as refused:
        if refused.status == 403:
            raise
        form.add_error(None, _said(refused))
        return None
    messages.success(request, _("交给领导了，生效以后大家才看得到。"))
    return proposal.promise


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose a promise for the own station."""
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    form = _bound(request, None)
    if request.method == "POST" and (made := _propose(request, form, None)):
        return redirect("promises:desk-promise", pk=made.pk)
    context = desk_context(request, form=form)
    return render(request, "promises/new.html", context, status=400 if form.errors else 200)


def _promise(request: HttpRequest, pk: int) -> Promise:
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    return get_object_or_404(Promise.objects.kept_by(officer).with_all(), pk=pk)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise at the desk: how it stands, what is proposed, which matters it was not kept for, and the form of another wording."""
    promise = _promise(request, pk)
    form = _bound(request, promise)
    if request.method == "POST" and _propose(request, form, promise):
        return redirect("promises:desk-promise", pk=pk)
    officer, proposal = officer_of(request), _proposal(promise)
    more: dict[str, Any] = whole_of(promise) if promise.current else {"promise": promise}
    if proposal is not None:
        more["proposed"] = {
            "measured": phrases.measured(proposal.reckoned),
            "scope": phrases.scope(proposal.reckoned),
        }
    context = desk_context(
        request,
        form=form,
        proposal=proposal,
        bad=list(_bad_ones(request, promise)),
        may_put_in_force=policy.may_put_in_force(officer, promise),
        may_lead=policy.may_lead(officer, promise),
        **more,
    )
    return render(request, "promises/desk_promise.html", context, status=400 if form.errors else 200)


def _bad_ones(request: HttpRequest, promise: Promise) -> Iterator[tuple[Matter, str]]:
    """Matters of the running period for which it was not kept, as far as this officer may see them, each with its sentence."""
    now = timezone.localtime()
    version = in_force_on(promise.versions.all(), now.date())
    if version is None:
        return
    rule = version.reckoned
    span = span_of(promise, version, reckoning.first_of(rule.every, now.date()), rule.every)
    if span is None:
        return
    facts = facts_of(rule.measure, promise.station, *span)
    answers = [(fact, reckoning.answer(rule, fact, now, calendar())) for fact in facts if rule.covers(fact)]
    bad = sorted(((f, a) for f, a in answers if a.outcome in BAD), key=lambda pair: pair[0].began, reverse=True)
    keys = [fact.key for fact, _answer in bad]
    seen = {one.pk: one for one in Matter.objects.visible_to(viewer_of(request)).filter(pk__in=keys)}
    listed = [(fact, answer) for fact, answer in bad if fact.key in seen][:LISTED]
    for fact, answer in listed:
        yield seen[fact.key], phrases.explain(rule, fact, answer, now)


def _seen(request: HttpRequest) -> int:
    given = request.POST.get("seen", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def _put_in_force(request: HttpRequest, promise: Promise, officer: Officer) -> str:
    version = usecases.put_in_force(promise, by=officer, seen=_seen(request), at=timezone.now())
    return _("生效了，从 %(day)s 收到的事算起。") % {"day": version.since}


def _send_back(request: HttpRequest, promise: Promise, officer: Officer) -> str:
    reason = request.POST.get("reason", "")
    usecases.send_back(promise, by=officer, seen=_seen(request), reason=reason, at=timezone.now())
    return _("退回去了，提的人会看到理由。")


def _end(request: HttpRequest, promise: Promise, officer: Officer) -> str:
    usecases.end(promise, by=officer, reason=request.POST.get("reason", ""), at=timezone.now())
    return _("结束了。页面、理由和每个月的成绩都留着。")


def _answer(request: HttpRequest, promise: Promise, officer: Officer) -> str:
    given = request.POST
    usecases.answer_call(
        promise, by=officer, call=given.get("call", ""), words=given.get("words", ""), at=timezone.now()
    )
    return _("记下了，大家看得到。")


STEPS: dict[str, Callable[[HttpRequest, Promise, Officer], str]] = {
    "put-in-force": _put_in_force,
    "send-back": _send_back,
    "end": _end,
    "answer": _answer,
}


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """One press on a promise. A refusal is said on its page."""
    promise = _promise(request, pk)
    if what not in STEPS:
        raise Http404
    try:
        messages.success(request, STEPS[what](request, promise, officer_of(request)))
    except RuleBroken as refused:
        if refused.status == 403:
            raise
        messages.error(request, _said(refused))
    return redirect("promises:desk-promise", pk=pk)
