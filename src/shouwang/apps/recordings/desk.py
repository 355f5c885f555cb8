"""The desk's pages of stays: the list, somebody coming in, one stay with its steps, and the answer to a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.models import Matter
from shouwang.apps.people.usecases import masked, record_look
from shouwang.apps.recordings import policy, queries, usecases
from shouwang.apps.recordings.forms import (
    AskForm,
    BringInForm,
    DecideForm,
    ExplainForm,
    LeaveForm,
    LimitForm,
    MoveForm,
    NewCodeForm,
    StepForm,
)
from shouwang.apps.recordings.limits import COPY_RULE, limits_of
from shouwang.apps.recordings.models import CopyRequest, Stay
from shouwang.apps.recordings.web import door
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import Verdict, require

#: The lists of the page, by `?show=`.
SHOWN = ("inside", "gaps", "asked", "all")


@at_desk
@require_GET
def stay_list(request: HttpRequest) -> HttpResponse:
    """Who is inside now and until when; gaps nobody explained; requests that wait; the last month. Without names."""
    officer, now = officer_of(request), timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    asked = queries.waiting_requests(officer) if show == "asked" else []
    rows = queries.stays_for(officer, show, now) if show != "asked" else []
    context = desk_context(
        request,
        show=show,
        rows=rows,
        asked=asked,
        figures=queries.figures(rows) if show == "all" else None,
        clashes=queries.named_clashes(officer, now) if show == "gaps" else [],
        may_register=policy.may_register(officer),
        may_answer_for=policy.may_answer_for(officer),
        may_keep_lists=policy.may_keep_lists(officer),
    )
    return render(request, "recordings/list.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody enters; ends with the sheet that tells of the right to a copy."""
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    officer, now = officer_of(request), timezone.now()
    verdict = policy.may_bring_in(officer, one)
    initial = {"client_id": get_random_string(22), "entered_at": now.replace(second=0)}
    form = BringInForm(request.POST or None, initial=initial, matter=one)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["client_id"] = f"desk:{given['client_id']}"[:40] if given["client_id"] else None
        try:
            return notice(request, usecases.bring_in(one, by=officer, at=now, **given))
        except RuleBroken as why:
            form.add_error(None, why.whole)
    record_look(officer, one.ref, person=one.reporter, what=("bring-in",), reason=verdict.reason, at=now)
    context = desk_context(request, form=form, matter=one, verdict=verdict, current=number)
    return render(request, "recordings/bring_in.html", context, status=400 if form.errors else 200)


def notice(request: HttpRequest, entered: usecases.Entered) -> HttpResponse:
    """The sheet for the person. The code stands on it once; a retry shows the sheet without."""
    stay, code = entered.stay, entered.code
    context = {"stay": stay, "term": source_of(rule_at(COPY_RULE, stay.entered_at)), **door.printed(code)}
    return render(request, "recordings/notice.html", context)


def _stay(request: HttpRequest, pk: int) -> Stay:
    return get_object_or_404(Stay.objects.visible_to(officer_of(request)).for_lists(), pk=pk)


@at_desk
@require_GET
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """One stay: where they were, what is recorded, what is missing, what they asked for. A look, and recorded as one."""
    return _show(request, _stay(request, pk))


def _show(request: HttpRequest, one: Stay, what: str = "", bound: StepForm | None = None) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    verdict = require(policy.may_read(officer, one))
    record_look(officer, one.ref, person=one.person, what=("stay",), reason=verdict.reason, at=now)
    (covered,) = queries.coverage([one], now)
    forms = {key: bound if key == what else STEPS[key].fresh(one, now) for key in _open_steps(one, officer)}
    asks = list(one.requests.select_related("decided_by", "taken_by", "against__decided_by", "stay__unit"))
    context = desk_context(
        request,
        stay=one,
        matter=one.matter,
        covered=covered,
        gaps=_with_forms(covered, bound if what == "explain" else None, policy.may_explain(officer, one)),
        name=masked(one.person.name or one.person.pseudonym) if one.person else "",
        moves=_spans(one, covered.until),
        requests=[(ask, policy.may_decide(officer, ask)) for ask in asks],
        forms=forms,
        wrong=what if bound is not None else "",
    )
    return render(request, "recordings/stay.html", context, status=400 if bound is not None else 200)


def _spans(one: Stay, until: datetime) -> list[tuple[str, datetime, datetime]]:
    moves = sorted(one.moves.all(), key=lambda move: move.at)
    ends = [*(move.at for move in moves[1:]), until]
    return [(move.place.name, move.at, end) for move, end in zip(moves, ends, strict=True)]


def _with_forms(
    covered: queries.Coverage, bound: StepForm | None, may: Verdict
) -> list[tuple[queries.GapSeen, StepForm | None]]:
    """Each gap, with a form while nobody explained it; the one that was refused keeps what was typed."""
    found: list[tuple[queries.GapSeen, StepForm | None]] = []
    for n, seen in enumerate(covered.gaps):
        given = ExplainForm.initial_of(seen.gap.since, seen.gap.until)
        form: StepForm | None = None
        if seen.explained is None and may:
            form = ExplainForm(stay=covered.stay, initial=given, auto_id=f"gap{n}_%s")
            if bound is not None and bound.data.get("since") == given["since"]:
                form = bound
        found.append((seen, form))
    return found


@dataclass(frozen=True)
class Step:
    """One thing to do with a stay: its form, who may, what it does, and when. A step that gives a code ends with the sheet."""

    form: type[StepForm]
    may: Callable[[Officer, Stay], Verdict]
    do: Callable[[Stay, Officer, dict[str, Any], datetime], object]
    when: Callable[[Stay], bool] = lambda _stay: True
    moment: str = ""

    def fresh(self, one: Stay, now: datetime) -> StepForm:
        initial: dict[str, Any] = {"client_id": get_random_string(22), "rule": one.rule}
        if self.moment:
            initial[self.moment] = now.replace(second=0)
        return self.form(stay=one, initial=initial, auto_id=f"{self.form.__name__}_%s")


STEPS: dict[str, Step] = {
    "move": Step(
        MoveForm,
        policy.may_work,
        lambda s, by, d, at: usecases.move(s, by=by, place=d["place"], since=d["since"], at=at),
        moment="since",
    ),
    "leave": Step(
        LeaveForm,
        policy.may_work,
        lambda s, by, d, at: usecases.leave(s, by=by, left_at=d["left_at"], notice=d["notice"], at=at),
        when=lambda s: s.left_at is None,
        moment="left_at",
    ),
    "limit": Step(
        LimitForm,
        policy.may_explain,
        lambda s, by, d, at: usecases.change_limit(s, by=by, rule=d["rule"], words=d["words"], at=at),
        when=lambda s: s.left_at is None and bool(limits_of(s.came)),
    ),
    "request": Step(
        AskForm,
        policy.may_work,
        lambda s, by, d, at: usecases.ask(
            s,
            by=by,
            asks=d["asks"],
            since=d["since"],
            until=d["until"],
            words=d["words"],
            at=at,
            client_id=f"desk:{d['client_id']}"[:40] if d["client_id"] else None,
        ),
    ),
    "code": Step(
        NewCodeForm, policy.may_work, lambda s, by, d, at: usecases.new_code(s, by=by, reason=d["reason"], at=at)
    ),
    "explain": Step(
        ExplainForm,
        policy.may_explain,
        lambda s, by, d, at: usecases.explain(s, by=by, since=d["since"], until=d["until"], words=d["words"], at=at),
        when=lambda _s: False,  # its forms stand with the gaps
    ),
}


def _open_steps(one: Stay, officer: Officer) -> list[str]:
    """What this officer may do with the stay now. The rules are few, and asked once each."""
    rules = {rule: bool(rule(officer, one)) for rule in {step.may for step in STEPS.values()}}
    return [key for key, step in STEPS.items() if rules[step.may] and step.when(one)]


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Carry out one step. A refusal keeps what was typed."""
    one, chosen = _stay(request, pk), STEPS.get(what)
    if chosen is None:
        raise Http404
    officer = officer_of(request)
    require(chosen.may(officer, one))
    form = chosen.form(request.POST, stay=one, auto_id=f"{chosen.form.__name__}_%s")
    if form.is_valid():
        try:
            done = chosen.do(one, officer, form.cleaned_data, timezone.now())
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return notice(request, done) if isinstance(done, usecases.Entered) else redirect("recordings:stay", pk=pk)
    return _show(request, one, what, form)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, number and looks of the person, for a written reason. Shown once, recorded for good, told to the person."""
    one, officer = _stay(request, pk), officer_of(request)
    require(matters.may_look(officer))
    reason = request.POST.get("reason", "").strip()[:200] if request.method == "POST" else ""
    if reason:
        record_look(officer, one.ref, person=one.person, what=("name", "id_number"), reason=reason, at=timezone.now())
    missing = request.method == "POST" and not reason
    context = desk_context(request, stay=one, matter=one.matter, reason=reason, missing=missing)
    return render(request, "recordings/who.html", context, status=400 if missing else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or deny a request."""
    asked = get_object_or_404(
        CopyRequest.objects.select_related("stay__unit", "stay__matter", "stay__person", "against"),
        pk=pk,
        stay__in=Stay.objects.visible_to(officer_of(request)).values("pk").order_by(),
    )
    officer, now = officer_of(request), timezone.now()
    verdict = policy.may_decide(officer, asked)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["granted"] = given["granted"] == "yes"
        try:
            usecases.decide(asked, by=officer, at=now, **given)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("recordings:stay", pk=asked.stay_id)
    record_look(officer, asked.stay.ref, person=asked.stay.person, what=("request",), reason=verdict.reason, at=now)
    context = desk_context(
        request,
        form=form,
        asked=asked,
        stay=asked.stay,
        matter=asked.stay.matter,
        verdict=verdict,
        source=source_of(rule_at(asked.rule, asked.asked_at)),
    )
    return render(request, "recordings/decide.html", context, status=400 if form.errors else 200)
