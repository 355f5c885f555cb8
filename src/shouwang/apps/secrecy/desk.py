"""The desk's pages of withholding: what waits, what is withheld and until when, one review. They translate; the use cases decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.people.usecases import record_look
from shouwang.apps.secrecy import grounds, policy, usecases
from shouwang.apps.secrecy.forms import ProposeForm
from shouwang.apps.secrecy.models import Review, State
from shouwang.apps.secrecy.queries import review_of
from shouwang.apps.secrecy.subjects import subject_of
from shouwang.apps.secrecy.usecases import Proposal
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require

MOST = 200


@at_desk
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, what has ended, what is withheld, what was opened."""
    officer, today = officer_of(request), timezone.localdate()
    require(policy.may_propose_some(officer))
    rows = Review.objects.of(viewer_of(request)).for_pages()
    settled = rows.filter(state__in=[State.WITHHELD, State.ELSEWHERE]).exclude(pk__in=rows.ended(today).values("pk"))
    parts = [
        (_("等结论的"), rows.pending().order_by("due_on", "pk")[:MOST]),
        (_("到期了，要重新看"), rows.ended(today).order_by("ends_on", "pk")[:MOST]),
        (_("暂不公开的"), settled.order_by("ends_on", "pk")[:MOST]),
        (_("没有理由不公开的"), rows.filter(state=State.OPENED)[:MOST]),
    ]
    shown = [(name, [_row(one) for one in found]) for name, found in parts]
    return render(request, "secrecy/home.html", desk_context(request, parts=shown, today=today))


def _row(one: Review) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "review": one,
        "ground": grounds.ground_name(one.ground),
        "late": one.is_late(today),
        "ended": one.is_ended(today),
    }


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose to withhold a thing, or say that one is unsure. `?about=` names it."""
    officer, about = officer_of(request), request.GET.get("about", "")[:80]
    require(policy.may_propose_some(officer))
    subject = subject_of(officer, about)
    if subject is None:
        raise Http404
    known = review_of(about)
    if known is not None and known.state != State.OPENED:
        return redirect("secrecy:one", pk=known.pk)
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_unsure:
                made = usecases.ask(subject, form.cleaned_data["harm"], by=officer, at=timezone.now())
            else:
                made = usecases.propose(subject, Proposal(**form.cleaned_data), by=officer, at=timezone.now())
        except RuleBroken as refused:
            form.add_error(None, refused.whole)
        else:
            messages.success(request, _("送去审了。有结论以前，既不公开，也不拒绝。"))
            return redirect("secrecy:one", pk=made.pk)
    context = desk_context(request, form=form, subject=subject, grounds=grounds.grounds().values())
    return render(request, "secrecy/new.html", context, status=400 if form.errors else 200)


def _review(request: HttpRequest, pk: int) -> Review:
    require(policy.may_propose_some(officer_of(request)))
    one = get_object_or_404(Review.objects.of(viewer_of(request)).for_pages(), pk=pk)
    require(policy.may_work(officer_of(request), one))
    return one


@at_desk
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: ground, harm, interest, until when, who was asked, its steps, and what comes next."""
    return _page(request, _review(request, pk))


def _page(
    request: HttpRequest, one: Review, *, status: int = 200, said: str = "", form: ProposeForm | None = None
) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    if one.matter is not None:
        reason = policy.may_work(officer, one).reason
        record_look(officer, one.matter.ref, person=one.matter.reporter, what=("conversation",), reason=reason, at=now)
    subject = subject_of(officer, one.about)
    decide, answer = policy.may_decide(officer, one), policy.may_answer(officer, one)
    ended = one.is_ended(timezone.localdate(now))
    again = bool(answer) if one.state == State.UNSURE else one.state == State.BACK or ended
    context = {
        **_row(one),
        "page": subject.page if subject else "",
        "known": grounds.grounds().get(one.ground),
        "steps": [(step, grounds.ground_name(step.ground)) for step in one.steps.select_related("by")],
        "decide": decide,
        "answer": answer,
        "may_open": policy.may_open(officer, one, timezone.localdate(now)),
        "form": (form or _filled(one)) if again else None,
        "said": said,
        "typed": request.POST,
    }
    return render(request, "secrecy/one.html", desk_context(request, **context), status=status)


def _filled(one: Review) -> ProposeForm:
    kept = ("ground", "harm", "interest", "ends_when", "owner", "owner_asked_on")
    initial = {name: getattr(one, name) for name in kept}
    return ProposeForm(initial=initial | {"ends_on": one.ends_on if one.state == State.BACK else None}, unsure=False)


# ── presses ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _agree(request: HttpRequest, one: Review, seen: int, now: datetime) -> str:
    usecases.agree(one, seen=seen, by=officer_of(request), at=now)
    return _("同意了。到期会自己回来。")


def _back(request: HttpRequest, one: Review, seen: int, now: datetime) -> str:
    usecases.send_back(one, reason=request.POST.get("reason", ""), seen=seen, by=officer_of(request), at=now)
    return _("退回去了。")


def _open(request: HttpRequest, one: Review, seen: int, now: datetime) -> str:
    usecases.open_up(one, reason=request.POST.get("reason", ""), seen=seen, by=officer_of(request), at=now)
    return _("记下了：没有理由不公开。")


def _elsewhere(request: HttpRequest, one: Review, seen: int, now: datetime) -> str:
    usecases.leave_to_others(one, seen=seen, by=officer_of(request), at=now)
    return _("记下了：归保密部门定。这里没有留内容和密级。")


PRESSES: dict[str, Callable[[HttpRequest, Review, int, datetime], str]] = {
    "agree": _agree,
    "back": _back,
    "open": _open,
    "elsewhere": _elsewhere,
}


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """One press. A refusal keeps what was typed."""
    if what != "hand-in" and what not in PRESSES:
        raise Http404
    one, now, given = _review(request, pk), timezone.now(), request.POST.get("seen", "")
    seen = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else -1
    form = ProposeForm(request.POST, unsure=False) if what == "hand-in" else None
    try:
        if form is None:
            said = PRESSES[what](request, one, seen, now)
        elif form.is_valid():
            usecases.hand_in(one, Proposal(**form.cleaned_data), seen=seen, by=officer_of(request), at=now)
            said = _("交给第二个人审了。")
        else:
            return _page(request, one, status=400, form=form)
    except RuleBroken as refused:
        if refused.status == 403:
            raise
        return _page(request, _review(request, pk), status=refused.status, said=refused.whole, form=form)
    messages.success(request, said)
    return redirect("secrecy:one", pk=pk)
