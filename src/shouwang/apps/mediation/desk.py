"""The desk's pages of mediation: the list, the beginning, and one mediation with its steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.mediation import forms, policy, queries, usecases
from shouwang.apps.mediation.conditions import (
    ALONE_RULE,
    DOC_RULE,
    END_RULE,
    PEOPLE_RULE,
    facts_of,
    held_days,
    judged,
    said,
    second_by,
)
from shouwang.apps.mediation.errors import WrongMoment
from shouwang.apps.mediation.models import Clause, Done, Mediation, Meeting, Side, State, Way
from shouwang.apps.mediation.usecases.agreeing import AGREEMENTS, FOLLOW_UP, stands_on_paper
from shouwang.apps.mediation.usecases.meeting import common_times
from shouwang.apps.mediation.web import door
from shouwang.apps.mediation.words import clause_says, time_of
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.models import State as PaperState
from shouwang.apps.people.usecases import looked_lately, masked, record_look
from shouwang.apps.units.models import Officer
from shouwang.engines.clocks import Term, due
from shouwang.engines.mediation import Met
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import Verdict, require

#: The lists of the page, by `?show=`.
SHOWN = ("due", "open", "agreed", "all")


@at_desk
@require_GET
def mediation_list(request: HttpRequest) -> HttpResponse:
    """What is due or to be visited, what is being talked, what waits to be performed, and the last year in numbers. Without names."""
    officer, now = officer_of(request), timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    figures = queries.figures(officer, now) if show == "all" else None
    context = desk_context(
        request, show=show, rows=queries.shown(officer, show, now), figures=figures, today=timezone.localdate(now)
    )
    return render(request, "mediation/list.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Two sides, and whether the law allows it. What it does not allow is said with the article; everything typed stays."""
    matter = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    officer, now = officer_of(request), timezone.now()
    verdict = policy.may_begin(officer, matter)
    ways = policy.ways_of(matter) or [Way.CIVIL]
    asked = request.POST.get("way") or request.GET.get("way", "")
    way = Way(asked) if asked in ways else ways[0]
    initial = {"client_id": get_random_string(22)}
    form = forms.BeginForm(request.POST or None, matter=matter, way=way, at=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = usecases.begin(
                matter,
                by=officer,
                way=way,
                conditions=form.conditions,
                sides=form.sides,
                at=now,
                client_id=form.cleaned_data["client_id"] or None,
            )
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("mediation:mediation", pk=made.pk)
    context = desk_context(
        request,
        form=form,
        matter=matter,
        current=number,
        verdict=verdict,
        way=way,
        ways=[(one.value, one.label) for one in ways],
        sides=form.of_sides(),
        conditions=form.of_conditions(),
    )
    return render(request, "mediation/begin.html", context, status=400 if form.errors else 200)


def _mediation(request: HttpRequest, pk: int) -> Mediation:
    rows = Mediation.objects.visible_to(officer_of(request)).select_related("matter__unit__parent", "mediator")
    return get_object_or_404(rows.prefetch_related("sides__person", "sides__keys"), pk=pk)


def _look(officer: Officer, one: Mediation, reason: str, at: datetime, *fields: str) -> None:
    """Both sides are people: each of them is looked at, and the reporter reads by whom. Within minutes it is one look."""
    what = (f"mediation:{one.pk}", *fields)
    if fields or not looked_lately(officer, one.matter.ref, what=what[0], at=at):
        for side in one.sides.all():
            record_look(officer, one.matter.ref, person=side.person, what=what, reason=reason, at=at)


@at_desk
@require_GET
def mediation(request: HttpRequest, pk: int) -> HttpResponse:
    """One mediation with all that was said and agreed, and its next steps. A look, and recorded as one."""
    return _show(request, _mediation(request, pk))


@dataclass(frozen=True, slots=True)
class Bound:
    """The form that was refused, and which one it was."""

    what: str
    form: forms.StepForm


def _show(request: HttpRequest, one: Mediation, bound: Bound | None = None) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    verdict = require(policy.may_read(officer, one))
    _look(officer, one, verdict.reason, now)
    work, handle = policy.may_work(officer, one), policy.may_handle(officer, one)
    found = judged(facts_of(one, one.sides.all(), days=[]), now)
    reasons = [said(reason, now) for reason in found.reasons]
    papers = list(Paper.objects.filter(about=one.ref).exclude(state=PaperState.VOID).order_by("pk"))
    second = second_by(held_days(one)) if one.way == Way.POLICE else None
    context = desk_context(
        request,
        mediation=one,
        matter=one.matter,
        current=one.matter.number,
        open_reasons=[one for one in reasons if one.met != Met.YES],
        met_reasons=[one for one in reasons if one.met == Met.YES],
        found=found,
        sides=[_side_row(one, side, bound, bool(work)) for side in one.sides.all()],
        meetings=_meetings(one),
        clauses=[_clause_row(one, row, bound, bool(work), now) for row in one.clauses.order_by("pk")],
        forms=_forms(one, officer, bound, now),
        wrong=bound.what if bound else "",
        may_work=work,
        may_handle=handle,
        second_by=second,
        papers=papers,
        agreement=next((paper for paper in papers if paper.kind in AGREEMENTS.values()), None),
        agreement_kind=AGREEMENTS.get(one.way, ""),
        follow_up=next((paper for paper in papers if paper.kind == FOLLOW_UP), None),
        on_paper=stands_on_paper(one),
        court_by=_court_by(one),
        rules={name: source_of(rule_at(rule, now)) for name, rule in _RULES.items()},
        today=timezone.localdate(now),
    )
    return render(request, "mediation/mediation.html", context, status=400 if bound is not None else 200)


_RULES = {"end": END_RULE, "doc": DOC_RULE, "alone": ALONE_RULE, "people": PEOPLE_RULE, "self": policy.SELF_RULE}


def _court_by(one: Mediation) -> date | None:
    """Until when both may ask a court to confirm what they agreed; only of a quarrel that is no case."""
    if one.way != Way.CIVIL or one.agreed_at is None or one.state == State.FAILED:
        return None
    return due(timezone.localdate(one.agreed_at), Term.of(rule_at(PEOPLE_RULE, one.agreed_at)), clock.calendar()).on


def _side_row(one: Mediation, side: Side, bound: Bound | None, may: bool) -> dict[str, Any]:
    what = f"side-{side.code}"
    form = bound.form if bound and bound.what == what else None
    if form is None and may and one.is_running:
        names = ("minor", "guardian", "stands_alone", "proxy", "tellable")
        more = json.loads(side.particulars or "{}")
        initial = {name: getattr(side, name) for name in names} | {
            name: more.get(name, "") for name in ("sex", "born", "home")
        }
        initial |= {"willing": forms.said(side.willing), "guarded": forms.said(side.guarded)}
        form = forms.SideForm(mediation=one, initial=initial, auto_id=f"{what}_%s")
    handing = f"hand-{side.code}"
    wrong = bound.form if bound and bound.what == handing else None
    return {
        "side": side,
        "name": masked(side.person.name or side.person.pseudonym),
        "form": form,
        "what": what,
        "hand": wrong or (forms.HandForm(mediation=one, auto_id=f"{handing}_%s") if may else None),
        "handed": any(key.revoked_at is None for key in side.keys.all()),
    }


def _clause_row(one: Mediation, clause: Clause, bound: Bound | None, may: bool, now: datetime) -> dict[str, Any]:
    what = f"word-{clause.pk}"
    form = bound.form if bound and bound.what == what else None
    if form is None and may and one.state == State.AGREED and clause.done != Done.PERFORMED:
        form = forms.WordForm(mediation=one, initial={"client_id": get_random_string(22)}, auto_id=f"{what}_%s")
    words = list(clause.said.select_related("officer"))
    bodies = dict(
        Entry.objects.filter(matter=one.matter_id, seq__in=[word.seq for word in words]).values_list("seq", "body")
    )
    late = (
        one.state == State.AGREED and clause.done in {Done.DUE, Done.PART} and clause.due_on < timezone.localdate(now)
    )
    return {
        "clause": clause,
        "says": clause_says(clause),
        "form": form,
        "what": what,
        "late": late,
        "words": [(word, bodies.get(word.seq, "")) for word in words],
    }


def _meetings(one: Mediation) -> list[dict[str, Any]]:
    rows = one.meetings.prefetch_related("attendances__side")
    return [
        {
            "meeting": meeting,
            "times": [time_of(datetime.fromisoformat(time)) for time in meeting.times],
            "common": [time_of(time) for time in common_times(meeting)],
            "attendances": [
                (row, [time_of(datetime.fromisoformat(time)) for time in row.fits or []])
                for row in meeting.attendances.all()
            ],
        }
        for meeting in rows
    ]


@dataclass(frozen=True)
class Step:
    """One thing to do with a mediation: its form, who may, when, what it does, and what the form begins with."""

    form: type[forms.StepForm]
    may: Callable[[Officer, Mediation], Verdict]
    when: Callable[[Mediation], bool]
    do: Callable[[Mediation, Officer, Any, datetime], object]
    initial: Callable[[Mediation, datetime], dict[str, Any]] = lambda _one, _now: {}

    def fresh(self, what: str, one: Mediation, now: datetime) -> forms.StepForm:
        initial = {"client_id": get_random_string(22), **self.initial(one, now)}
        return self.form(mediation=one, initial=initial, auto_id=f"{what}_%s")


class _ConditionsStep(forms.ConditionsForm, forms.StepForm):
    """The conditions of one mediation, as a step."""

    def __init__(self, *args: Any, mediation: Mediation, **kwargs: Any) -> None:
        super().__init__(*args, way=mediation.way, at=mediation.opened_at, mediation=mediation, **kwargs)


def _open(one: Mediation) -> bool:
    return one.state == State.OPEN


def _talks(one: Mediation) -> bool:
    return one.state == State.OPEN and one.way != Way.SELF


def _ahead(one: Mediation) -> Meeting | None:
    return one.meetings.filter(held_at=None).first()


def _needed(one: Mediation) -> Meeting:
    ahead = _ahead(one)
    if ahead is None:
        raise WrongMoment(_("现在没有约着的面谈。"))
    return ahead


def _side_of(one: Mediation, code: str) -> Side:
    return next(side for side in one.sides.all() if side.code == code)


def _hold_initial(one: Mediation, now: datetime) -> dict[str, Any]:
    ahead = _ahead(one)
    when = ahead.at if ahead and ahead.at and ahead.at < now else now.replace(second=0, microsecond=0)
    return {"held_at": when, "place": ahead.place if ahead else one.matter.unit.station.called}


def _fix_initial(one: Mediation, _now: datetime) -> dict[str, Any]:
    ahead = _ahead(one)
    common = common_times(ahead) if ahead else []
    return {"when": common[0]} if common else {}


STEPS: dict[str, Step] = {
    "know": Step(
        _ConditionsStep,
        policy.may_work,
        _open,
        lambda m, by, f, at: usecases.know(m, by=by, conditions=f.conditions, at=at),
        lambda m, _now: forms.ConditionsForm.initial_of(m),
    ),
    "invite": Step(
        forms.InviteForm,
        policy.may_work,
        lambda m: _talks(m) and _ahead(m) is None,
        lambda m, by, f, at: usecases.invite(m, by=by, at=at, **f.given()),
        lambda m, _now: {"place": m.matter.unit.station.called},
    ),
    "fits": Step(
        forms.DeskFitsForm,
        policy.may_work,
        lambda m: _talks(m) and (ahead := _ahead(m)) is not None and ahead.at is None and bool(ahead.times),
        lambda m, by, f, at: usecases.say_fits(
            _needed(m), _side_of(m, f.cleaned_data["of"]), times=f.cleaned_data["fits"], at=at, by=by
        ),
    ),
    "fix": Step(
        forms.FixForm,
        policy.may_work,
        lambda m: _talks(m) and _ahead(m) is not None,
        lambda m, by, f, at: usecases.fix_meeting(_needed(m), by=by, when=f.cleaned_data["when"], at=at),
        _fix_initial,
    ),
    "hold": Step(
        forms.HoldForm,
        policy.may_handle,
        _talks,
        lambda m, by, f, at: usecases.hold(m, by=by, at=at, **f.given()),
        _hold_initial,
    ),
    "clause": Step(
        forms.ClauseForm,
        policy.may_work,
        _talks,
        lambda m, by, f, at: usecases.add_clause(
            m, f.given(), by=by, at=at, client_id=f.cleaned_data["client_id"] or None
        ),
    ),
    "agree": Step(
        forms.AgreeForm,
        policy.may_handle,
        lambda m: _talks(m) and m.clauses.exists(),
        lambda m, by, f, at: usecases.agree(
            m, by=by, at=at, on_spot=f.cleaned_data["on_spot"], recorded=f.cleaned_data["recorded"]
        ),
    ),
    "decide": Step(
        forms.DecideForm,
        policy.may_approve,
        lambda m: m.way == Way.SELF and _open(m),
        lambda m, by, f, at: usecases.decide(
            m,
            by=by,
            approved=f.cleaned_data["approved"] == forms.YES,
            performed=f.cleaned_data["performed"],
            words=f.cleaned_data["words"],
            at=at,
        ),
    ),
    "fail": Step(
        forms.ReasonForm,
        policy.may_handle,
        lambda m: m.is_running,
        lambda m, by, f, at: usecases.fail(m, by=by, why=f.cleaned_data["why"], words=f.cleaned_data["words"], at=at),
    ),
    "heard": Step(
        forms.StepForm,
        policy.may_work,
        lambda m: any(side.waits_since for side in m.sides.all()),
        lambda m, by, _f, at: usecases.heard(m, by=by, at=at),
    ),
    "visit": Step(
        forms.VisitForm,
        policy.may_work,
        lambda m: m.state == State.SETTLED,
        lambda m, by, f, at: usecases.visit(
            m,
            _side_of(m, f.cleaned_data["of"]),
            holds=f.cleaned_data["holds"] == forms.YES,
            words=f.cleaned_data["words"],
            at=at,
            by=by,
        ),
    ),
}


def _forms(one: Mediation, officer: Officer, bound: Bound | None, now: datetime) -> dict[str, forms.StepForm]:
    """The steps this officer may take now. The rules are few, and asked once each."""
    rules = {rule: bool(rule(officer, one)) for rule in {step.may for step in STEPS.values()}}
    return {
        what: bound.form if bound and bound.what == what else step.fresh(what, one, now)
        for what, step in STEPS.items()
        if rules[step.may] and step.when(one)
    }


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Carry out one step. A refusal keeps what was typed; a step whose moment has passed says so."""
    one, chosen = _mediation(request, pk), STEPS.get(what)
    if chosen is None:
        raise Http404
    officer = officer_of(request)
    require(chosen.may(officer, one))
    form = chosen.form(request.POST, mediation=one, auto_id=f"{what}_%s")
    return _carried(request, one, what, form, lambda at: chosen.do(one, officer, form, at))


def _carried(
    request: HttpRequest, one: Mediation, what: str, form: forms.StepForm, do: Callable[[datetime], object]
) -> HttpResponse:
    if form.is_valid():
        try:
            do(timezone.now())
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect(f"{reverse('mediation:mediation', args=[one.pk])}#{what}")
    return _show(request, one, Bound(what, form))


@at_desk
@require_POST
def side(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What is known of one side."""
    one, officer = _mediation(request, pk), officer_of(request)
    require(policy.may_work(officer, one))
    chosen = next((row for row in one.sides.all() if row.code == code), None)
    if chosen is None:
        raise Http404
    form, what = forms.SideForm(request.POST, mediation=one, auto_id=f"side-{code}_%s"), f"side-{code}"
    return _carried(request, one, what, form, lambda at: usecases.about_side(chosen, by=officer, at=at, **form.known()))


@at_desk
@require_POST
def hand(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A code of its own for one side, on a sheet that is shown and printed once and handed over."""
    one, officer = _mediation(request, pk), officer_of(request)
    require(policy.may_work(officer, one))
    chosen = next((row for row in one.sides.all() if row.code == code), None)
    if chosen is None:
        raise Http404
    form, what = forms.HandForm(request.POST, mediation=one, auto_id=f"hand-{code}_%s"), f"hand-{code}"
    if form.is_valid():
        try:
            fresh = usecases.hand_code(chosen, by=officer, reason=form.cleaned_data["reason"], at=timezone.now())
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return _handed(request, one, chosen, fresh)
    return _show(request, one, Bound(what, form))


def _handed(request: HttpRequest, one: Mediation, chosen: Side, code: str) -> HttpResponse:
    context = {"mediation": one, "side": chosen, "unit": one.matter.unit.station, **door.printed(code)}
    return render(request, "mediation/handed.html", context)


@at_desk
@require_POST
def word(request: HttpRequest, pk: int, clause: int) -> HttpResponse:
    """How one clause stands, with a receipt or picture."""
    one, officer = _mediation(request, pk), officer_of(request)
    require(policy.may_work(officer, one))
    row = get_object_or_404(one.clauses, pk=clause)
    form = forms.WordForm(request.POST, request.FILES, mediation=one, auto_id=f"word-{clause}_%s")

    def carry_out(at: datetime) -> None:
        given = form.cleaned_data
        usecases.say(
            row,
            done=given["done"],
            of=given["of"],
            words=given["words"],
            files=keep_uploads(given["attached"], by=officer.ref, client_id=given["client_id"]),
            by=officer,
            at=at,
            client_id=f"desk:{given['client_id']}" if given["client_id"] else None,
        )

    return _carried(request, one, f"word-{clause}", form, carry_out)


@at_desk
@require_POST
def drop(request: HttpRequest, pk: int, clause: int) -> HttpResponse:
    """Not agreed after all. One that is gone already is gone."""
    one, officer = _mediation(request, pk), officer_of(request)
    require(policy.may_work(officer, one))
    row = one.clauses.filter(pk=clause).first()
    if row is not None:
        usecases.drop_clause(row, by=officer, at=timezone.now())
    return redirect(f"{reverse('mediation:mediation', args=[pk])}#clause")


@at_desk
@require_POST
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The agreement or the record of the follow-up, filled in by itself; then the page of papers takes over."""
    one, officer, now = _mediation(request, pk), officer_of(request), timezone.now()
    require(policy.may_work(officer, one))
    made = usecases.begin_paper(one, by=officer, kind=kind, at=now)
    reason = _("写文书《%(title)s》") % {"title": made.title}
    # The papers' own pages open with such a look, as for whoever begins a paper there.
    record_look(officer, one.matter.ref, person=one.matter.reporter, what=(f"paper:{made.pk}",), reason=reason, at=now)
    return redirect("papers:fill" if made.state == PaperState.DRAFT else "papers:paper", pk=made.pk)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """Names and telephones of both, for a written reason. Shown once, recorded for good."""
    one, officer = _mediation(request, pk), officer_of(request)
    require(policy.may_read(officer, one))
    form = forms.LookForm(request.POST or None)
    reason = ""
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        _look(officer, one, reason, timezone.now(), "name", "phone", "id_number")
    context = desk_context(
        request,
        mediation=one,
        matter=one.matter,
        current=one.matter.number,
        form=form,
        reason=reason,
        sides=one.sides.all(),
    )
    return render(request, "mediation/who.html", context, status=400 if form.errors else 200)
