"""
The desk's pages of papers. They translate; `usecases` decide.

What a paper says is personal data: it is opened for a written reason that is recorded, and stays open to that officer for some minutes
(`people.usecases.ONE_LOOK`), as the files of a message that was taken back do.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.accounts.second_factor import ask_again, proved_lately
from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.papers import making, policy, queries, shelves, usecases
from shouwang.apps.papers.errors import Lacks
from shouwang.apps.papers.forms import (
    ApproveForm,
    BackForm,
    BatchForm,
    FillForm,
    LookForm,
    MakeForm,
    PersonForm,
    SeenForm,
    VoidForm,
    asked,
)
from shouwang.apps.papers.known import OF_THE_STATION, station_of, wanted
from shouwang.apps.papers.making import Held, hold
from shouwang.apps.papers.models import Paper, State
from shouwang.apps.papers.words import next_step
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.units.models import Officer
from shouwang.engines.papers.template import PERSON
from shouwang.kernel.errors import Conflict, Refused, RuleBroken
from shouwang.kernel.policy import require

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _matter(request: HttpRequest, number: str) -> Matter:
    return get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)


def _paper(request: HttpRequest, pk: int) -> Paper:
    paper = get_object_or_404(Paper.objects.visible_to(viewer_of(request)).for_lists(), pk=pk)
    require(policy.may_read(officer_of(request), paper.matter))
    return paper


def _look_name(paper: Paper) -> str:
    """How a look at one paper stands in `people.Look.what`."""
    return f"paper:{paper.pk}"


def _looked(request: HttpRequest, paper: Paper, reason: str) -> None:
    matter = paper.matter
    record_look(
        officer_of(request),
        matter.ref,
        person=matter.reporter,
        what=(_look_name(paper),),
        reason=reason,
        at=timezone.now(),
    )


def _is_open(request: HttpRequest, paper: Paper) -> bool:
    """Whether this officer has just said why they look."""
    return looked_lately(officer_of(request), paper.matter.ref, what=_look_name(paper), at=timezone.now())


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────

#: The lists of the page, by `?show=`.
SHOWN = ("check", "sign", "mine", "all")


@at_desk
@require_GET
def paper_list(request: HttpRequest) -> HttpResponse:
    """What waits for my check or signature, what I am writing, and the last month."""
    officer = officer_of(request)
    require(policy.may_write(officer))
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    rows = queries.shown(viewer_of(request), show, timezone.now())
    context = desk_context(
        request,
        rows=rows,
        show=show,
        most=queries.MOST,
        may_change=policy.may_change_templates(officer),
    )
    return render(request, "papers/list.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def of_matter(request: HttpRequest, number: str) -> HttpResponse:
    """The papers of one matter; begin another one; several at once as one file."""
    matter = _matter(request, number)
    officer, now = officer_of(request), timezone.now()
    require(policy.may_read(officer, matter))
    form = MakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        paper = usecases.make(matter, by=officer, at=now, **form.cleaned_data)
        # Whoever writes a paper works with what it says; that this is why is written down.
        _looked(request, paper, _("写文书《%(title)s》") % {"title": paper.title})
        return redirect("papers:fill", pk=paper.pk)
    return render(request, "papers/matter.html", _of_matter(request, matter, now), status=400 if form.errors else 200)


def _of_matter(request: HttpRequest, matter: Matter, now: datetime, **more: Any) -> dict[str, Any]:
    held = queries.of_matter(matter)
    there = {one.paper.kind for one in held if one.paper.state != State.VOID}
    kinds = shelves.kinds()
    missing = [(code, kinds[code]) for code in wanted(matter) if code in kinds and code not in there]
    return desk_context(
        request,
        matter=matter,
        current=matter.number,
        rows=[(one, next_step(one, now)) for one in held],
        missing=missing,
        kinds=sorted(kinds.items(), key=lambda pair: pair[1]),
        may_make=policy.may_make(officer_of(request), matter),
        client_id=get_random_string(22),
        **more,
    )


@at_desk
@require_POST
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """Chosen papers as one PDF, a ZIP of single ones, or a whole case file."""
    matter = _matter(request, number)
    officer, now = officer_of(request), timezone.now()
    require(policy.may_read(officer, matter))
    held = queries.of_matter(matter)
    form = BatchForm(request.POST, papers=[one.paper.pk for one in held if one.paper.state != State.VOID])
    says = ""
    if form.is_valid():
        given = form.cleaned_data
        chosen = [one for one in held if one.paper.pk in given["papers"]]
        try:
            made = _bound(matter, chosen, given, officer, now)
        except RuleBroken as why:
            says = why.whole
        else:
            for one in chosen:
                _looked(request, one.paper, given["reason"])
            kind, ending = ("application/zip", "zip") if given["way"] == "zip" else ("application/pdf", "pdf")
            return as_file(made, f"{matter.number}.{ending}", kind, attachment=True)
    faults = [says] if says else [str(error) for errors in form.errors.values() for error in errors]
    context = _of_matter(request, matter, now, faults=faults, typed=request.POST)
    return render(request, "papers/matter.html", context, status=400)


def _bound(matter: Matter, chosen: list[Held], given: dict[str, Any], officer: Officer, now: datetime) -> bytes:
    if given["way"] == "pdf":
        return making.press_pdf([one.fill(now) for one in chosen], now)
    if given["way"] == "file":
        day = timezone.localdate(now).isoformat()
        about = {
            "keep": given["keep"],
            "from": timezone.localdate(matter.received_at).isoformat(),
            "to": day,
            "made_by": officer.name,
            "checked_by": given["checked_by"],
            "made_on": day,
        }
        return making.case_file(matter, chosen, about, now)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for n, one in enumerate(chosen, start=1):
            packed.writestr(f"{n:02}-{one.paper.kind}.pdf", making.pdf_of(one, now))
    return out.getvalue()


# ── one paper ────────────────────────────────────────────────────────────────────────────────────────────────────────


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: how it stands and what comes next. A written reason opens what it says for some minutes."""
    one = _paper(request, pk)
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _looked(request, one, form.cleaned_data["reason"])
        return redirect("papers:paper", pk=pk)
    return _show(request, one, look_form=form if request.method == "POST" else None)


def _show(request: HttpRequest, one: Paper, **more: Any) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    held = hold(one)
    signed, unsigned = held.signed(), {sign.code for sign in held.unsigned()}
    signs = [
        {
            "sign": sign,
            "step": signed.get(sign.code),
            "by_person": sign.by == PERSON,
            "needed": sign.code in unsigned,
            "may": policy.may_have_signed(officer, one) if sign.by == PERSON else policy.may_sign(officer, one, sign),
        }
        for sign in held.signs()
    ]
    seen = {"version": one.version}
    context = desk_context(
        request,
        matter=one.matter,
        current=one.matter.number,
        paper=one,
        held=held,
        next=next_step(held, now),
        lacks=held.lacks(now) if one.state == State.DRAFT else (),
        signs=signs,
        is_open=_is_open(request, one),
        reason=_why_now(officer, one),
        can={
            "fill": policy.may_fill(officer, one),
            "hand_in": policy.may_hand_in(officer, one),
            "check": policy.may_check(officer, one),
            "issue": policy.may_issue(officer, one),
            "void": policy.may_void(officer, one),
        },
        **{
            "approve_form": ApproveForm(initial=seen, auto_id="id_approve_form_%s"),
            "back_form": BackForm(initial=seen, auto_id="id_back_form_%s"),
            "void_form": VoidForm(auto_id="id_void_form_%s"),
            **more,
        },
    )
    faulty = any(getattr(form, "errors", None) for form in more.values())
    return render(request, "papers/paper.html", context, status=400 if faulty else 200)


def _why_now(officer: Officer, one: Paper) -> str:
    """What the reason usually is, to be changed where it is another one; empty when nothing is to be done with it."""
    about = {"title": one.title}
    if policy.may_check(officer, one):
        return _("审核文书《%(title)s》") % about
    if one.state in {State.APPROVED, State.SIGNED} and policy.may_answer_for(officer):
        return _("签署文书《%(title)s》") % about
    return _("写文书《%(title)s》") % about if policy.may_fill(officer, one) else ""


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, in one form made from the template; behind it what is known, to be put right."""
    one = _paper(request, pk)
    officer, now = officer_of(request), timezone.now()
    verdict = policy.may_fill(officer, one)
    if not verdict or (request.method != "POST" and not _is_open(request, one)):
        return redirect("papers:paper", pk=pk)
    held = hold(one)
    record = held.record(now)
    asks = asked(held, record, held.lacks(now))
    if not policy.may_change_templates_of(officer, station_of(one.matter)):
        asks = [ask for ask in asks if ask.lack or ask.group.code not in OF_THE_STATION]
    form = FillForm(request.POST if request.method == "POST" else None, asks=asks)
    if request.method == "POST":
        _looked(request, one, _("写文书《%(title)s》") % {"title": one.title})
        if form.is_valid():
            one = usecases.fill_in(one, by=officer, values=form.values(), at=now)
            left = hold(one).lacks(now)
            if left and not request.POST.get("later"):
                messages.warning(request, Lacks(one.title, left).says)
                return redirect("papers:fill", pk=pk)
            return redirect("papers:paper", pk=pk)
    context = desk_context(request, matter=one.matter, current=one.matter.number, paper=one, form=form)
    return render(request, "papers/fill.html", context, status=400 if form.errors else 200)


Step = Callable[[Paper, Officer, dict[str, Any], datetime], Paper]
#: The steps that need no page of their own: form, name of the form on the page, and what is done.
STEPS: dict[str, tuple[Any, str, Step]] = {
    "hand-in": (None, "", lambda one, by, _data, at: usecases.hand_in(one, by=by, at=at)),
    "approve": (
        ApproveForm,
        "approve_form",
        lambda one, by, data, at: usecases.approve(one, by=by, version=data["version"], words=data["words"], at=at),
    ),
    "send-back": (
        BackForm,
        "back_form",
        lambda one, by, data, at: usecases.send_back(one, by=by, version=data["version"], words=data["words"], at=at),
    ),
    "issue": (
        SeenForm,
        "",
        lambda one, by, data, at: usecases.issue(one, by=by, version=data["version"], at=at),
    ),
    "void": (
        VoidForm,
        "void_form",
        lambda one, by, data, at: usecases.void(one, by=by, words=data["words"], at=at),
    ),
}


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """One step of a paper's life. A refusal keeps what was typed."""
    one = _paper(request, pk)
    if what not in STEPS:
        raise Http404
    form_class, name, do = STEPS[what]
    form = form_class(request.POST, auto_id=f"id_{name}_%s") if form_class else None
    if form is None or form.is_valid():
        try:
            do(one, officer_of(request), form.cleaned_data if form else {}, timezone.now())
        except (Conflict, Lacks) as why:
            messages.error(request, why.whole)
        except RuleBroken as why:
            if form is None or not name or isinstance(why, Refused):
                raise
            form.add_error(None, why.whole)
            return _show(request, _paper(request, pk), **{name: form})
        return redirect("papers:paper", pk=pk)
    if not name:
        messages.error(request, _("请打开文书再看一次，可能别人刚刚动过。"))
        return redirect("papers:paper", pk=pk)
    return _show(request, one, **{name: form})


def _sign_of(held: Held, code: str, *, by_person: bool) -> Any:
    found = next((sign for sign in held.signs() if sign.code == code and (sign.by == PERSON) is by_person), None)
    if found is None:
        raise Http404
    return found


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """An officer signs. Whoever sits here shows once more that it is them, by the second factor."""
    one = _paper(request, pk)
    officer, held = officer_of(request), hold(one)
    place = _sign_of(held, code, by_person=False)
    require(policy.may_sign(officer, one, place))
    if not proved_lately(request):
        return ask_again(request, reverse("papers:sign", args=[pk, code]))
    form = SeenForm(request.POST if request.method == "POST" else None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        try:
            usecases.sign(one, by=officer, code=code, version=form.cleaned_data["version"], at=timezone.now())
        except Conflict as why:
            messages.error(request, why.whole)
        return redirect("papers:paper", pk=pk)
    context = desk_context(
        request, matter=one.matter, current=one.matter.number, paper=one, place=place, form=form, officer=officer
    )
    return render(request, "papers/sign.html", context, status=400 if form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The person signs on the screen or on paper, or will not sign."""
    one = _paper(request, pk)
    officer, held = officer_of(request), hold(one)
    place = _sign_of(held, code, by_person=True)
    require(policy.may_have_signed(officer, one))
    initial = {"version": one.version, "client_id": get_random_string(22), "way": "drawn"}
    form = PersonForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        files = keep_uploads(given.pop("file"), by=officer.ref, client_id=given.pop("client_id"))
        try:
            usecases.sign_person(one, by=officer, code=code, file=files[0] if files else "", at=timezone.now(), **given)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("papers:paper", pk=pk)
    context = desk_context(
        request,
        matter=one.matter,
        current=one.matter.number,
        paper=one,
        place=place,
        form=form,
        is_open=_is_open(request, one),
    )
    return render(request, "papers/person.html", context, status=400 if form.errors else 200)


@at_desk
@require_GET
def paper_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """The paper as PDF or DOCX, while it is open to this officer. `?copy=` is one of the copies it is made in."""
    one = _paper(request, pk)
    if not _is_open(request, one):
        return redirect("papers:paper", pk=pk)
    held, now = hold(one), timezone.now()
    copy = request.GET.get("copy", "")
    copy = copy if copy in held.template.copies else ""
    _looked(request, one, _("打开文书《%(title)s》") % {"title": one.title})
    name = f"{one.matter.number}-{one.kind}.{ending}"
    if ending == "docx":
        return as_file(making.docx_of(held, now, copy), name, DOCX, attachment=True)
    return as_file(making.pdf_of(held, now, copy), name, "application/pdf", attachment="keep" in request.GET)


def as_file(made: bytes, name: str, kind: str, *, attachment: bool = False) -> HttpResponse:
    """A file to look at or keep; nobody in between may store it."""
    response = HttpResponse(made, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(attachment, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
