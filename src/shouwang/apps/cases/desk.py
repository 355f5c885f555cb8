"""The desk's pages of cases. They translate; the use cases decide. Names stand masked until the case was opened for a written reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.cases import (
    chain,
    ending,
    forms,
    holding,
    parties,
    parts,
    policy,
    progress,
    queries,
    statements,
    wording,
)
from shouwang.apps.cases.errors import SomebodyElseSaved
from shouwang.apps.cases.looking import Ground, is_open, open_case_file, working
from shouwang.apps.cases.models import Case, CustodyMove, Evidence, Party, Statement
from shouwang.apps.cases.naming import full_name
from shouwang.apps.cases.recorded import recorded_throughout
from shouwang.apps.cases.web import door
from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters import contact
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.recordings.limits import limit_of
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import Refused, RuleBroken
from shouwang.kernel.policy import Verdict, require

#: The lists of the page, by `?show=`.
SHOWN = ("running", "closed", "archived")
#: Empty rows under a statement for whoever writes without scripts.
SPARE_ROWS = 3
MOST_ROWS = 400


def _case(request: HttpRequest, number: str) -> Case:
    case = get_object_or_404(Case.objects.visible_to(officer_of(request)).with_all(), matter__number=number)
    require(policy.may_read(officer_of(request), case))
    return case


def _visible(request: HttpRequest) -> Any:
    return Case.objects.visible_to(officer_of(request)).values("pk").order_by()


@at_desk
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Running cases with officers, days left and what is missing, the latest first; those that were closed; the archive."""
    officer, now = officer_of(request), timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    context = desk_context(request, rows=queries.rows(officer, show, now), show=show, most=queries.MOST)
    return render(request, "cases/list.html", context)


# ── one case ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case. A written reason opens names, statements and evidence for some minutes."""
    one = _case(request, number)
    form = forms.LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_case_file(one, by=officer_of(request), at=timezone.now(), **form.cleaned_data)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("cases:case", number=number)
    return _show(request, one, form if request.method == "POST" else None)


def _show(request: HttpRequest, one: Case, form: forms.LookForm | None = None) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    opened = is_open(officer, one, now)
    shut = not opened and (one.archived_at is not None or one.matter.sealed_at is not None)
    context: dict[str, Any] = {
        "case": one,
        "matter": one.matter,
        "current": one.matter.number,
        "is_open": opened,
        "shut": shut,
        "look_form": form,
        "grounds": Ground.choices if one.matter.sealed_at is not None else (),
        "seal_laws": [wording.cited(ending.SEAL_RULE, now)],
        "reason": _("办理这个案件") if one.closed_at is None else "",
    }
    if not shut:
        context |= _inside(request, one, now, opened=opened)
    return render(request, "cases/case.html", desk_context(request, **context), status=400 if form else 200)


def _inside(request: HttpRequest, one: Case, now: datetime, *, opened: bool) -> dict[str, Any]:
    officer = officer_of(request)
    found = [
        (part.room, shown)
        for part in parts.parts()
        if part.panel is not None and (shown := part.panel(request, one, now)) is not None
    ]
    there = list(Party.objects.filter(case=one).select_related("person", "guardian"))
    in_charge = {party.pk: party.in_charge.all() for party in one.parties.all()}  # read with the case
    safe = contact.in_words(one.matter)
    return {
        "name": full_name(one, there) if opened else one.name,
        "parties": [
            {
                "party": party,
                "name": (party.person.name or party.person.pseudonym) if opened else "",
                "phone": party.person.phone if opened else "",
                "in_charge": in_charge[party.pk],
                "safe": safe if party.person_id == one.matter.reporter_id else "",
            }
            for party in there
        ],
        "written": list(
            Statement.objects.filter(case=one).select_related("party", "officer", "second", "sealed", "corrects")
        ),
        "pieces": [
            {"piece": piece, "flaws": queries.flaws(piece, now), "until": queries.preserve_until(piece)}
            for piece in one.evidence.all()
        ],
        "rules": queries.ways_of_taking(now),
        "assistants": queries.assistants(one),
        "led": one.matter.entries.filter(type="assigned").select_related("officer").order_by("seq"),
        "missing": queries.missing(one, now),
        "days_left": queries.days_left(one, now),
        "panels": found,
        "can": {key: bool(step.may(officer, one)) for key, step in STEPS.items()},
        "keep": wording.cited(ending.KEEP_RULE, now) if one.closed_at else None,
        "kept_until": ending.kept_until(one) if one.closed_at else None,
        "ought_to_be_sealed": one.matter.sealed_at is None and ending.ought_to_be_sealed(one),
    }


Done = Callable[[HttpRequest, Case, Officer, Any, datetime], str | None]


@dataclass(frozen=True)
class Step:
    """One thing to do with a case on a page of its own: its form, who may, what it does; `do` says where to go then."""

    title: str | Promise
    button: str | Promise
    form: type[forms.CaseForm]
    may: Callable[[Officer, Case], Verdict]
    do: Done
    initial: Callable[[Case, datetime], dict[str, Any]] = lambda _case, _now: {}


def _client_id(data: dict[str, Any]) -> str | None:
    return f"desk:{data['client_id']}"[:40] if data.get("client_id") else None


def _add_party(_request: HttpRequest, one: Case, by: Officer, form: Any, at: datetime) -> str | None:
    data = form.cleaned_data
    parties.add_party(one, by=by, role=data["role"], said=form.said(), at=at, client_id=_client_id(data))
    return None


def _begin(_request: HttpRequest, one: Case, by: Officer, form: Any, at: datetime) -> str | None:
    data = form.cleaned_data
    made = statements.begin(data["party"], by=by, frame=form.frame(), at=at, client_id=_client_id(data))
    working(one, by=by, reason=_("做笔录"), at=at)
    return reverse("cases:statement", args=[made.pk])


def _take(_request: HttpRequest, one: Case, by: Officer, form: Any, at: datetime) -> str | None:
    data = form.cleaned_data
    photos = keep_uploads(data.get("attached") or [], by=by.ref, client_id=data["client_id"])
    made = holding.take(one, by=by, found=form.found(), photos=photos, at=at, client_id=_client_id(data))
    working(one, by=by, reason=_("登记证据"), at=at)
    return reverse("cases:evidence", args=[made.pk])


def _close(_request: HttpRequest, one: Case, by: Officer, form: Any, at: datetime) -> str | None:
    data = form.cleaned_data
    said = {name: data[name] for name in ("result", "elsewhere", "report", "words")}
    ending.close_case(one, by=by, at=at, **said)
    return None


def _archive(_request: HttpRequest, one: Case, by: Officer, form: Any, at: datetime) -> str | None:
    if form.cleaned_data["seal"]:
        require(policy.may_seal(by, one))
    archived = ending.archive(one, by=by, at=at)
    if form.cleaned_data["seal"]:
        ending.seal(archived, by=by, at=at)
    return None


def _does(do: Callable[[Case, Officer, dict[str, Any], datetime], object]) -> Done:
    def done(_request: HttpRequest, one: Case, by: Officer, form: Any, at: datetime) -> None:
        do(one, by, form.cleaned_data, at)

    return done


STEPS: dict[str, Step] = {
    "assist": Step(
        gettext_lazy("加协办民警"),
        gettext_lazy("加上"),
        forms.AssistForm,
        policy.may_work,
        _does(lambda c, by, d, at: ending.assist(c, by=by, officer=d["officer"], at=at)),
    ),
    "hand-over": Step(
        gettext_lazy("换主办民警"),
        gettext_lazy("交给这位同事"),
        forms.HandOverForm,
        policy.may_work,
        _does(lambda c, by, d, at: ending.hand_over(c, by=by, to=d["to"], at=at)),
    ),
    "party": Step(gettext_lazy("登记当事人"), gettext_lazy("登记"), forms.PartyForm, policy.may_work, _add_party),
    "organisation": Step(
        gettext_lazy("登记单位"), gettext_lazy("登记"), forms.OrganisationForm, policy.may_work, _add_party
    ),
    "statement": Step(
        gettext_lazy("做笔录"),
        gettext_lazy("开始"),
        forms.BeginForm,
        policy.may_gather,
        _begin,
        lambda c, now: {"began_at": now.replace(second=0), "place": c.matter.unit.station.name},
    ),
    "evidence": Step(
        gettext_lazy("登记证据"),
        gettext_lazy("登记"),
        forms.EvidenceForm,
        policy.may_gather,
        _take,
        lambda _c, now: {"taken_at": now.replace(second=0), "count": "1"},
    ),
    "close": Step(gettext_lazy("结案"), gettext_lazy("结案"), forms.CloseForm, policy.may_close, _close),
    "archive": Step(
        gettext_lazy("归档"),
        gettext_lazy("编号归档"),
        forms.ArchiveForm,
        policy.may_archive,
        _archive,
        lambda c, _now: {"seal": ending.ought_to_be_sealed(c)},
    ),
    "seal": Step(
        gettext_lazy("封存记录"),
        pgettext_lazy("cases", "封存"),
        forms.NoForm,
        policy.may_seal,
        _does(lambda c, by, _d, at: ending.seal(c, by=by, at=at)),
    ),
}


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """One step on its own page. A refusal keeps what was typed."""
    one, chosen = _case(request, number), STEPS.get(what)
    if chosen is None:
        raise Http404
    officer, now = officer_of(request), timezone.now()
    verdict = chosen.may(officer, one)
    given: dict[str, Any] = {"case": one, "officer": officer}
    if request.method == "POST":
        # A second press of what is done already finds it done.
        if what in {"close", "archive", "seal"} and _is_done(one, what):
            return redirect("cases:case", number=number)
        require(verdict)
        form = chosen.form(request.POST, request.FILES, **given)
        if form.is_valid():
            try:
                return redirect(chosen.do(request, one, officer, form, now) or reverse("cases:case", args=[number]))
            except Refused:
                raise
            except RuleBroken as why:
                form.add_error(None, why.whole)
    else:
        initial = {"client_id": get_random_string(22), **chosen.initial(one, now)}
        form = chosen.form(initial=initial, **given)
    context = desk_context(
        request,
        case=one,
        matter=one.matter,
        current=number,
        form=form,
        step=chosen,
        what=what,
        verdict=verdict,
        blocks=parts.named_blocks(one, now) if what == "close" and one.closed_at is None else [],
        keep=wording.cited(ending.KEEP_RULE, now) if what == "archive" else None,
        seal_rule=wording.cited(ending.SEAL_RULE, now) if what in {"archive", "seal"} else None,
        rules=queries.ways_of_taking(now) if what == "evidence" else [],
    )
    return render(request, "cases/step.html", context, status=400 if form.errors else 200)


def _is_done(one: Case, what: str) -> bool:
    done = {"close": one.closed_at, "archive": one.archived_at, "seal": one.matter.sealed_at}
    return done[what] is not None


@at_desk
@require_POST
def no_more(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """An assistant does not help any more."""
    one = _case(request, number)
    officer = get_object_or_404(Officer, pk=pk)
    ending.assist_no_more(one, by=officer_of(request), officer=officer, at=timezone.now())
    return redirect("cases:case", number=number)


# ── parties ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shut_out(request: HttpRequest, one: Case) -> HttpResponse | None:
    """Back to the page of the case, to say why, unless it was opened just now."""
    if is_open(officer_of(request), one, timezone.now()):
        return None
    messages.info(request, _("先写明原因打开案件，再看里面的内容。"))
    return redirect("cases:case", number=one.matter.number)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """What is written of somebody, to be put right once for all papers."""
    found = Party.objects.select_related("person", "guardian", "case__matter__unit__parent", "case__matter__reporter")
    one = get_object_or_404(found, pk=pk, case__in=_visible(request))
    officer, now, case = officer_of(request), timezone.now(), one.case
    require(policy.may_read(officer, case))
    verdict = policy.may_work(officer, case)
    given: dict[str, Any] = {"case": case, "officer": officer}
    fits = forms.CorrectOrganisationForm if one.organisation else forms.CorrectForm
    form: forms.CorrectOrganisationForm | forms.CorrectForm
    if request.method == "POST":
        require(verdict)
        working(case, by=officer, reason=_("更正当事人的情况"), at=now)
        form = fits(request.POST, **given)
        if form.is_valid():
            try:
                parties.correct_party(one, by=officer, said=form.said(), at=now)
            except RuleBroken as why:
                form.add_error(None, why.whole)
            else:
                return redirect("cases:case", number=case.matter.number)
    else:
        if (away := _shut_out(request, case)) is not None:
            return away
        form = fits(initial=fits.initial_of(one), **given)
    context = desk_context(
        request,
        case=case,
        matter=case.matter,
        current=case.matter.number,
        party=one,
        form=form,
        verdict=verdict,
        may_leave=policy.may_handle(officer, case) and one.left_at is None,
        left_form=forms.LeftForm(auto_id="left_%s", **given),
        may_hand=policy.may_hand_code(officer, case, one),
        hand_form=forms.HandForm(auto_id="hand_%s"),
        safe=contact.in_words(case.matter) if one.person_id == case.matter.reporter_id else "",
    )
    return render(request, "cases/party.html", context, status=400 if form.errors else 200)


@at_desk
@require_POST
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """A code of their own for somebody who was harmed, on a slip that is shown and printed once."""
    found = Party.objects.select_related("case__matter__unit__parent")
    one, officer = get_object_or_404(found, pk=pk, case__in=_visible(request)), officer_of(request)
    require(policy.may_hand_code(officer, one.case, one))
    form = forms.HandForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("cases:party", pk=pk)
    code = progress.hand_code(one, by=officer, reason=form.cleaned_data["reason"], at=timezone.now())
    context = {"party": one, "unit": one.case.matter.unit.station, **door.printed(code)}
    return render(request, "cases/handed.html", context)


@at_desk
@require_POST
def party_left(request: HttpRequest, pk: int) -> HttpResponse:
    """They have nothing to do with it."""
    one = get_object_or_404(Party.objects.select_related("case__matter__unit"), pk=pk, case__in=_visible(request))
    officer = officer_of(request)
    require(policy.may_handle(officer, one.case))
    form = forms.LeftForm(request.POST, case=one.case, officer=officer)
    if form.is_valid():
        parties.has_nothing_to_do_with_it(one, by=officer, words=form.cleaned_data["words"], at=timezone.now())
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect("cases:case", number=one.case.matter.number)


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _statement(request: HttpRequest, pk: int) -> Statement:
    found = Statement.objects.select_related(
        "party__person", "officer", "second", "stay", "sealed", "corrects", "case__matter__unit__parent"
    )
    one = get_object_or_404(found, pk=pk, case__in=_visible(request))
    one.party.case = one.case
    require(policy.may_read(officer_of(request), one.case))
    return one


def _rows_in(request: HttpRequest) -> list[tuple[str, str]]:
    """The rows of the form in their order; one question of the suggestions may be added to them."""
    asked, said = request.POST.getlist("asked")[:MOST_ROWS], request.POST.getlist("said")[:MOST_ROWS]
    rows = list(zip(asked, said, strict=False))
    if extra := request.POST.get("add", "").strip():
        rows.append((extra, ""))
    return rows


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement being written, or as it was finished. What was typed is saved before anything else is looked at."""
    one = _statement(request, pk)
    if request.method != "POST":
        return _shut_out(request, one.case) or _write(request, one)
    officer, now = officer_of(request), timezone.now()
    require(policy.may_work(officer, one.case))
    working(one.case, by=officer, reason=_("做笔录"), at=now)
    rows = _rows_in(request)
    try:
        one = statements.save(one, by=officer, rows=rows, version=_version_seen(request), at=now)
    except Refused:
        raise
    except RuleBroken as why:
        return _not_saved(request, one, rows, why)
    if request.POST.get("do") == "autosave":
        saved = timezone.localtime(one.saved_at)
        return JsonResponse({"version": one.version, "says": _("已保存 %(at)s") % {"at": f"{saved:%H:%M:%S}"}})
    return _frame(request, one)


def _version_seen(request: HttpRequest) -> int:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1


def _not_saved(request: HttpRequest, one: Statement, rows: list[tuple[str, str]], why: RuleBroken) -> HttpResponse:
    """Why not, with everything that was typed; beside it what a colleague saved meanwhile."""
    says = why.whole
    if request.POST.get("do") == "autosave":
        return JsonResponse({"says": says}, status=409)
    theirs = None
    if isinstance(why, SomebodyElseSaved):
        one.refresh_from_db(fields=["rows", "version", "saved_at"])
        theirs = statements.rows_of(one)
    return _write(request, one, typed=rows, says=says, theirs=theirs)


def _frame(request: HttpRequest, one: Statement) -> HttpResponse:
    """After the words: times, place and who is there; and finishing, when that was pressed."""
    officer, now = officer_of(request), timezone.now()
    form = forms.FrameForm(request.POST, statement=one, case=one.case, officer=officer)
    if form.is_valid():
        try:
            one = statements.frame_anew(one, by=officer, frame=form.frame(), at=now)
            if request.POST.get("do") == "finish":
                paper = statements.finish(one, by=officer, at=now)
                return redirect("papers:paper", pk=paper.pk)
        except Refused:
            raise
        except RuleBroken as why:
            source = f"（{why.source}）" if why.source else ""
            form.add_error(None, f"{why.whole}{source}")
        else:
            return redirect(f"{reverse('cases:statement', args=[one.pk])}#last")
    return _write(request, one, form=form)


def _write(
    request: HttpRequest,
    one: Statement,
    *,
    form: forms.FrameForm | None = None,
    typed: list[tuple[str, str]] | None = None,
    says: str = "",
    theirs: list[list[str]] | None = None,
) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    of = wording.asked_as(one.party.role)
    rows = [list(row) for row in typed] if typed is not None else statements.rows_of(one)
    writable = one.finished_at is None and bool(policy.may_work(officer, one.case))
    if form is None and writable:
        form = forms.FrameForm(initial=forms.FrameForm.initial_of(one), statement=one, case=one.case, officer=officer)
    context = desk_context(
        request,
        statement=one,
        case=one.case,
        matter=one.case.matter,
        current=one.case.matter.number,
        rows=rows + [["", ""]] * (SPARE_ROWS if writable else 0),
        form=form,
        says=says,
        theirs=theirs,
        writable=writable,
        asks=wording.questions(of, statements.category_of(one.case)) if writable else [],
        leans=wording.leans_on(of, one.case.nature, minor=one.party.minor, at=one.began_at),
        two=wording.cited("psl-two", one.began_at),
        limit=limit_of(one.stay, now) if one.stay else None,
        recorded=recorded_throughout(one, now),
        may_finish=policy.may_handle(officer, one.case) and officer.pk in {one.officer_id, one.second_id},
        may_correct=one.finished_at is not None and policy.may_gather(officer, one.case),
        client_id=get_random_string(22),
    )
    bad = bool(says) or (form is not None and bool(form.errors))
    return render(request, "cases/statement.html", context, status=400 if bad else 200)


@at_desk
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A finished statement is put right by another one, which begins with its words."""
    one = _statement(request, pk)
    officer, now = officer_of(request), timezone.now()
    require(policy.may_gather(officer, one.case))
    key = request.POST.get("client_id", "")[:30]
    frame = statements.Frame(now.replace(second=0, microsecond=0), place=one.place, adult=one.adult)
    made = statements.begin(
        one.party, by=officer, frame=frame, at=now, corrects=one, client_id=f"desk:{key}" if key else None
    )
    working(one.case, by=officer, reason=_("做笔录"), at=now)
    return redirect("cases:statement", pk=made.pk)


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    found = Evidence.objects.select_related("case__matter__unit__parent", "giver__person", "officer", "second")
    one = get_object_or_404(
        found.prefetch_related("moves__receipt__by", "moves__holder", "moves__by"), pk=pk, case__in=_visible(request)
    )
    require(policy.may_read(officer_of(request), one.case))
    return one


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece with its chain; the next step."""
    one = _evidence(request, pk)
    officer, now = officer_of(request), timezone.now()
    form = None
    if request.method == "POST":
        require(policy.may_keep(officer, one.case))
        working(one.case, by=officer, reason=_("保管证据"), at=now)
        form = forms.MoveForm(request.POST, evidence=one, case=one.case, officer=officer)
        if form.is_valid():
            data = dict(form.cleaned_data)
            data["client_id"] = _client_id(data)
            try:
                holding.move(one, by=officer, at=now, **data)
            except RuleBroken as why:
                form.add_error(None, why.whole)
            else:
                return redirect("cases:evidence", pk=pk)
        elif _pressed_before(one, form):
            return redirect("cases:evidence", pk=pk)
    elif (away := _shut_out(request, one.case)) is not None:
        return away
    return _show_evidence(request, one, form)


def _pressed_before(one: Evidence, form: forms.MoveForm) -> bool:
    """A second press: what it asked for is done, so it is not among the next steps any more."""
    key = _client_id({"client_id": form.data.get("client_id", "")})
    return key is not None and CustodyMove.objects.filter(client_id=key, evidence=one).exists()


def _show_evidence(request: HttpRequest, one: Evidence, form: forms.MoveForm | None) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    links = holding.links_of(one)
    moves = sorted(one.moves.all(), key=lambda move: move.pk)
    waits = chain.needs_receipt(links[-1]) and not links[-1].received_by
    if form is None and not waits and policy.may_keep(officer, one.case):
        initial = {"client_id": get_random_string(22), "moved_at": now.replace(second=0)}
        form = forms.MoveForm(initial=initial, evidence=one, case=one.case, officer=officer)
    if form is not None and not form.fields["what"].choices:  # type: ignore[attr-defined]  # it is a ChoiceField
        form = None
    context = desk_context(
        request,
        piece=one,
        case=one.case,
        matter=one.case.matter,
        current=one.case.matter.number,
        moves=[
            {
                "move": move,
                "receipt": getattr(move, "receipt", None),
                "mine": move.holder_id == officer.pk,
            }
            for move, link in zip(moves, links, strict=True)
        ],
        flaws=queries.flaws(one, now),
        until=queries.preserve_until(one),
        rules=queries.ways_of_taking(now),
        photos=list(StoredFile.objects.belonging_to(holding.FILES_OF, str(one.pk))),
        form=form,
    )
    return render(request, "cases/evidence.html", context, status=400 if form is not None and form.errors else 200)


@at_desk
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """I have it."""
    found = CustodyMove.objects.select_related("evidence__case__matter__unit")
    one = get_object_or_404(found, pk=pk, evidence__case__in=_visible(request))
    officer, now = officer_of(request), timezone.now()
    holding.confirm(one, by=officer, at=now)
    working(one.evidence.case, by=officer, reason=_("保管证据"), at=now)
    return redirect("cases:evidence", pk=one.evidence_id)
