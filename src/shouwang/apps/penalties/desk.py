"""The desk's pages of penalties: the list, a proposal, one on the spot, and one penalty with its steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.cases.looking import is_open as case_is_open
from shouwang.apps.cases.models import Case, Party
from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.matters import policy as matters
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.known import record_of
from shouwang.apps.papers.models import Paper, State
from shouwang.apps.papers.shelves import kinds as paper_kinds
from shouwang.apps.penalties import forms, limits, policy, queries, usecases
from shouwang.apps.penalties.again import earlier
from shouwang.apps.penalties.judging import (
    Said,
    act_name,
    born_of,
    facts_of,
    judge,
    judge_penalty,
    measure_now,
    measure_of,
    said,
    says_measure,
    told_measure,
)
from shouwang.apps.penalties.knows import papers_of
from shouwang.apps.penalties.models import Care, Penalty, Stage
from shouwang.apps.penalties.usecases.proposing import MISFIT
from shouwang.apps.penalties.usecases.spot import examine
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.units.models import Officer
from shouwang.engines.errors import EngineError
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import Verdict, require

#: The lists of the page, by `?show=`.
SHOWN = ("mine", "open", "done")
LOOK = "penalty"


@at_desk
@require_GET
def penalty_list(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is not done, what was done lately; totals without names."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_list(officer))
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    rows = [(one, act_name(one.act), says_measure(measure_now(one))) for one in queries.rows(officer, show, now)]
    context = desk_context(request, rows=rows, show=show, totals=queries.totals(officer, now), most=queries.MOST)
    return render(request, "penalties/list.html", context)


def _case(request: HttpRequest, number: str) -> Case:
    rows = Case.objects.visible_to(officer_of(request)).for_lists()
    return get_object_or_404(rows, matter__number=number)


def _known(case: Case, parties: list[Party], now: datetime) -> dict[str, Any]:
    """What a proposal begins with: nothing that the case knows is typed again."""
    record = record_of(case.matter, now)
    event, evidence = record.get("event", {}), record.get("evidence", [])
    received = timezone.localtime(case.matter.received_at).date().isoformat()
    at = str(event.get("at", ""))[:10] or received
    told = "，".join(part for part in (event.get("at", "")[:16].replace("T", " "), event.get("place", "")) if part)
    facts = "。".join(part for part in (told, event.get("brief", ""), event.get("harm", "")) if part)
    born = born_of(parties[0]) if len(parties) == 1 else None
    return {
        "act_on": at,
        "facts": facts,
        "evidence": "、".join(str(one.get("name", "")) for one in evidence),
        "born_on": born,
        "client_id": get_random_string(22),
    }


def _advice(party: Party, given: dict[str, Any], now: datetime) -> list[Said]:
    """What the law says to a proposal that is typed and not sent."""
    facts = facts_of(
        party,
        act=given["act"],
        grade=given["grade"],
        act_on=given["act_on"],
        born_on=given["born_on"],
        reported_at=party.case.matter.received_at,
        marks=given["marks"],
    )
    beside = {name: given[name] for name in forms.BESIDE}
    return said(judge(facts, measure_of(given["kind"], given["fine"], given["days"], **beside), now))


def _party(case: Case, key: str) -> Party:
    party = get_object_or_404(Party.objects.select_related("person"), case=case, pk=int(key))
    party.case = case
    return party


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a penalty for one party; `check` shows what the law says and keeps everything that was typed."""
    case, officer, now = _case(request, number), officer_of(request), timezone.now()
    require(policy.may_begin(officer, case))
    parties, initial = forms.suspects(case), {}
    if request.method != "POST":
        if not case_is_open(officer, case, now):
            messages.info(request, _("拟处罚要用到案件里的事实和证据：先写明原因打开案件，再点“拟处罚”。"))
            return redirect("cases:case", number=number)
        initial = _known(case, parties, now)
    form = forms.ProposeForm(request.POST or None, parties=parties, initial=initial)
    advice: list[Said] = []
    if request.method == "POST" and form.is_valid():
        given, party = form.said(), _party(case, form.cleaned_data["party"])
        try:
            advice = _advice(party, given, now)
            if "check" not in request.POST:
                client_id = form.cleaned_data["client_id"]
                made = usecases.propose(
                    party,
                    usecases.Proposal(**given),
                    by=officer,
                    at=now,
                    client_id=f"desk:{client_id}"[:40] if client_id else None,
                )
                _opened(request, made, _("拟处罚"), now)
                return redirect("penalties:penalty", pk=made.pk)
        except EngineError:
            form.add_error(None, MISFIT)
        except RuleBroken as why:
            form.add_error(None, why.whole)
    context = desk_context(
        request,
        form=form,
        case=case,
        matter=case.matter,
        current=number,
        parties=parties,
        advice=advice,
        again=None,
        earlier=earlier(parties, officer),
    )
    return render(request, "penalties/propose.html", context, status=400 if form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def spot(request: HttpRequest, number: str) -> HttpResponse:
    """A penalty on the spot, from a phone; ends with its paper."""
    case, officer, now = _case(request, number), officer_of(request), timezone.now()
    require(policy.may_begin(officer, case))
    parties = [one for one in forms.suspects(case) if not one.organisation]
    initial = {"client_id": get_random_string(22), "party": str(parties[0].pk) if len(parties) == 1 else ""}
    form = forms.SpotForm(request.POST or None, parties=parties, initial=initial)
    advice: list[Said] = []
    if request.method == "POST" and form.is_valid():
        given = usecases.OnTheSpot(**form.said())
        try:
            if given.party is not None:
                advice = said(examine(_party(case, str(given.party)), given, now), spot=True)
            if "check" not in request.POST:
                client_id = form.cleaned_data["client_id"]
                made = usecases.on_the_spot(
                    case, given, by=officer, at=now, client_id=f"spot:{client_id}"[:40] if client_id else None
                )
                _opened(request, made, _("当场处罚"), now)
                return redirect("penalties:penalty", pk=made.pk)
        except RuleBroken as why:
            form.add_error(None, why.whole)
    context = desk_context(
        request,
        form=form,
        case=case,
        matter=case.matter,
        current=number,
        advice=advice,
        earlier=earlier(parties, officer),
    )
    return render(request, "penalties/spot.html", context, status=400 if form.errors else 200)


# ── one penalty ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _penalty(request: HttpRequest, pk: int) -> Penalty:
    rows = Penalty.objects.visible_to(officer_of(request)).for_lists()
    rows = rows.select_related(
        "party__person",
        "party__guardian",
        "proposed_by",
        "told_by",
        "reviewed_by",
        "decided_by",
        "licence_by",
        "revoked_by",
        "asked_hearing__chair",
    )
    return get_object_or_404(rows.prefetch_related("served__party", "served__by", "case__parties"), pk=pk)


def _opened(request: HttpRequest, penalty: Penalty, reason: str, now: datetime) -> None:
    record_look(officer_of(request), penalty.ref, person=penalty.party.person, what=(LOOK,), reason=reason, at=now)


def _is_open(officer: Officer, penalty: Penalty, now: datetime) -> bool:
    """Whether this officer has just said why they look; at a sealed record, for one of its two grounds as well."""
    if penalty.case.matter.sealed_at is not None and not case_is_open(officer, penalty.case, now):
        return False
    return looked_lately(officer, penalty.ref, what=LOOK, at=now)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def penalty(request: HttpRequest, pk: int) -> HttpResponse:
    """One penalty. What it says is opened for a written reason; how it stands and its clocks are not secret from the case's desk."""
    one, officer, now = _penalty(request, pk), officer_of(request), timezone.now()
    require(policy.may_read(officer, one))
    if request.method == "POST":
        if one.case.matter.sealed_at is not None and not case_is_open(officer, one.case, now):
            messages.info(request, _("记录封存了：先在案件里说明是哪一种法定的理由，再打开处罚。"))
            return redirect("cases:case", number=one.case.matter.number)
        reason = request.POST.get("reason", "").strip()[:200]
        if reason:
            _opened(request, one, reason, now)
            return redirect("penalties:penalty", pk=pk)
        return _show(request, one, missing=True)
    return _show(request, one)


def _show(
    request: HttpRequest,
    one: Penalty,
    what: str = "",
    bound: Any = None,
    *,
    missing: bool = False,
) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    is_open = _is_open(officer, one, now)
    told = told_measure(one)
    context: dict[str, Any] = {
        "penalty": one,
        "case": one.case,
        "matter": one.case.matter,
        "current": one.case.matter.number,
        "act": act_name(one.act),
        "measure": says_measure(measure_now(one)),
        "told": says_measure(told) if told and one.told_kind else "",
        "clocks": limits.clocks_of(one, now),
        "case_paused": one.case.matter.due_at is None and bool(one.case.matter.due_rule),
        "is_open": is_open,
        "missing": missing,
        "wrong": what,
    }
    if is_open:
        context |= _inside(one, officer, now, what, bound)
    elif bound is not None:  # the look has run out meanwhile: what was typed is kept, and nothing else is shown
        context["kept"] = bound
    status = 400 if missing or bound is not None else 200
    return render(request, "penalties/penalty.html", desk_context(request, **context), status=status)


def _inside(one: Penalty, officer: Officer, now: datetime, what: str, bound: Any) -> dict[str, Any]:
    """What stands behind the look."""
    offered = open_steps(one, officer)
    steps = [(key, STEPS[key], bound if key == what else STEPS[key].fresh(one, now)) for key in offered]
    written = {paper.kind: paper for paper in Paper.objects.filter(about=one.ref).exclude(state=State.VOID)}
    names = paper_kinds()
    cares = list(one.cares.select_related("by", "decided_by", "help"))
    return {
        "name": one.party.person.name,
        "findings": said(judge_penalty(one, now), spot=one.spot),
        "steps": steps,
        "left": limits.left_to_do(one) if one.stage == Stage.DECIDED else [],
        "papers": [(code, names[code], written.get(code)) for code in papers_of(one)],
        "cares": [
            (
                care,
                _lenient_form(care, what, bound) if policy.may_be_lenient(officer, care) else None,
                care.leads_to == Care.LeadsTo.HELP and care.help_id is None and bool(policy.may_work(officer, one)),
            )
            for care in cares
        ],
        "may_change": bool(policy.may_change(officer, one)),
    }


def _lenient_form(care: Care, what: str, bound: Any) -> forms.LenientForm:
    if what == f"lenient-{care.pk}":
        return bound  # type: ignore[no-any-return]  # it is the form that was refused
    return forms.LenientForm(auto_id=f"care{care.pk}_%s")


Do = Callable[[Penalty, Officer, dict[str, Any], datetime], object]


@dataclass(frozen=True)
class Step:
    """One thing to do with a penalty: its form and title, who may, what it does, and when it is offered."""

    title: Any
    form: type[forms.StepForm]
    may: Callable[[Officer, Penalty], Verdict]
    do: Do
    when: Callable[[Penalty], bool]
    moment: str = ""
    icon: str = "check"

    def fresh(self, one: Penalty, now: datetime) -> forms.StepForm:
        initial = {self.moment: now.replace(second=0)} if self.moment else {}
        return self.form(penalty=one, initial=initial, auto_id=f"{self.form.__name__}_%s")


def _at(*stages: str) -> Callable[[Penalty], bool]:
    return lambda one: one.stage in stages


def _left(step: str) -> Callable[[Penalty], bool]:
    return lambda one: one.stage == Stage.DECIDED and step in limits.left_to_do(one)


def _to_ask(one: Penalty) -> bool:
    return one.stage == Stage.TOLD and one.has_hearing and getattr(one, "asked_hearing", None) is None


def _to_penalise(one: Penalty) -> bool:
    return one.stage == Stage.DECIDING and one.kind != "none"


def _decide(one: Penalty, by: Officer, given: dict[str, Any], at: datetime) -> object:
    fine, days = given.pop("fine") or 0, given.pop("days") or 0
    return usecases.decide(one, by=by, at=at, fine=fine, days=days, **given)


def _set(one: Penalty, by: Officer, given: dict[str, Any], at: datetime) -> object:
    chair = Officer.objects.get(pk=int(given["chair"]))
    return usecases.set_hearing(one, by=by, at=at, **{**given, "chair": chair})


def _serve(one: Penalty, by: Officer, given: dict[str, Any], at: datetime) -> object:
    party = one.case.parties.get(pk=int(given["party"]))
    return usecases.serve(one, by=by, party=party, way=given["way"], served_at=given["served_at"], at=at)


def _tell(one: Penalty, by: Officer, given: dict[str, Any], at: datetime) -> object:
    told_at = given.pop("told_at") or at
    return usecases.tell(one, by=by, told_at=told_at, at=at, **given)


STEPS: dict[str, Step] = {
    "tell": Step(
        gettext_lazy("告知本人，记下本人的意见"),
        forms.TellForm,
        policy.may_change,
        _tell,
        _at(Stage.PROPOSED, Stage.TOLD),
        moment="told_at",
        icon="ask",
    ),
    "ask-hearing": Step(
        gettext_lazy("本人要求听证"),
        forms.PressForm,
        policy.may_change,
        lambda one, by, _given, at: usecases.ask_hearing(one, by=by, at=at),
        _to_ask,
        icon="ask",
    ),
    "set-hearing": Step(
        gettext_lazy("定听证的时间，通知本人"),
        forms.SetHearingForm,
        policy.may_work,
        _set,
        _at(Stage.HEARING),
        icon="clock",
    ),
    "end-hearing": Step(
        gettext_lazy("听证结束了"),
        forms.EndHearingForm,
        policy.may_work,
        lambda one, by, given, at: usecases.end_hearing(
            one, by=by, held_it=given["held_it"] == "yes", words=given["words"], at=at
        ),
        _at(Stage.HEARING),
    ),
    "hand-in": Step(
        gettext_lazy("报上去决定"),
        forms.PressForm,
        policy.may_change,
        lambda one, by, _given, at: usecases.hand_in(one, by=by, at=at),
        lambda one: one.stage == Stage.TOLD or (one.stage == Stage.PROPOSED and one.kind == "none"),
        icon="send",
    ),
    "review": Step(
        gettext_lazy("审核同意"),
        forms.WordsForm,
        policy.may_review,
        lambda one, by, given, at: usecases.review(one, by=by, words=given["words"], at=at),
        _at(Stage.LEGAL),
        icon="scale",
    ),
    "decide": Step(gettext_lazy("决定处罚"), forms.DecideForm, policy.may_decide, _decide, _to_penalise, icon="scale"),
    "spare": Step(
        gettext_lazy("决定不予处罚"),
        forms.SpareForm,
        policy.may_decide,
        lambda one, by, given, at: usecases.spare(one, by=by, at=at, **given),
        _at(Stage.DECIDING),
    ),
    "back": Step(
        gettext_lazy("退回去补"),
        forms.WordsForm,
        policy.may_return,
        lambda one, by, given, at: usecases.send_back(one, by=by, words=given["words"], at=at),
        _at(Stage.LEGAL, Stage.DECIDING),
        icon="back",
    ),
    "serve": Step(
        gettext_lazy("送达决定书"),
        forms.ServeForm,
        policy.may_work,
        _serve,
        _left("serve"),
        moment="served_at",
        icon="send",
    ),
    "report": Step(
        gettext_lazy("报所属机关备案了"),
        forms.PressForm,
        policy.may_work,
        lambda one, by, _given, at: usecases.report_spot(one, by=by, at=at),
        _left("report"),
        icon="send",
    ),
    "hand-in-cash": Step(
        gettext_lazy("现金交上去了"),
        forms.PressForm,
        policy.may_work,
        lambda one, by, _given, at: usecases.hand_in_cash(one, by=by, at=at),
        _left("hand-in"),
    ),
    "family": Step(
        gettext_lazy("通知了家属"),
        forms.FamilyForm,
        policy.may_work,
        lambda one, by, given, at: usecases.tell_family(one, by=by, told_at=given["told_at"], at=at),
        _left("family"),
        moment="told_at",
        icon="phone",
    ),
    "detained": Step(
        gettext_lazy("登记拘留执行"),
        forms.DetainedForm,
        policy.may_enter_detention,
        lambda one, by, given, at: usecases.enter_detention(one, by=by, first=given["first"], at=at),
        _left("detained"),
    ),
    "paid": Step(
        gettext_lazy("罚款缴了"),
        forms.PaidForm,
        policy.may_work,
        lambda one, by, given, at: usecases.note_payment(one, by=by, at=at, **given),
        _left("paid"),
    ),
    "licence": Step(
        gettext_lazy("收回了被吊销的证件"),
        forms.LicenceForm,
        policy.may_work,
        lambda one, by, given, at: usecases.take_licence(one, by=by, at=at, **given),
        lambda one: _left("licence")(one) and one.party_id not in limits.to_serve(one),
        icon="key",
    ),
    "revoke": Step(
        gettext_lazy("登记：决定被撤销了"),
        forms.RevokedForm,
        policy.may_revoke,
        lambda one, by, given, at: usecases.revoke(one, by=by, at=at, **given),
        _at(Stage.DECIDED, Stage.DONE),
        icon="close",
    ),
    "care": Step(
        gettext_lazy("记一个难处：提请从宽，或者问要不要帮忙"),
        forms.CareForm,
        policy.may_work,
        lambda one, by, given, at: usecases.note_care(one, by=by, at=at, **given),
        lambda one: one.is_open,
        icon="person",
    ),
    "drop": Step(
        pgettext_lazy("penalties", "撤回"),
        forms.WordsForm,
        policy.may_change,
        lambda one, by, given, at: usecases.drop(one, by=by, words=given["words"], at=at),
        _at(Stage.PROPOSED, Stage.TOLD),
        icon="close",
    ),
}


def open_steps(one: Penalty, officer: Officer) -> list[str]:
    """What this officer may do with it now. The rules are few, and asked once each."""
    with matters.asked_once(officer):
        rules = {rule: bool(rule(officer, one)) for rule in {step.may for step in STEPS.values() if step.when(one)}}
    return [key for key, step in STEPS.items() if step.when(one) and rules[step.may]]


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Carry out one step. A refusal says the article and keeps what was typed."""
    one, chosen = _penalty(request, pk), STEPS.get(what)
    if chosen is None:
        raise Http404
    officer = officer_of(request)
    require(chosen.may(officer, one))
    form = chosen.form(request.POST, penalty=one, auto_id=f"{chosen.form.__name__}_%s")
    if form.is_valid():
        try:
            chosen.do(one, officer, dict(form.cleaned_data), timezone.now())
        except EngineError:
            form.add_error(None, MISFIT)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("penalties:penalty", pk=pk)
    return _show(request, one, what, form)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the proposal, before it goes up."""
    one, officer, now = _penalty(request, pk), officer_of(request), timezone.now()
    require(policy.may_change(officer, one))
    initial = forms.initial_of(one, json.loads(one.marks or "{}"), born_of(one.party))
    form = forms.ProposeForm(request.POST or None, parties=[one.party], initial=initial)
    one.party.case = one.case
    if request.method != "POST" and not _is_open(officer, one, now):
        return redirect("penalties:penalty", pk=pk)  # what it says is opened there, for a reason
    advice: list[Said] = []
    if request.method == "POST" and form.is_valid():
        given = form.said()
        try:
            advice = _advice(one.party, given, now)
            if "check" not in request.POST:
                usecases.change(one, usecases.Proposal(**given), by=officer, at=now)
                return redirect("penalties:penalty", pk=pk)
        except EngineError:
            form.add_error(None, MISFIT)
        except RuleBroken as why:
            form.add_error(None, why.whole)
    context = desk_context(
        request,
        form=form,
        case=one.case,
        matter=one.case.matter,
        current=one.case.matter.number,
        parties=[one.party],
        advice=advice,
        again=one,
        earlier=earlier([one.party], officer, besides=one.pk),
    )
    return render(request, "penalties/propose.html", context, status=400 if form.errors else 200)


@at_desk
@require_POST
def care(request: HttpRequest, pk: int, key: int, what: str) -> HttpResponse:
    """Answer a leniency review, or make a matter of help of it when the person says yes."""
    one, officer, now = _penalty(request, pk), officer_of(request), timezone.now()
    asked = get_object_or_404(one.cares, pk=key)
    asked.penalty = one
    if what == "help":
        require(policy.may_work(officer, one))
        done = usecases.offer_help(asked, by=officer, at=now)
        messages.success(
            request, _("立了一件求助，编号 %(number)s。") % {"number": done.help.number if done.help else ""}
        )
        return redirect("penalties:penalty", pk=pk)
    if what != "lenient":
        raise Http404
    require(policy.may_be_lenient(officer, asked))
    form = forms.LenientForm(request.POST, auto_id=f"care{key}_%s")
    if form.is_valid():
        given = {**form.cleaned_data, "fine": form.cleaned_data["fine"] or 0, "days": form.cleaned_data["days"] or 0}
        try:
            usecases.be_lenient(asked, by=officer, at=now, **given)
        except EngineError:
            form.add_error(None, MISFIT)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("penalties:penalty", pk=pk)
    return _show(request, one, f"lenient-{key}", form)


@at_desk
@require_POST
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Begin one of its papers by a press, filled with what is known; a second press finds the first."""
    one, officer, now = _penalty(request, pk), officer_of(request), timezone.now()
    require(policy.may_work(officer, one))
    if kind not in papers_of(one):
        raise Http404
    written = Paper.objects.filter(about=one.ref, kind=kind).exclude(state=State.VOID).first()
    if written is None:
        nth = Paper.objects.filter(about=one.ref, kind=kind).count()
        client_id = f"{one.ref}:{kind}:{nth}"[-40:]
        written = papers.make(one.case.matter, by=officer, kind=kind, at=now, about=one.ref, client_id=client_id)
    record_look(
        officer,
        one.case.matter.ref,
        person=one.party.person,
        what=(f"paper:{written.pk}",),
        reason=_("写文书《%(title)s》") % {"title": written.title},
        at=now,
    )
    return redirect("papers:fill" if written.state == State.DRAFT else "papers:paper", pk=written.pk)
