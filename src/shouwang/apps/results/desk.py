"""The desk where public texts of penalty decisions are written by one and passed by another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.penalties.judging import act_name, measure_now, says_measure
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.results import forms, policy, queries, usecases
from shouwang.apps.results.anonymous import telling, the_rule
from shouwang.apps.results.models import Decision, State, Whom
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.errors import Refused, RuleBroken
from shouwang.kernel.policy import Verdict, require

#: What a look at a text that is not public yet is called.
LOOK = "published-text"


def _looked(officer: Officer, penalty: Penalty, now: datetime) -> None:
    """Whoever works with a text that is not public looks at what the case says; once in some minutes that is written down."""
    if not looked_lately(officer, penalty.ref, what=LOOK, at=now):
        reason = _("写、审要公开的处罚决定")
        record_look(officer, penalty.ref, person=penalty.party.person, what=(LOOK,), reason=reason, at=now)


@at_desk
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What may be published, what waits for a second pair of eyes, what is public, and whose decisions are published."""
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    mine = list(Decision.objects.kept_by(officer).for_lists().order_by("-written_at")[: queries.MOST])
    station = officer.unit.station
    context = desk_context(
        request,
        begin=[
            (one, act_name(one.act), says_measure(measure_now(one)))
            for one in queries.to_begin(officer)
            if policy.may_prepare(officer, one)
        ],
        waiting=[(queries.row_of(one), queries.says_state(one)) for one in mine if one.state == State.PROPOSED],
        drafts=[(queries.row_of(one), queries.says_state(one)) for one in mine if one.state == State.DRAFT],
        public=[queries.row_of(one) for one in mine if one.state == State.PUBLISHED],
        gone=[one for one in mine if one.state == State.WITHDRAWN],
        settings=[
            {
                "whom": whom,
                "on": usecases.is_on(station, whom),
                "said": usecases.setting_of(station, whom),
                "form": forms.SwitchForm(
                    auto_id=f"{whom}_%s", initial={"whom": whom.value, "on": "0" if usecases.is_on(station, whom) else "1"}
                ),
            }
            for whom in Whom
            if station.kind == Unit.Kind.STATION
        ],
        station=station,
        may_set=policy.may_set(officer, station),
    )  # fmt: skip
    return render(request, "results/desk.html", context)


@at_desk
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Publish somebody's decisions from now on, or no more."""
    officer, form = officer_of(request), forms.SwitchForm(request.POST)
    station = officer.unit.station
    require(policy.may_set(officer, station))
    if form.is_valid():
        usecases.switch(station, by=officer, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("记下了，大家看得到理由和依据。"))
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect("results:desk")


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def of_penalty(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a decision may be published; a press makes the draft."""
    officer, now = officer_of(request), timezone.now()
    rows = Penalty.objects.visible_to(officer).for_lists().select_related("party__person")
    penalty = get_object_or_404(rows, pk=pk)
    require(policy.may_prepare(officer, penalty))
    if request.method == "POST":
        try:
            made = usecases.begin(penalty, by=officer, at=now)
        except Refused:
            raise
        except RuleBroken as why:
            messages.error(request, why.whole)
            return redirect("results:of", pk=pk)
        return redirect("results:desk-decision", pk=made.pk)
    earlier = Decision.objects.filter(penalty=penalty).first()
    if earlier is not None and earlier.state != State.WITHDRAWN:
        return redirect("results:desk-decision", pk=earlier.pk)
    context = desk_context(
        request,
        penalty=penalty,
        act=act_name(penalty.act),
        measure=says_measure(measure_now(penalty)),
        why_not=usecases.why_not(penalty),
        rule=the_rule(),
    )
    return render(request, "results/of.html", context)


def _decision(request: HttpRequest, pk: int) -> Decision:
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    one = get_object_or_404(Decision.objects.kept_by(officer).for_lists(), pk=pk)
    require(policy.may_prepare(officer, one.penalty))
    return one


@dataclass(frozen=True)
class Step:
    """One thing to do with a text: its button and form, who may, what it does."""

    title: str | Promise
    form: type[django_forms.Form]
    may: Callable[[Officer, Decision], Verdict]
    do: Callable[[Decision, Officer, dict[str, Any], datetime], object]
    when: frozenset[str]
    icon: str = "check"
    ghost: bool = False


STEPS: dict[str, Step] = {
    "hand-in": Step(
        gettext_lazy("交给领导审"),
        forms.SeenForm,
        policy.may_write,
        lambda one, by, given, at: usecases.hand_in(one, by=by, seen=given["seen"], at=at),
        frozenset({State.DRAFT}),
        icon="send",
    ),
    "publish": Step(
        gettext_lazy("审过了，公开"),
        forms.SeenForm,
        policy.may_pass,
        lambda one, by, given, at: usecases.publish(one, by=by, seen=given["seen"], at=at),
        frozenset({State.PROPOSED}),
        icon="eye",
    ),
    "back": Step(
        gettext_lazy("退回去改"),
        forms.BackForm,
        policy.may_pass,
        lambda one, by, given, at: usecases.send_back(one, by=by, words=given["words"], at=at),
        frozenset({State.PROPOSED}),
        icon="back",
        ghost=True,
    ),
    "withdraw": Step(
        gettext_lazy("撤下来"),
        forms.WithdrawForm,
        policy.may_withdraw,
        lambda one, by, given, at: usecases.withdraw(one, by=by, at=at, **given),
        frozenset({State.PUBLISHED}),
        icon="close",
        ghost=True,
    ),
}


def _show(
    request: HttpRequest, one: Decision, *, written: forms.WriteForm | None = None, what: str = "", bound: Any = None
) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    _looked(officer, one.penalty, now)
    seen = {"seen": one.changed}
    steps = [
        (key, step, bound if key == what else step.form(initial=seen, auto_id=f"{key}_%s"))
        for key, step in STEPS.items()
        if one.state in step.when and step.may(officer, one)
    ]
    may_write = bool(policy.may_write(officer, one))
    form = written or forms.WriteForm(initial={"facts": one.facts, **seen})
    context = desk_context(
        request,
        decision=one,
        row=queries.row_of(one),
        matter=one.penalty.case.matter,
        current=one.penalty.case.matter.number,
        stands=queries.says_state(one),
        form=form if may_write else None,
        steps=steps,
        pass_verdict=policy.may_pass(officer, one) if one.state == State.PROPOSED else None,
        telling=telling(one.facts, one.penalty) if one.facts and one.state in {State.DRAFT, State.PROPOSED} else [],
        why_not=usecases.why_not(one.penalty) if one.state in {State.DRAFT, State.PROPOSED} else "",
        rule=the_rule(),
    )
    wrong = bound is not None or (written is not None and bool(written.errors))
    return render(request, "results/desk_decision.html", context, status=400 if wrong else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One text: written here, and what of it still tells who somebody is."""
    decision, officer = _decision(request, pk), officer_of(request)
    if request.method != "POST":
        return _show(request, decision)
    require(policy.may_write(officer, decision))
    form = forms.WriteForm(request.POST)
    if form.is_valid():
        try:
            usecases.write(decision, by=officer, at=timezone.now(), **form.cleaned_data)
        except Refused:
            raise
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            messages.success(request, _("存好了。"))
            return redirect("results:desk-decision", pk=pk)
    return _show(request, decision, written=form)


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Carry out one step. A refusal keeps what was typed."""
    decision, chosen = _decision(request, pk), STEPS.get(what)
    if chosen is None:
        raise Http404
    officer = officer_of(request)
    if decision.state in chosen.when:
        require(chosen.may(officer, decision))
    form = chosen.form(request.POST, auto_id=f"{what}_%s")
    if form.is_valid():
        try:
            chosen.do(decision, officer, dict(form.cleaned_data), timezone.now())
        except Refused:
            raise
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("results:desk-decision", pk=pk)
    return _show(request, decision, what=what, bound=form)
