"""
The reporter's page of a mediation, for whoever holds the reporter's own code and is one of the two sides.

Of the other side it says what the agreement says, and nothing else. Everything works without a script.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.mediation import policy, usecases
from shouwang.apps.mediation.forms import YES, FitsForm, MineForm, MyVisitForm
from shouwang.apps.mediation.models import Clause, ClauseWord, Done, Mediation, Side, State
from shouwang.apps.mediation.words import clause_says, names_for, time_of
from shouwang.kernel.errors import RuleBroken


def _mine(request: HttpRequest, number: str, pk: int) -> tuple[Viewer, Mediation, Side]:
    """The mediation, if this browser proved the reporter's code and the reporter is a side; otherwise there is no such page."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    resident = Viewer(held=viewer.held, address=viewer.address)  # an officer trying the page speaks as a resident
    rows = Mediation.objects.filter(matter__in=list(viewer.held), matter__number=number)
    one = get_object_or_404(rows.select_related("matter__unit").prefetch_related("sides", "clauses"), pk=pk)
    side = policy.side_of(resident, one)
    if side is None:
        raise Http404
    return resident, one, side


def clause_rows(one: Mediation, side: Side) -> list[dict[str, Any]]:
    """What was agreed, as one side reads it, with the newest word of their own."""
    own = {
        word.clause_id: word for word in ClauseWord.objects.filter(clause__mediation=one, of=side.code).order_by("pk")
    }
    return [
        {"clause": clause, "says": clause_says(clause, names_for(side.code)), "said": own.get(clause.pk)}
        for clause in one.clauses.all()
    ]


def _show(request: HttpRequest, one: Mediation, side: Side, bound: tuple[str, Form] | None = None) -> HttpResponse:
    key, wrong = bound or ("", None)
    ahead = one.meetings.filter(held_at=None).first() if one.state == State.OPEN else None
    fits = next((row.fits for row in ahead.attendances.filter(side=side)), None) if ahead else None
    rows = clause_rows(one, side) if one.agreed_at is not None else []
    for row in rows:
        clause: Clause = row["clause"]
        if one.state == State.AGREED and clause.done != Done.PERFORMED:
            name = f"clause{clause.pk}"
            fresh = MineForm(initial={"client_id": get_random_string(22)}, auto_id=f"{name}_%s")
            row["form"] = wrong if key == name else fresh
    context = {
        "mediation": one,
        "matter": one.matter,
        "meeting": ahead,
        "when": time_of(ahead.at) if ahead and ahead.at else "",
        "fits_form": _or(wrong, key == "times", lambda: FitsForm(times=ahead.times, initial={"fits": fits or []}))
        if ahead and ahead.times and ahead.at is None
        else None,
        "answered": fits is not None,
        "rows": rows,
        "visit_form": _or(wrong, key == "holds", MyVisitForm)
        if one.state == State.SETTLED and one.visit_on and one.visit_on <= timezone.localdate() and side.holds is None
        else None,
        "side": side,
    }
    return render(request, "mediation/mine.html", context, status=400 if bound else 200)


def _or(wrong: Form | None, is_it: bool, fresh: Callable[[], Form]) -> Form:
    return wrong if is_it and wrong is not None else fresh()


@never_cache
@require_GET
def mine(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """When to meet, what was agreed for me and by me, what is due when, and whether it holds."""
    _viewer, one, side = _mine(request, number, pk)
    return _show(request, one, side)


def _carried(
    request: HttpRequest, one: Mediation, side: Side, key: str, form: Form, do: Callable[[datetime], object]
) -> HttpResponse:
    if form.is_valid():
        try:
            do(timezone.now())
        except RuleBroken as why:
            form.add_error(None, f"{why.says}{why.hint}")
        else:
            return redirect("mediation:mine", number=one.matter.number, pk=one.pk)
    return _show(request, one, side, (key, form))


@never_cache
@require_POST
def times(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Which of the proposed times suit me."""
    _viewer, one, side = _mine(request, number, pk)
    ahead = one.meetings.filter(held_at=None).first()
    if ahead is None:
        return redirect("mediation:mine", number=number, pk=pk)
    form = FitsForm(request.POST, times=ahead.times)
    return _carried(
        request,
        one,
        side,
        "times",
        form,
        lambda at: usecases.say_fits(ahead, side, times=form.cleaned_data["fits"], at=at),
    )


@never_cache
@require_POST
def word(request: HttpRequest, number: str, pk: int, clause: int) -> HttpResponse:
    """Done, partly, or not, with a sentence and a picture."""
    viewer, one, side = _mine(request, number, pk)
    row = get_object_or_404(one.clauses, pk=clause)
    form = MineForm(request.POST, request.FILES, auto_id=f"clause{clause}_%s")

    def carry_out(at: datetime) -> None:
        given = form.cleaned_data
        by = f"code:{viewer.held[one.matter_id].code_id}"
        usecases.say(
            row,
            done=given["done"],
            words=given["words"],
            files=keep_uploads(given["attached"], by=by, client_id=given["client_id"]),
            viewer=viewer,
            at=at,
            client_id=f"web:{given['client_id']}" if given["client_id"] else None,
        )

    return _carried(request, one, side, f"clause{clause}", form, carry_out)


@never_cache
@require_POST
def holds(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """It holds, or it does not: one press."""
    viewer, one, side = _mine(request, number, pk)
    form = MyVisitForm(request.POST)
    return _carried(
        request,
        one,
        side,
        "holds",
        form,
        lambda at: usecases.visit(
            one, side, holds=form.cleaned_data["holds"] == YES, words=form.cleaned_data["words"], viewer=viewer, at=at
        ),
    )
