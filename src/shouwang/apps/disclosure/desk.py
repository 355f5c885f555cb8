"""The desk's pages of applications: the list, taking one in, one application with its steps, letters, and the annual report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context, masked_person
from shouwang.apps.disclosure import forms, letters, limits, policy, queries, usecases
from shouwang.apps.disclosure.models import Application, Consultation, Stage
from shouwang.apps.disclosure.web import stations
from shouwang.apps.disclosure.words import headline
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.ledgers import explain_all, places_of, source_of
from shouwang.apps.matters.views import receipt_context
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import ids
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import Verdict, require

#: The lists of the page, by `?show=`.
SHOWN = ("open", "review", "done")
#: What a look at who applies is called in the list of looks.
LOOK = "application"


@at_desk
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """What is open, late first; what waits for my eyes; what was done. Without names."""
    officer, now = officer_of(request), timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    found = [(one, headline(one)) for one in queries.rows(officer, show)]
    context = desk_context(request, rows=found, show=show, may_take=policy.may_take(officer), year=now.year)
    return render(request, "disclosure/list.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Write an application down for somebody at the counter, or one that came by post; ends with the receipt."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_take(officer))
    own = officer.unit.station
    units = [own, *(one for one in stations() if one.pk != own.pk)] if own.kind == Unit.Kind.STATION else stations()
    initial = {"client_id": get_random_string(22), "unit": str(own.pk)}
    form = forms.TakeForm(request.POST or None, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        client_id, came, day = given.pop("client_id"), given.pop("came"), given.pop("received_on")
        unit = next((one for one in units if str(one.pk) == given["unit"]), own)
        given.pop("unit")
        try:
            opened = usecases.apply(
                unit,
                usecases.Asked(**given),
                came=came,
                at=now,
                by=officer,
                received_on=day,
                client_id=f"gi:{client_id}"[:40] if client_id else None,
            )
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            context = receipt_context(opened.matter, ids.show_code(opened.code), at_desk=True)
            return render(request, "matters/receipt.html", context)
    days = [(name, limits.receipt_says(code, now)) for code, name in form.fields["came"].choices]  # type: ignore[attr-defined]  # a ChoiceField
    context = desk_context(request, form=form, days=days)
    return render(request, "disclosure/take.html", context, status=400 if form.errors else 200)


def _application(request: HttpRequest, number: str) -> Application:
    rows = Application.objects.visible_to(officer_of(request)).for_lists().select_related("reviewed_by")
    return get_object_or_404(rows, matter__number=number)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application: how it stands, its days, the next steps. Who applies is opened for a written reason."""
    one, officer, now = _application(request, number), officer_of(request), timezone.now()
    verdict = require(policy.may_read(officer, one))
    if request.method == "POST":
        require(matters.may_look(officer))
        if reason := request.POST.get("reason", "").strip()[:200]:
            person = one.matter.reporter
            record_look(officer, one.matter.ref, person=person, what=(LOOK,), reason=reason, at=now)
            return redirect("disclosure:application", number=number)
        return _show(request, one, missing=True)
    person = one.matter.reporter
    record_look(officer, one.matter.ref, person=person, what=("conversation",), reason=verdict.reason, at=now)
    return _show(request, one)


def _show(
    request: HttpRequest, one: Application, what: str = "", bound: Any = None, *, missing: bool = False
) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    is_open = looked_lately(officer, one.matter.ref, what=LOOK, at=now)
    person = one.matter.reporter
    offered = open_steps(one, officer, now)
    consultations = [
        (each, _heard_form(each, what, bound) if each.ended_at is None and policy.may_work(officer, one) else None)
        for each in one.consultations.select_related("by").order_by("pk")
    ]
    earlier = queries.earlier(one, officer)
    context = desk_context(
        request,
        application=one,
        matter=one.matter,
        current=one.matter.number,
        is_open=is_open,
        may_look=matters.may_look(officer),
        missing=missing,
        person=person if is_open else None,
        masked=masked_person(person) if person else {},
        ledgers=explain_all(one.matter, now),
        check_by=limits.last_day(limits.CORRECT, limits.noon(one.received_on))
        if one.stage == Stage.CHECKING and one.received_on and one.correct_asked_at is None
        else None,
        check_place=places_of(rule_at(limits.CORRECT, now)),
        steps=[(key, STEPS[key], bound if key == what else STEPS[key].fresh(one)) for key in offered],
        wrong=what,
        consultations=consultations,
        review=secrecy.review_of(one.ref),
        files=one.matter.redactions.exclude(state="closed"),
        draft=letters.answer(one, now, named=is_open) if one.stage == Stage.REVIEW else None,
        answer=one.answer.split("\n") if one.answered_at and is_open else None,
        ending=headline(one),
        earlier=earlier,
        forwards=_bureau_of(one) if one.answered_at is None else None,
        receipt=limits.receipt_says(one.came, now),
    )
    status = 400 if missing or bound is not None else 200
    return render(request, "disclosure/application.html", context, status=status)


def _bureau_of(one: Application) -> Unit | None:
    """Where an application usually belongs: the bureau above the station that has it (arts. 4, 10)."""
    top = one.matter.unit
    while top.parent is not None:
        top = top.parent
    return top if top.pk != one.matter.unit_id else None


def _heard_form(consultation: Consultation, what: str, bound: Any) -> forms.HeardForm:
    if what == f"heard-{consultation.pk}":
        return bound  # type: ignore[no-any-return]  # it is the form that was refused
    return forms.HeardForm(auto_id=f"heard{consultation.pk}_%s")


@dataclass(frozen=True)
class Step:
    """One thing to do with an application: its form and title, who may, what it does, and when it is offered."""

    title: Any
    form: type[forms.StepForm]
    may: Callable[[Officer, Application], Verdict]
    do: Callable[[Application, Officer, dict[str, Any], datetime], object]
    when: Callable[[Application, datetime], bool]
    icon: str = "check"

    def fresh(self, one: Application) -> forms.StepForm:
        initial = {"client_id": get_random_string(22)}
        return self.form(application=one, initial=initial, auto_id=f"{self.form.__name__}_%s")


def _at(*stages: str) -> Callable[[Application, datetime], bool]:
    return lambda one, _now: one.stage in stages


def _may_ask(one: Application, _now: datetime) -> bool:
    return one.stage in {Stage.CHECKING, Stage.WORKING} and one.correct_asked_at is None


def _may_draft(one: Application, now: datetime) -> bool:
    if one.stage == Stage.CORRECTING:
        return one.correct_by is not None and timezone.localdate(now) > one.correct_by
    return one.stage in {Stage.CHECKING, Stage.WORKING, Stage.REVIEW}


def _extendable(one: Application, _now: datetime) -> bool:
    run = clock.running(one.matter) if one.answered_at is None else None
    return (
        run is not None
        and run.rule.id == limits.REPLY
        and run.extensions < (run.rule.extension.times if run.rule.extension else 0)
    )


def _chargeable(one: Application, _now: datetime) -> bool:
    return one.stage in {Stage.CHECKING, Stage.WORKING} and not one.fee_by


STEPS: dict[str, Step] = {
    "confirm": Step(
        gettext_lazy("确认收到"),
        forms.PressForm,
        policy.may_confirm,
        lambda one, by, _given, at: usecases.confirm(one, by=by, at=at),
        _at(Stage.ARRIVED),
    ),
    "approve": Step(
        gettext_lazy("同意，送出答复"),
        forms.PressForm,
        policy.may_review,
        lambda one, by, _given, at: usecases.approve(one, by=by, at=at),
        _at(Stage.REVIEW),
        icon="send",
    ),
    "back": Step(
        gettext_lazy("退回去改"),
        forms.WordsForm,
        policy.may_review,
        lambda one, by, given, at: usecases.send_back(one, by=by, words=given["words"], at=at),
        _at(Stage.REVIEW),
        icon="back",
    ),
    "deliver": Step(
        gettext_lazy("记下送到了"),
        forms.DeliverForm,
        policy.may_confirm,
        lambda one, by, given, at: usecases.deliver(one, by=by, at=at, **given),
        _at(Stage.ANSWERED),
    ),
    "complete": Step(
        gettext_lazy("写得全，开始找"),
        forms.PressForm,
        policy.may_work,
        lambda one, by, _given, at: usecases.complete(one, by=by, at=at),
        _at(Stage.CHECKING),
    ),
    "ask-correction": Step(
        gettext_lazy("写得不全，请申请人补正"),
        forms.AskCorrectionForm,
        policy.may_work,
        lambda one, by, given, at: usecases.ask_correction(one, by=by, at=at, **given),
        _may_ask,
        icon="ask",
    ),
    "correct": Step(
        gettext_lazy("申请人交来了补正"),
        forms.WordsForm,
        policy.may_confirm,
        lambda one, by, given, at: usecases.correct(one, by=by, words=given["words"], at=at),
        _at(Stage.CORRECTING),
        icon="edit",
    ),
    "draft": Step(
        gettext_lazy("拟答复"),
        forms.DraftForm,
        policy.may_work,
        lambda one, by, given, at: usecases.draft(one, usecases.Draft(**given), by=by, at=at),
        _may_draft,
        icon="edit",
    ),
    "consult": Step(
        gettext_lazy("写信问第三方、别的机关"),
        forms.ConsultForm,
        policy.may_work,
        lambda one, by, given, at: usecases.consult(
            one, by=by, at=at, **{**given, "client_id": given["client_id"] or None}
        ),
        _at(Stage.CHECKING, Stage.WORKING),
        icon="send",
    ),
    "extend": Step(
        gettext_lazy("批准延长"),
        forms.ExtendForm,
        policy.may_extend,
        lambda one, by, given, at: usecases.extend(one, by=by, at=at, **given),
        _extendable,
        icon="clock",
    ),
    "fee": Step(
        gettext_lazy("告知要收信息处理费"),
        forms.FeeForm,
        policy.may_extend,
        lambda one, by, given, at: usecases.set_fee(one, by=by, at=at, **given),
        _chargeable,
        icon="note",
    ),
}


def open_steps(one: Application, officer: Officer, now: datetime) -> list[str]:
    """What this officer may do with it now, in the order of the page."""
    return [key for key, step in STEPS.items() if step.when(one, now) and step.may(officer, one)]


@at_desk
@require_POST
def step(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """One step. What was refused is shown again with what was typed and the reason."""
    one, officer, now = _application(request, number), officer_of(request), timezone.now()
    if what not in STEPS:
        raise Http404
    chosen = STEPS[what]
    require(chosen.may(officer, one))
    form = chosen.form(request.POST, application=one, auto_id=f"{chosen.form.__name__}_%s")
    if form.is_valid():
        try:
            chosen.do(one, officer, dict(form.cleaned_data), now)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("disclosure:application", number=number)
    return _show(request, _application(request, number), what, form)


@at_desk
@require_POST
def heard(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What somebody asked said."""
    one, officer, now = _application(request, number), officer_of(request), timezone.now()
    asked = get_object_or_404(one.consultations, pk=pk)
    asked.application = one
    require(policy.may_work(officer, one))
    form = forms.HeardForm(request.POST, auto_id=f"heard{pk}_%s")
    if form.is_valid():
        try:
            usecases.end_consultation(asked, by=officer, at=now, **form.cleaned_data)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("disclosure:application", number=number)
    return _show(request, _application(request, number), f"heard-{pk}", form)


@at_desk
@require_safe
def consult_letter(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The letter to whoever is asked, to print and send. It names them, so it opens after a look for a written reason."""
    one, officer = _application(request, number), officer_of(request)
    require(policy.may_work(officer, one))
    asked = get_object_or_404(one.consultations, pk=pk)
    asked.application = one
    if not looked_lately(officer, one.matter.ref, what=LOOK, at=timezone.now()):
        messages.info(request, _("征求意见书上有对方的名字：先写明原因打开，再打印。"))
        return redirect("disclosure:application", number=number)
    context = {"matter": one.matter, "letter": letters.third_party(asked), "at_desk": True}
    return render(request, "disclosure/letter.html", context)


@at_desk
@require_safe
def annual(request: HttpRequest, year: int) -> HttpResponse:
    """The table of the annual report, counted from the rows; for whoever reviews."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_review_any(officer))
    if not 2008 <= year <= now.year:
        raise Http404
    units = [post.unit for post in officer.held_posts if post.role in policy.REVIEWS]
    rule, table = rule_at(limits.TABLE, now), queries.annual(year, units, now)
    columns = [*table.columns, _("总计")]
    lines = [
        (_("本年新收"), table.new),
        (_("上年结转"), table.carried),
        *table.rows,
        (_("本年办结"), table.ended),
        (_("结转下年度继续办理"), table.left),
    ]
    context = desk_context(
        request,
        table=table,
        columns=columns,
        rows=[(name, list(zip(columns, counts, strict=True))) for name, counts in lines],
        years=[one for one in (year - 1, year + 1) if 2008 <= one <= now.year],
        due=date(year + 1, *map(int, rule_at("gi-annual", now).each_year_by.split("-"))),
        source=source_of(rule),
        unread=limits.unread(rule),
        where=", ".join(dict.fromkeys(unit.called for unit in units)),
    )
    return render(request, "disclosure/annual.html", context)
