"""The desk's pages of incidents: the one form, corrections, looking at people, and what is not decided yet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.focus import focus_first
from shouwang.apps.desk.views import desk_context
from shouwang.apps.incidents import papers, policy, queries, questions, usecases
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.forms import BecomeForm, CorrectForm, DraftCodeForm, Place, TakeForm
from shouwang.apps.incidents.models import About, Draft, Incident
from shouwang.apps.incidents.pointing import picture_for, said_of
from shouwang.apps.incidents.report import Report, write_things
from shouwang.apps.incidents.same import proposal_of, proposals_for
from shouwang.apps.incidents.suggesting import knowledge
from shouwang.apps.incidents.usecases.drafting import answers_of
from shouwang.apps.incidents.whose import ground_of
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Channel, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.views import receipt_context
from shouwang.apps.people.usecases import record_look
from shouwang.apps.units.models import Unit
from shouwang.engines.triage.advice import Lesson, lessons
from shouwang.kernel import ids
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require

_DRAFT = "incidents.draft-at-the-desk"


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The one form: telephone, counter, patrol, and what a reporter began on the web. Ends with the receipt."""
    officer = officer_of(request)
    require(policy.may_take(officer))
    initial: dict[str, Any] = {"client_id": get_random_string(22)}
    signed = request.session.get(_DRAFT, "") if "draft" in request.GET else ""
    if request.method != "POST" and (draft := _draft_of(signed)) is not None:
        initial |= {"channel": Channel.COUNTER, **_prefilled(draft)}
    form = TakeForm(request.POST or None, request.FILES or None, initial=initial)
    looks = "look" in request.POST
    if looks:
        _only_the_place(form)
    elif request.method == "POST" and form.is_valid():
        try:
            return _taken(request, form)
        except RuleBroken as why:
            form.add_error(None, why.whole)
    focus_first(form, "what")
    more = {"lost_files": bool(looks and request.FILES), "draft_form": DraftCodeForm(), "groups": form.groups}
    context = desk_context(request, form=form, **more, **_pointing(form, officer.unit))
    return render(request, "incidents/new.html", context, status=400 if form.errors else 200)


@at_desk
@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """For trainees: every kind of report with an invented example, what is to be learnt from it, and where the law says so."""
    english, known = (get_language() or "").startswith("en"), knowledge()
    today = timezone.localdate()
    groups: dict[str, list[Lesson]] = {}
    for lesson in lessons(known, on=today, english=english):
        category = known.catalogue.categories[known.catalogue.subtypes[lesson.kind].category].words
        groups.setdefault(category.en if english else category.zh, []).append(lesson)
    return render(request, "incidents/kinds.html", desk_context(request, groups=groups.items(), today=today))


def _only_the_place(form: Place) -> None:
    """“看归哪里” asks about the place alone: what is missing elsewhere is not wrong yet, and everything typed stays."""
    for name in [*form.errors]:
        if name not in Place.base_fields:
            del form.errors[name]


def _pointing(form: Place, receiver: Unit) -> dict[str, Any]:
    """The map and what is said below it, as the form stands."""
    report: Report | None
    if not form.is_bound:
        report = form.begins_at()
    elif not {*Place.base_fields} & {*form.errors}:
        report = Report(what="", **form.where())
    else:
        report = None
    if report is None:
        return {"picture": picture_for(receiver), "said": None}
    said = said_of(ground_of(report, receiver), report, timezone.now())
    return {"picture": picture_for(receiver, report.longitude, report.latitude), "said": said}


@at_desk
@require_POST
def ground(request: HttpRequest) -> HttpResponse:
    """Whose ground a place is, while the form is being filled in: asked by the form's script, nothing is written."""
    officer = officer_of(request)
    require(policy.may_take(officer))
    number = request.POST.get("matter", "")[:24]
    one = Matter.objects.visible_to(viewer_of(request)).select_related("unit").filter(number=number).first()
    receiver = one.unit if one is not None else officer.unit
    form = Place(request.POST)
    if not form.is_valid():
        wrong = [words for errors in form.errors.values() for words in errors]
        html = render_to_string("incidents/_ground.html", {"wrong": wrong}, request)
        return JsonResponse({"html": html, "at": None, "village": ""})
    report = Report(what="", **form.where())
    found = ground_of(report, receiver)
    said = said_of(found, report, timezone.now())
    return JsonResponse(
        {
            "html": render_to_string("incidents/_ground.html", {"said": said}, request),
            "at": None if report.longitude is None else [report.longitude, report.latitude],
            "village": found.community.called if found.community else "",
        }
    )


def _taken(request: HttpRequest, form: TakeForm) -> HttpResponse:
    officer, given, now = officer_of(request), form.cleaned_data, timezone.now()
    draft = _draft_of(given["draft"])
    # They come with the reporter's own words, as their first message does.
    files = keep_uploads(given["attached"], by="resident", client_id=given["client_id"])
    opened = usecases.take_report(
        officer.unit,
        form.report(),
        channel=given["channel"],
        at=now,
        by=officer,
        files=(*(draft.files if draft else ()), *files),
        client_id=f"desk:{given['client_id']}"[:40] if given["client_id"] else None,
        draft=draft,
    )
    request.session.pop(_DRAFT, None)  # going back from the receipt finds an empty form
    context = receipt_context(opened.matter, ids.show_code(opened.code), at_desk=True)
    incident = policy.incident_of(opened.matter)
    n = len(proposals_for(officer, opened.matter, incident)) if incident is not None else 0
    if n:  # how many and no more: this page is shown to the reporter
        says = ngettext(
            "有 %(n)d 件报案可能说的是同一件事，到卡片上看", "有 %(n)d 件报案可能说的是同一件事，到卡片上看", n
        )
        context["aside"] = says % {"n": n}
    return render(request, "matters/receipt.html", context)


def _draft_of(signed: str) -> Draft | None:
    """The draft that this desk opened by its code; the signature keeps anybody from writing another key into the form."""
    if not signed:
        return None
    try:
        return Draft.objects.filter(pk=loads(signed, salt=_DRAFT, max_age=24 * 3600)).first()
    except BadSignature:
        return None


@at_desk
@require_POST
def from_draft(request: HttpRequest) -> HttpResponse:
    """A reporter at the counter or on the phone tells the code of what they began: the same form, filled in."""
    officer = officer_of(request)
    require(policy.may_take(officer))
    asked = DraftCodeForm(request.POST)
    if asked.is_valid():
        try:
            draft = usecases.open_draft(
                asked.cleaned_data["code"],
                address=officer.ref,
                at=timezone.now(),
                tries_per_hour=settings.SHOUWANG.code_tries_per_hour,
                by=officer.ref,
            )
        except RuleBroken as why:
            asked.add_error("code", why.whole)
        else:
            # On the form's own address: whoever reloads it or comes back to it is not asked to send the code again.
            request.session[_DRAFT] = dumps(draft.pk, salt=_DRAFT)
            return redirect(reverse("incidents:new") + "?draft=1")
    form = TakeForm(initial={"client_id": get_random_string(22)})
    focus_first(asked)
    context = desk_context(request, form=form, draft_form=asked, groups=form.groups, **_pointing(form, officer.unit))
    return render(request, "incidents/new.html", context, status=400)


def _prefilled(draft: Draft) -> dict[str, Any]:
    report = questions.report_of(draft.category, answers_of(draft))
    plain = (
        *("what", "category", "address", "landmark", "longitude", "latitude", "uncertainty_m", "when_said"),
        *("happened_from", "happened_until", "unsafe", "pseudonym", "phone", "caller_role", "caller_minor"),
    )
    found = {name: getattr(report, name) for name in plain} | {"things": write_things(report.things)}
    for n, party in enumerate(report.people, 1):
        found |= {f"role_{n}": party.role, f"about_{n}": party.about, f"minor_{n}": party.minor}
    if report.safe is not None:
        found["safe"] = "on" if report.safe else "off"
    contact = report.contact or {}
    since, until = contact.get("hours", (None, None))
    found |= {"ways": contact.get("ways", []), "since": since, "until": until}
    return {**found, "draft": dumps(draft.pk, salt=_DRAFT)}


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, number: str) -> HttpResponse:
    """What is known of an incident: put right or added to. For a talk that is none yet: make it one, with the same form."""
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    officer, now = officer_of(request), timezone.now()
    incident = policy.incident_of(one)
    form: BecomeForm | CorrectForm
    if incident is None:
        verdict = policy.may_become(officer, one)
        form = BecomeForm(request.POST or None, matter=one)
    else:
        verdict = policy.may_work(officer, one)
        form = CorrectForm(request.POST or None, initial=CorrectForm.initial_of(incident))
    if "look" in request.POST:
        _only_the_place(form)
    elif request.method == "POST" and form.is_valid():
        step = usecases.correct if incident is not None else usecases.become_incident
        try:
            step(one, form.report(), by=officer, at=now)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("desk:matter", number=number)
    _looked(request, one, ("incident",), str(verdict.reason or _("登记")))
    said = next(
        (entry.body for entry in conversation(one, viewer_of(request)) if entry.type == Type.MESSAGE and entry.body), ""
    )
    focus_first(form, "address")
    context = desk_context(
        request,
        form=form,
        matter=one,
        incident=incident,
        verdict=verdict,
        current=number,
        words=said,
        **_pointing(form, one.unit),
    )
    return render(request, "incidents/facts.html", context, status=400 if form.errors else 200)


def _looked(request: HttpRequest, one: Matter, what: tuple[str, ...], reason: str) -> None:
    record_look(officer_of(request), one.ref, person=one.reporter, what=what, reason=reason, at=timezone.now())


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, number: str) -> HttpResponse:
    """
    Names and numbers of the people involved, and what only the owner knows of the things.

    For a written reason, recorded for each of them.
    """
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    officer = officer_of(request)
    require(matters.may_look(officer))
    incident = get_object_or_404(Incident, pk=one.pk)
    involved = list(incident.people.select_related("person"))
    things = [thing for thing in incident.things.all() if thing.marks]
    reason = request.POST.get("reason", "").strip()[:200] if request.method == "POST" else ""
    if reason:
        now = timezone.now()
        for who in involved:
            record_look(officer, one.ref, person=who.person, what=("involved",), reason=reason, at=now)
        if things:
            record_look(officer, one.ref, person=one.reporter, what=("things",), reason=reason, at=now)
    missing = request.method == "POST" and not reason
    context = desk_context(
        request,
        matter=one,
        current=number,
        involved=involved if reason else [],
        things=things if reason else [],
        reason=reason,
        missing=missing,
    )
    return render(request, "incidents/people.html", context, status=400 if missing else 200)


@at_desk
@require_POST
def suggested(request: HttpRequest, number: str, about: str) -> HttpResponse:
    """Take a suggestion, or say that it is wrong: one press each."""
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    taken = request.POST.get("taken")
    if about not in About.values or taken not in {"yes", "no"} or policy.incident_of(one) is None:
        raise Http404
    try:
        usecases.judge(
            one,
            by=officer_of(request),
            about=about,
            seen=request.POST.get("seen", ""),
            taken=taken == "yes",
            at=timezone.now(),
        )
    except WrongStage as why:
        messages.error(request, why.whole)
    return redirect("desk:matter", number=number)


@at_desk
@require_POST
def same(request: HttpRequest, number: str) -> HttpResponse:
    """Another report was proposed as the same event: linked or refused, one press each. One that may not be seen is not there."""
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    incident, officer, taken = policy.incident_of(one), officer_of(request), request.POST.get("taken")
    if incident is None or taken not in {"yes", "no"}:
        raise Http404
    proposal = proposal_of(officer, one, incident, request.POST.get("other", ""))
    if proposal is None:
        messages.error(request, _("这条建议现在没有了：可能已经连起来、分开了，或者您看不到那一件。"))
        return redirect("desk:matter", number=number)
    try:
        if taken == "yes":
            reason = proposal.reason if usecases.read_alike(one, proposal.matter) else proposal.plain
            usecases.link(one, proposal.matter, by=officer, reason=reason, at=timezone.now())
            says = _("连起来了。每位报案人还用自己的编号和查询码，并且已经被告知还有几人报告。")
        else:
            usecases.keep_apart(one, proposal.matter, by=officer, at=timezone.now())
            says = _("记下了，不再提这一件。")
    except RuleBroken as why:
        messages.error(request, why.whole)
    else:
        messages.success(request, says)
    return redirect("desk:matter", number=number)


@at_desk
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt again, for the counter's printer. The code is known only to whoever was given it."""
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    if policy.incident_of(one) is None:
        raise Http404
    _looked(request, one, ("receipt",), _("再打印一次回执"))
    return render(request, "matters/receipt.html", receipt_context(one, "", at_desk=True))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_file(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a PDF. The page that has just shown the code sends it along; a code of another matter is not printed."""
    one = get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)
    incident = get_object_or_404(Incident, pk=one.pk)
    code = papers.code_in_hand(one, request.POST.get("code", ""))
    _looked(request, one, ("receipt",), _("打印回执"))
    return papers.as_file(papers.receipt_pdf(one, incident, code=code, at=timezone.now()), one.number)


#: The lists of the page, by `?show=`.
SHOWN = ("undecided", "untold", "all")


@at_desk
@require_GET
def incident_list(request: HttpRequest) -> HttpResponse:
    """“还没有决定的报案” with the days left, before they are late; what was decided and not told; and the last month."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_see_undecided(officer))
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    page, rows = queries.listed(viewer_of(request), show, now, request.GET.get("page"))
    figures = [queries.filing_figures(unit, at=now) for unit in queries.units_of(officer)]
    taken = queries.suggestion_figures(queries.units_of(officer), at=now) if matters.may_manage(officer) else []
    context = desk_context(request, rows=rows, show=show, figures=figures, taken=taken, page=page)
    return render(request, "incidents/list.html", context)
